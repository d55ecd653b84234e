"""Disks that fill, and folders that may not be written: exit 17, and the old state is there, whole."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cli.program import Answer, Program
from tests.promises.standing import PIN, state
from tests.support import vaults
from vault.operations.pin import reveal

pytestmark = pytest.mark.skipif(os.name == "nt", reason="limits of a process are there on POSIX alone")

LIMITED = (
    "import os, resource, sys;"
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY));"
    "os.execv(sys.executable, [sys.executable, '-B', '-m', 'cli', *sys.argv[2:]])"
)


def limited(program: Program, room: int, *arguments: object, stdin: bytes = b"") -> Answer:
    """Run the program where no file may grow beyond ``room`` bytes."""
    return started(program, ["-c", LIMITED, str(room), *map(str, arguments)], stdin)


def closed(program: Program, *arguments: object, stdin: bytes = b"") -> Answer:
    """Run the program where nothing may be written that its modes do not allow, for root neither."""
    command = ["-m", "tests.support.privileges", sys.executable, "-B", "-m", "cli"]
    return started(program, [*command, *map(str, arguments)], stdin)


def started(program: Program, command: list[str], stdin: bytes) -> Answer:
    """What comes of a Python with these arguments."""
    done = subprocess.run(
        [sys.executable, *command],
        input=stdin,
        capture_output=True,
        env=program.environment,
        cwd=program.folder,
        timeout=60,
        check=False,
    )
    return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())


ROOM = [0, 1, 600, 5000, 60_000, 150_000]


@pytest.mark.parametrize("room", ROOM)
def test_add_on_a_full_disk_leaves_the_old_state(room: int, program: Program) -> None:
    """Exit 17, and the pair that was current is current; or there was room enough."""
    answer = limited(program, room, "add", "new.p12", "--pin-stdin", "--json", stdin=PIN.encode())
    if answer.code:
        assert answer.error["code"] == 17
        assert state(program) == [("current", "PIN-old")]
        assert not list(program.vault.glob("*-journal")) or room == 0
        assert program.run("add", "new.p12", "--pin-stdin", stdin=PIN.encode()).code == 0
    assert sorted(state(program)) == [("current", PIN), ("superseded", "PIN-old")]


@pytest.mark.parametrize("room", [0, 30_000, 145_000])
def test_init_on_a_full_disk_leaves_nothing_that_is_in_the_way(room: int, tmp_path: Path) -> None:
    """Exit 17, no vault, no code that opens none; and the next init works."""
    program = Program(tmp_path)
    init = ["init", "--recovery-file", "recovery"]
    answer = limited(program, room, *init, "--json")
    assert answer.error["code"] == 17
    assert [path.name for path in program.vault.glob("*") if path.name != "vault.lock"] == []
    assert not (tmp_path / "recovery").exists()
    if room == ROOM[0]:
        assert program.run(*init).code == 0


@pytest.mark.parametrize("room", [0, 600, 5000, 100_000])
def test_ingest_and_export_on_a_full_disk_leave_the_old_state(room: int, program: Program) -> None:
    """Exit 17, no link, no half file; what was there is there."""
    url = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
    out = program.folder / "out"
    out.mkdir()
    for command in (["ingest", url], ["export", "müller", "--to", out], ["pin", "müller"]):
        answer = limited(program, room, *command)
        assert answer.code == 17, answer
        assert answer.out == ""
    assert list(out.iterdir()) == []
    assert program.run("links", "--json").document == {"links": []}
    assert state(program) == [("current", "PIN-old")]


def test_a_file_that_does_not_fit_is_not_left_half(program: Program, tmp_path: Path) -> None:
    """A disk that is full for the export and not for the vault: a real one, where mounting is allowed."""
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", small], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting is not allowed here")
    try:
        (small / "full").write_bytes(bytes(4096))
        assert program.run("export", "müller", "--to", small, "--json").error["code"] == 17
        assert [path.name for path in small.iterdir()] == ["full"]
    finally:
        subprocess.run(["umount", small], check=True)


def test_a_folder_that_may_not_be_written_can_be_read(program: Program) -> None:
    """For somebody who is not root: listing works, what writes is code 17, and says what it could not write."""
    program.vault.chmod(0o500)
    try:
        assert closed(program, "list", "--json").document["pairs"]
        answer = closed(program, "add", "new.p12", "--pin-stdin", "--json", stdin=PIN.encode())
        assert answer.error["code"] == 17
        assert str(program.vault) in answer.error["message"]
    finally:
        program.vault.chmod(0o700)
    assert state(program) == [("current", "PIN-old")]


def test_the_pin_is_on_record_before_it_is_shown(program: Program) -> None:
    """Where the record cannot be written, no PIN is shown."""
    with vaults.custody(program.vault) as custody:
        with custody.reading() as reader:
            (pair,) = reader.pairs()
        with reveal(custody, pair, to="Kaya", at=datetime.now(UTC), random=os.urandom) as pin:
            assert pin.reveal() == "PIN-old"
    answer = limited(program, 0, "pin", "müller", "--json")
    assert (answer.error["code"], answer.out) == (17, "")
