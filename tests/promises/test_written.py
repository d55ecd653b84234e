"""Every file that the program writes for a person: it has its name when it is whole and on the disk, not before."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import COMMAND, Program
from tests.faults.trace import FOLDER, Step, steps, traced
from tests.promises.standing import PIN, state

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="strace is Linux's")

WAYS: dict[str, list[str]] = {
    "export": ["export", "müller", "--to", "OUT"],
    "backup": ["backup", "OUT/b.backup"],
    "backup in a series": ["backup", "--keep", "3", "OUT"],
    "watch key": ["keys", "add", "watch", "--watch-key-file", "OUT/watch.key"],
    "recovery sheet": ["keys", "add", "recovery", "--name", "sheet", "--recovery-file", "OUT/sheet.html"],
    "first recovery code": ["init", "--recovery-file", "OUT/code.txt", "--vault", "OUT/../other"],
    "log as CSV": ["audit", "--csv", "OUT/log.csv"],
    "receipt of a purge": ["purge", "--older-than", "0", "--yes", "--receipt", "OUT/receipt.json"],
}


@pytest.fixture
def out(program: Program) -> Path:
    """An empty folder for what is written; the vault has something to purge."""
    folder = program.folder / "out"
    folder.mkdir()
    assert program.run("add", "new.p12", "--pin-stdin", stdin=PIN.encode()).code == 0
    return folder


def command(program: Program, out: Path, way: str) -> list[str]:
    """The command line; a vault that is named comes after the usual one, and counts."""
    named = [part.replace("OUT", str(out)) for part in WAYS[way]]
    return [*COMMAND, *named, *([] if "--vault" in named else ["--vault", str(program.vault)])]


@pytest.mark.parametrize("way", WAYS)
def test_a_file_gets_its_name_when_it_is_on_the_disk(way: str, program: Program, out: Path, tmp_path: Path) -> None:
    """Its bytes are synced before it has the name, its folder after; nothing is written later, and it is 0600."""
    call = [*command(program, out, way), "--passphrase-file", str(program.passphrase_file)]
    done = traced(call, tmp_path / "trace")
    assert done.returncode == 0, done.stderr
    (path,) = out.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    found = list(steps(tmp_path / "trace", program.folder, {"out": FOLDER}))
    (named,) = (at for at, step in enumerate(found) if step.what == "name" and step.path == f"out/{path.name}")
    kinds = [step.what for step in found[:named] if step.file == found[named].file]
    assert kinds[-1] in {"sync", "name"}, kinds  # a name of its own until then, for what other processes read
    assert [kind for kind in kinds if kind != "name"][-1] == "sync"
    assert Step("sync-names", path="out") in found[named:]
    assert not [step for step in found[named + 1 :] if step.file == found[named].file]


ENDS = {"killed": (-9, "linkat:signal=SIGKILL"), "no room": (17, "linkat,rename:error=ENOSPC")}
"""What happens to the call that gives the name: strace does it. A backup is renamed where it cannot be linked."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("end", ENDS)
def test_a_file_that_was_not_finished_has_no_name(way: str, end: str, program: Program, out: Path) -> None:
    """Nothing of it is in its folder, what was there is, and the next time works: only a backup has to tidy then."""
    strace = shutil.which("strace")
    assert strace is not None, "scripts/setup --system installs strace"
    (out / "there").write_bytes(b"there before")
    code, how = ENDS[end]
    tracer = [strace, "-f", "-qq", "-o", "/dev/null", "-e", "trace=linkat,rename", "-e", f"inject={how}"]
    call = [*tracer, *command(program, out, way)]
    done = subprocess.run(call, env=program.environment, cwd=program.folder, capture_output=True, check=False)
    assert done.returncode == code, done.stderr
    left = [path.name for path in out.iterdir() if path.name != "there"]
    assert left == [] or (end == "killed" and "backup" in way and [name[:11] for name in left] == [".certvault-"])
    again = program.run(*command(program, out, way)[len(COMMAND) :])
    assert again.code == 0, again.err
    assert (out / "there").read_bytes() == b"there before"
    assert not list(out.glob(".*"))
    assert len(list(out.iterdir())) == (1 if "receipt" in way else 2)  # what it would tell of is deleted already
    assert ("current", PIN) in state(program)
