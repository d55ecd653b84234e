"""A vault's folder in the hands of somebody else: every command ends soon, and harms nothing outside."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.attacker import database
from tests.cli.program import Program
from tests.support import vaults

pytestmark = pytest.mark.skipif(os.name == "nt", reason="FIFOs and symlinks for everybody are there on POSIX alone")

OUTSIDE = "outside"
CONTENTS = b"somebody's own file\n" * 500


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """The program with a vault, a watch key, and a file outside the vault's folder."""
    program = Program(tmp_path)
    vaults.new_vault(program.vault)
    vaults.new_watch_key(program.vault, tmp_path / "watch.key")
    (tmp_path / OUTSIDE).write_bytes(CONTENTS)
    return program


def instead(path: Path, make: Callable[[Path], object]) -> None:
    """Put what ``make`` makes in the place of ``path``."""
    path.rename(path.with_name("aside"))
    make(path)


def huge(path: Path) -> None:
    """A file of a terabyte, all holes."""
    path.touch(0o600)
    os.truncate(path, 1 << 40)


PLACES: dict[str, Callable[[Path], Path]] = {
    "keyslots.json": lambda vault: vault / "keyslots.json",
    "database": database,
}
THINGS: dict[str, Callable[[Path], object]] = {
    "a folder": Path.mkdir,
    "a FIFO": os.mkfifo,
    "a huge file": huge,
    "an empty file": lambda path: path.touch(0o600),
    "a dangling symlink": lambda path: path.symlink_to("nowhere"),
    "a symlink in a circle": lambda path: path.symlink_to(path.name),
    "a symlink to a file outside": lambda path: path.symlink_to(Path("..") / OUTSIDE),
    "a symlink to the true file": lambda path: path.symlink_to("aside"),
    "a symlink to a device": lambda path: path.symlink_to("/dev/zero"),
    "nothing": lambda path: path,
}


@pytest.mark.parametrize(
    ("thing", "place"),
    [
        (thing, place)
        for thing in THINGS
        for place in PLACES
        if (thing, place) != ("a symlink to the true file", "keyslots.json")  # authenticated, wherever it lies
    ],
)
def test_what_is_no_file_of_a_vault_is_damage(place: str, thing: str, program: Program) -> None:
    """With the root key and with a watch key, at once; the file outside is as it was."""
    instead(PLACES[place](program.vault), THINGS[thing])
    assert program.run("list", "--json").error["code"] == 5
    assert program.run("due", "--json", "--watch-key-file", "watch.key").error["code"] == 5
    assert (program.folder / OUTSIDE).read_bytes() == CONTENTS


@pytest.mark.parametrize(
    ("thing", "code"),
    [("a folder", 5), ("a FIFO", 0), ("a dangling symlink", 5), ("a symlink to a file outside", 5)],
)
def test_a_lock_that_is_no_file_keeps_nobody_waiting(thing: str, code: int, program: Program) -> None:
    """Nothing is made where a symlink leads, a FIFO is not waited for, and the rest is told with what mends it."""
    instead(program.vault / "vault.lock", THINGS[thing])
    for arguments in (["list"], ["keys", "add", "watch", "--watch-key-file", program.folder / "second.key"]):
        ended = program.run(*arguments)
        assert ended.code == code
        assert ("vault.lock cannot be locked" in ended.err and "Move it away" in ended.err) == bool(code)
    assert not (program.vault / "nowhere").exists()
    assert (program.folder / OUTSIDE).read_bytes() == CONTENTS


def hostile_journal(path: Path, names: Path) -> None:
    """A rollback journal, begun and never ended, that says ``names`` is the list of journals it belongs to.

    Source: the SQLite file format, section "The Rollback Journal", and its super-journals.
    """
    magic, name = bytes.fromhex("d9d505f920a163d7"), os.fsencode(names)
    page = path.read_bytes()[:4096]
    header = (magic + struct.pack(">IIIII", 1, 1, path.stat().st_size // 4096, 512, 4096)).ljust(512, b"\0")
    record = struct.pack(">I", 1) + page + struct.pack(">I", 1 + sum(page[at] for at in range(3896, 0, -200)))
    ending = struct.pack(">I", (1 << 30) // 4096 + 1) + name + struct.pack(">II", len(name), sum(name)) + magic
    path.with_name(path.name + "-journal").write_bytes(header + record + ending)


def test_a_planted_journal_deletes_no_file_outside(program: Program) -> None:
    """SQLite takes such a list away when it is done with it: not a file that the journal only names."""
    hostile_journal(database(program.vault), program.folder / OUTSIDE)
    assert program.run("list").code in {0, 5}
    assert (program.folder / OUTSIDE).read_bytes() == CONTENTS


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
def test_a_journal_that_is_a_symlink_is_not_written_through(ending: str, program: Program) -> None:
    """Neither the file that it leads to nor one that is not there yet."""
    path = database(program.vault)
    for target in (OUTSIDE, "new"):
        beside = path.with_name(path.name + ending)
        beside.unlink(missing_ok=True)
        beside.symlink_to(program.folder / target)
        assert program.run("config", "set", "timezone", "Europe/Vienna").code in {0, 5, 17}
    assert (program.folder / OUTSIDE).read_bytes() == CONTENTS
    assert not (program.folder / "new").exists()


def test_the_folder_of_an_export_is_as_hostile(program: Program) -> None:
    """A symlink under the name of the file is not followed, and what it leads to not written over."""
    from datetime import timedelta

    from tests.stand_in.certificates import make_pair

    file = program.folder / "a.p12"
    file.write_bytes(make_pair("Müller", "PIN-1", not_after=vaults.NOW + timedelta(days=365)))
    assert program.run("add", file, "--pin-stdin", stdin=b"PIN-1\n").code == 0
    out = program.folder / "out"
    out.mkdir()
    (written,) = program.run("export", "müller", "--to", out, "--json").document["files"]
    for target in (program.folder / OUTSIDE, program.folder / "new"):
        Path(written["path"]).unlink()
        Path(written["path"]).symlink_to(target)
        assert program.run("export", "müller", "--to", out, "--json").error["code"] == 15
    assert (program.folder / OUTSIDE).read_bytes() == CONTENTS
    assert not (program.folder / "new").exists()
