"""No memory of a process that holds a secret gets to the disk: as the kernel says it of the very processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.desk import pair
from tests.cli.program import ROOT, Program
from tests.promises.deaths import alive

if sys.platform == "win32":
    pytest.skip("core dumps are those of POSIX, /proc is Linux's", allow_module_level=True)
import resource

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")

NONE = ("0", "00000000")
"""No octet of a core file, and no kind of memory that another program would be handed."""
WATCHING = """
import vault.secret

def core():
    limits = open("/proc/self/limits").read().splitlines()
    soft = next(line.split()[4] for line in limits if line.startswith("Max core file size"))
    return soft + " " + open("/proc/self/coredump_filter").read().strip()

whole = vault.secret.Secret.reveal
def reveal(self):
    with open(LOG, "a") as log:
        log.write(core() + "\\n")
    return whole(self)
vault.secret.Secret.reveal = reveal
"""
CRASH = """
import os, resource, sys
from vault.crash import leave_no_core
if sys.argv[1] == "closed":
    leave_no_core()
resource.setrlimit(resource.RLIMIT_CORE, (resource.getrlimit(resource.RLIMIT_CORE)[1],) * 2)
secret = "-".join(["MARKED", "in", "memory"]).encode()
os.abort()
"""


@pytest.fixture(autouse=True)
def _dumps_are_wanted() -> Iterator[None]:
    """As on a machine where whoever starts the program wants core files."""
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_CORE, before)


def limits_of(process: Path) -> tuple[str, str]:
    """What the kernel would write of the process in ``/proc``."""
    found = (process / "limits").read_text().splitlines()
    soft = next(line.split()[4] for line in found if line.startswith("Max core file size"))
    return soft, (process / "coredump_filter").read_text().strip()


def test_wherever_a_secret_is_taken_in_hand_no_core_can_be_written(tmp_path: Path) -> None:
    """In every command that has one, from the passphrase of ``init`` to the last backup."""
    program = Program(tmp_path)
    (tmp_path / "hook").mkdir()
    log = tmp_path / "log"
    (tmp_path / "hook" / "sitecustomize.py").write_text(f"LOG = {str(log)!r}\n{WATCHING}")
    env = {"PYTHONPATH": f"{tmp_path / 'hook'}{os.pathsep}{program.environment['PYTHONPATH']}"}
    for name, days in (("a", 20), ("b", 300)):
        (tmp_path / f"{name}.p12").write_bytes(pair("Müller", f"Pin-{name}", days=days, since=400 - days))
    watch = {"CERTVAULT_PASSPHRASE_FILE": "", "CERTVAULT_WATCH_KEY_FILE": "watch.key"}
    for command, more in (
        ("init --recovery-file code", {}),
        ("keys add watch --watch-key-file watch.key", {}),
        ("add a.p12 --pin-stdin", {"stdin": b"Pin-a"}),
        ("add b.p12 --pin-stdin", {"stdin": b"Pin-b"}),
        ("due", {"env": watch}),
        ("list", {}),
        ("pin müller", {}),
        ("export müller --to out", {}),
        ("audit --verify", {}),
        ("backup b.backup", {}),
        ("restore b.backup --accept-keys", {}),
        ("keys rotate", {}),
        ("purge --older-than 0 --yes", {}),
        ("doctor", {}),
        ("doctor --rescue rescued", {}),
    ):
        log.write_text("")
        given = {"stdin": more.get("stdin", b""), "env": {**env, **more.get("env", {})}}  # type: ignore[dict-item]
        assert program.run(*command.split(), **given).code == 0, command  # type: ignore[arg-type]
        seen = set(log.read_text().splitlines())
        assert seen == {" ".join(NONE)}, command


def test_the_child_that_opens_files_writes_none_either(tmp_path: Path) -> None:
    """While it waits for the PIN, both are there; and the child says so by itself, whoever starts it."""
    program = Program(tmp_path)
    (tmp_path / "a.p12").write_bytes(pair("Müller", "Pin1"))
    assert program.run("init", "--no-recovery").code == 0
    with subprocess.Popen(
        [*program.command, "add", "a.p12", "--pin-stdin"],
        env=program.environment,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    ) as process:
        found: list[Path] = []
        while len(found) < 2 and process.poll() is None:
            found = alive(program)
        told = {limits_of(one) for one in found if (one / "limits").exists()}
        process.communicate(b"Pin1\n")
    assert len(found) == 2
    assert process.returncode == 0
    assert told == {NONE}


def test_a_crash_handed_to_another_program_holds_no_memory(tmp_path: Path) -> None:
    """The filter alone, with the limit lifted: the core that the kernel writes then has no secret in it."""
    assert b"MARKED-in-memory" in crashed(tmp_path, "open")
    assert b"MARKED-in-memory" not in crashed(tmp_path, "closed")


def crashed(folder: Path, how: str) -> bytes:
    """The core file that a crash leaves, or nothing where it leaves none."""
    done = subprocess.run(
        [sys.executable, "-c", CRASH, how], cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGABRT
    cores = [core.read_bytes() for core in folder.glob("core*")]
    if how == "open" and not cores:
        pytest.skip("this machine dumps no memory, or elsewhere")
    for core in folder.glob("core*"):
        core.unlink()
    return b"".join(cores)
