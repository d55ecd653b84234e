"""Disks that fail: full, cut off in the middle, a flipped bit, a file that is something else."""

# ruff: noqa: S311 - choices that are the same in every run
from __future__ import annotations

import os
import random
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.stand_in.register import AT, SEALED, a_holder, a_link, a_pair, an_event
from vault.errors import Damaged, NoRoom, NotACertvault
from vault.ports.store import Writer
from vault.secret import RegisterKey
from vault.store import connection
from vault.store.store import SqlStore, create, open_store

KEY = RegisterKey(bytes(range(32)))
ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of some sixty pages."""
    path = tmp_path / "vault.db"
    with closing(create(path, KEY, vault_id="V", at=AT, slots_counter=1)) as store, store.writing() as writer:
        writer.add_holder(a_holder(1))
        writer.add_event(an_event(1))
        for number in range(1, 21):
            writer.add_pair(a_pair(number), SEALED)
            writer.add_link(a_link(number))
    return path


def everything(path: Path) -> list[Any]:
    """All that the port can tell about the database at ``path``."""
    with closing(open_store(path, KEY, vault_id="V")) as store, store.reading() as reader:
        pairs = list(reader.pairs(every=True))
        told: list[Any] = [reader.pair(pair.id) for pair in pairs] + [reader.sealed(pair.id) for pair in pairs]
        told += reader.holders([pair.holder for pair in pairs]).values()
        told += [*reader.links(every=True), reader.head(), reader.slots_counter(), reader.holders_matching(["makler"])]
        return pairs + told


def refused(path: Path) -> Damaged | None:
    """The error that reading everything ends in, None where it does not."""
    try:
        everything(path)
    except Damaged as error:
        return error
    return None


def test_a_flipped_bit_is_refused_or_harmless(path: Path) -> None:
    """Wherever one bit is flipped: what is told is unchanged, or refused as damage; never something else."""
    sound, whole = everything(path), path.read_bytes()
    chance = random.Random(20261122)
    offsets = {0, 15, 16, 4095, 4096, len(whole) - 1} | {chance.randrange(len(whole)) for _ in range(120)}
    noticed = 0
    for offset in sorted(offsets):
        flipped = bytearray(whole)
        flipped[offset] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        if refused(path) is None:
            assert everything(path) == sound
        else:
            noticed += 1
        assert path.read_bytes() == bytes(flipped)
    assert noticed > len(offsets) // 2


def test_a_file_cut_short_is_refused(path: Path) -> None:
    """At whatever length it was cut, it is damage, and the rest of the file stays as it is."""
    whole = path.read_bytes()
    chance = random.Random(4)
    lengths = {0, 1, 16, 511, 512, 4095, 4096, 4097, 8192, len(whole) - 4096, len(whole) - 1}
    for length in sorted(lengths | {chance.randrange(len(whole)) for _ in range(40)}):
        path.write_bytes(whole[:length])
        assert isinstance(refused(path), Damaged), length
        assert path.read_bytes() == whole[:length]


def test_a_page_put_back_from_another_state_is_refused(path: Path) -> None:
    """Pages of this database in another order, each of them authentic, are not taken for it."""
    whole = path.read_bytes()
    pages = [whole[at : at + 4096] for at in range(0, len(whole), 4096)]
    pages[-10], pages[-9] = pages[-9], pages[-10]
    path.write_bytes(b"".join(pages))
    assert refused(path) is not None


def test_another_kind_of_file_is_told(path: Path) -> None:
    """Plain SQLite, random bytes, a text, a folder, a device, a symlink, nothing: each refused in its own words."""
    import sqlite3

    plain = path.with_name("plain.db")
    with closing(sqlite3.connect(plain)) as made:
        made.execute("CREATE TABLE pair (id)")
        made.commit()
    noise, text, folder, fifo, link = (
        path.with_name(name) for name in ("noise.db", "text.db", "folder", "fifo", "link.db")
    )
    noise.write_bytes(random.Random(1).randbytes(40960))
    text.write_text("hello")
    folder.mkdir()
    os.mkfifo(fifo)
    link.symlink_to(path)
    said = {}
    for file in (plain, noise, text, folder, fifo, link, path.with_name("missing.db")):
        with pytest.raises(Damaged) as caught:
            open_store(file, KEY, vault_id="V")
        said[file.name] = (caught.type, str(caught.value.fields["what"]))
    assert said == {
        "plain.db": (NotACertvault, "it is an SQLite database without encryption"),
        "noise.db": (Damaged, "the first page of its database does not open with the vault's key"),
        "text.db": (Damaged, "its database is cut short"),
        "folder": (NotACertvault, "it is not a file"),
        "fifo": (NotACertvault, "it is not a file"),
        "link.db": (NotACertvault, "it is a symlink"),
        "missing.db": (Damaged, "its database is missing"),
    }
    assert not path.with_name("missing.db").exists()


def fill(writer: Writer) -> None:
    """Add pairs until there is no room."""
    for number in range(100, 400):
        writer.add_pair(a_pair(number), SEALED)


def test_a_full_database_keeps_its_state(path: Path) -> None:
    """When no page is left the whole change is undone, and the store is usable afterwards."""
    sound = everything(path)
    with closing(connection.connect(path, KEY)) as opened:
        opened.execute("PRAGMA max_page_count = 1")
        store = SqlStore(opened, path)
        with pytest.raises(NoRoom) as caught, store.writing() as writer:
            fill(writer)
        assert caught.value.fields["why"] == "there is no room left on the disk"
        with store.writing() as writer:
            writer.set_slots_counter(1)
    assert everything(path) == sound


CHILD = """
import resource, sys
from pathlib import Path
from tests.stand_in.register import SEALED, a_pair
from vault.errors import NoRoom
from vault.secret import RegisterKey
from vault.store.store import open_store

