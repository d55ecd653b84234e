"""Backups through the program: while others write, killed, on full disks, with somebody looking for secrets."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.program import COMMAND, Program
from tests.promises.deaths import alive, deadly
from tests.promises.standing import contents, state
from tests.promises.test_faults import limited
from tests.promises.traces import Traces, private_key
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from vault import packing

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="/proc is Linux's")

KILLED = -9
OLD = [("current", "PIN-old")]


def beside(program: Program) -> set[str]:
    """What lies beside the vault, but what the fixture put there."""
    return {path.name for path in program.folder.iterdir()} - {"vault", "old.p12", "new.p12", "passphrase", "deadly"}


def test_a_backup_is_one_state_while_four_processes_add(program: Program) -> None:
    """Each backup that is made meanwhile holds so many pairs as its events say, and every one of them opens."""
    adding = []
    for number in range(4):
        for turn in range(2):
            path = program.folder / f"{number}-{turn}.p12"
            path.write_bytes(make_pair(f"Makler {number} {turn}", "PIN-x"))
        script = 'for turn in 0 1; do "$1" -m cli add $2-$turn.p12 --pin-stdin <<< PIN-x || exit 1; done'
        command = ["bash", "-c", script, "-", sys.executable, str(number)]
        adding.append(subprocess.Popen(command, env=program.environment, cwd=program.folder))
    try:
        made = [program.run("backup", f"{number}.backup", "--json").document for number in range(4)]
    finally:
        codes = [process.wait(60) for process in adding]
    assert codes == [0, 0, 0, 0]
    for number, answer in enumerate(made):
        copy = Program(program.folder, CERTVAULT_DIR=str(program.folder / f"copy-{number}"))
        assert copy.run("restore", f"{number}.backup", "--accept-keys").code == 0
        with vaults.custody(program.folder / f"copy-{number}") as custody:
            with custody.reading() as reader:
                pairs = list(reader.pairs(every=True))
            assert len(pairs) == answer["pairs"]
            assert all(custody.contents(pair).pin.reveal() in {"PIN-x", "PIN-old"} for pair in pairs)
    assert len(state(program)) == 9


BACKUP_POINTS = [
    ("vault.packing", "pack", "before"),
    ("vault.packing", "pack", "after"),
    ("vault.operations.backup", "proven", "before"),
    ("vault.operations.backup", "_reread", "after"),
    ("vault.operations.backup", "publish", "before"),
    ("vault.operations.backup", "publish", "after"),
    ("vault.store.writer", "SqlWriter.put_setting", "after"),
]


@pytest.mark.parametrize("point", BACKUP_POINTS, ids=lambda point: "-".join(point[1:]))
def test_a_backup_that_was_killed_is_whole_or_not_there(point: tuple[str, str, str], program: Program) -> None:
    """Never half under its name; what was unfinished goes with the next one; the vault is as it was."""
    assert program.run("backup", "b.backup", env=deadly(program, *point)).code == KILLED
    if (program.folder / "b.backup").exists():
        assert point[1] not in {"pack", "proven", "_reread"}
        assert packing.read(program.folder / "b.backup").head.pairs == 1
    assert state(program) == OLD
    assert program.run("backup", "c.backup").code == 0
    assert beside(program) <= {"b.backup", "c.backup"}
    assert alive(program) == []


RESTORE, REPLACING = "vault.operations.restore", "vault.operations.replacing"
RESTORE_POINTS = [
    ("vault.packing", "unpack", "before"),
    ("vault.packing", "unpack", "after"),
    (RESTORE, "record", "after"),
    ("vault.moving", "begin_aside", "after"),
    (REPLACING, "write_new", "before"),
    (REPLACING, "write_new", "after"),
    (REPLACING, "publish", "before"),
    (REPLACING, "publish", "after"),
    (REPLACING, "replace", "before"),
    (REPLACING, "replace", "after"),
    ("vault.moving", "_put_aside", "before"),
    ("vault.moving", "_move", "after"),
    ("vault.moving", "_put_aside", "after"),
    (REPLACING, "Place.commit", "after"),
]


@pytest.mark.parametrize("point", RESTORE_POINTS, ids=lambda point: "-".join(point[1:]))
def test_a_restore_that_was_killed_left_the_old_vault_or_the_new(point: tuple[str, str, str], program: Program) -> None:
    """The vault opens, as it was or as it was backed up, and the next restore works and tidies."""
    assert program.run("backup", "b.backup").code == 0
    assert program.run("add", "new.p12", "--pin-stdin", stdin=b"PIN-room-1").code == 0
    now = state(program)
    assert program.run("restore", "b.backup", env=deadly(program, *point)).code == KILLED
    done = point[1:] == ("replace", "after") or point[1] in {"Place.commit", "_put_aside", "_move"}
    assert state(program) == (OLD if done else now)
    assert program.run("list").code == 0
    answer = program.run("restore", "b.backup", "--json").document
    assert state(program) == OLD
    assert len(list(program.vault.glob("*.db"))) == 1
    assert not list(program.vault.glob("restoring-*"))
    assert answer["kept_aside"] is not None
    for aside in program.vault.glob("replaced-*"):
        assert Program(program.folder, CERTVAULT_DIR=str(aside)).run("list").code == 0


@pytest.mark.parametrize("room", [0, 1, 5000, 60_000, 150_000])
def test_a_backup_on_a_full_disk_leaves_nothing(room: int, program: Program) -> None:
    """Exit 17, no file under its name and none beside it; or there was room enough."""
    answer = limited(program, room, "backup", "b.backup", "--json")
    if answer.code:
        assert answer.error["code"] == 17
        assert not (program.folder / "b.backup").exists()
        assert beside(program) <= {".certvault-part"}
        assert program.run("backup", "b.backup").code == 0
    assert packing.read(program.folder / "b.backup").head.pairs == 1
    assert state(program) == OLD
    assert beside(program) == {"b.backup"}


@pytest.mark.parametrize("room", [0, 1, 5000, 60_000, 150_000])
def test_a_restore_on_a_full_disk_leaves_the_old_vault(room: int, program: Program) -> None:
    """Exit 17, and the vault is as it was; or there was room enough."""
    assert program.run("backup", "b.backup").code == 0
    assert program.run("add", "new.p12", "--pin-stdin", stdin=b"PIN-room-1").code == 0
    now, before = state(program), contents(program.vault)
    answer = limited(program, room, "restore", "b.backup", "--json")
    if answer.code:
        assert answer.error["code"] == 17
        assert state(program) == now
        assert {name: data for name, data in contents(program.vault).items() if "replaced" not in name} == before
        assert program.run("restore", "b.backup").code == 0
    assert state(program) == OLD


def test_no_secret_stands_in_a_backup_or_beside_it(program: Program) -> None:
    """While it is made, and in the file; nothing lies elsewhere, and the folder in which it is made is ours alone."""
    file = (program.folder / "old.p12").read_bytes()
    texts = {"PIN": "PIN-old", "passphrase": vaults.PASSPHRASE.reveal()}
    traces = Traces.of(texts, private_key(file, "PIN-old"))
    process = subprocess.Popen([*COMMAND, "backup", "b.backup"], env=program.environment, cwd=program.folder)
    seen: set[str] = set()
    modes: set[int] = set()
    while process.poll() is None:
        for folder in program.folder.glob(".certvault-*"):
            try:
                modes.add(folder.stat().st_mode & 0o777)
                for part in folder.iterdir():
                    modes.add(part.stat().st_mode & 0o777)
                    seen |= traces.found_in(part.read_bytes())
            except OSError:
                continue
        time.sleep(0.001)
    assert process.returncode == 0
    assert seen == set()
    assert modes <= {0o700, 0o600}
    assert traces.found_in((program.folder / "b.backup").read_bytes()) == set()
    assert (program.folder / "b.backup").stat().st_mode & 0o777 == 0o600


def test_a_flipped_bit_anywhere_is_refused_by_the_program(program: Program) -> None:
    """In each region: exit 5, what is damaged, and the vault is as it was."""
    assert program.run("backup", "b.backup").code == 0
    file = Path(program.folder / "b.backup")
    whole, now = file.read_bytes(), contents(program.vault)
    for place in (0, 18, 21, 25, 31, 40, 400, len(whole) // 2, len(whole) - 150, len(whole) - 100, len(whole) - 40,
                  len(whole) - 1):  # fmt: skip
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1 :])
        assert program.run("restore", "b.backup", "--json").error["code"] == 5
    assert contents(program.vault) == now