path = Path(sys.argv[1])
store = open_store(path, RegisterKey(bytes(range(32))), vault_id="V")
if sys.argv[2] == "full":
    limit = path.stat().st_size + int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    try:
        with store.writing() as writer:
            for number in range(100, 400):
                writer.add_pair(a_pair(number), SEALED)
    except NoRoom:
        sys.exit(17)
else:
    store._connection.execute("PRAGMA cache_size = 10")  # pages reach the file before the commit
    number = 100
    while True:
        with store.writing() as writer:
            for _ in range(40):
                writer.add_pair(a_pair(number), SEALED)
                number += 1
                print(number, flush=True)
"""


def child(*arguments: str) -> list[str]:
    """The command of a process that does to the database what its first argument says."""
    return [sys.executable, "-B", "-c", CHILD, *arguments]


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")
@pytest.mark.parametrize("room", [-4096 * 30, 0, 4096, 100_000])
def test_a_full_disk_is_told_and_changes_nothing(path: Path, room: int) -> None:
    """Where the file may not grow the change is refused, and a later process finds the old state."""
    sound = everything(path)
    done = subprocess.run(child(str(path), "full", str(room)), cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 17, done.stderr.decode()
    assert everything(path) == sound


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
@pytest.mark.parametrize("steps", [3, 25, 39, 43, 70])
def test_a_killed_writer_leaves_the_last_commit(path: Path, steps: int) -> None:
    """Killed in the middle of a change of forty pairs: whole changes count, the one under way never happened."""
    with subprocess.Popen(child(str(path), "loop"), cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(steps):
            process.stdout.readline()
        process.kill()
    with closing(open_store(path, KEY, vault_id="V")) as store, store.writing() as writer:
        pairs = [pair.id for pair in writer.pairs()]
        added = len(pairs) - 20
        assert added % 40 == 0
        assert added >= steps // 40 * 40
        assert set(pairs) == {a_pair(number).id for number in (*range(1, 21), *range(100, 100 + added))}
        assert all(writer.sealed(pair) == SEALED for pair in pairs)
        writer.set_slots_counter(2)
