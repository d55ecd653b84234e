"""The lock, between processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vault.errors import Busy, NoRoom
from vault.files.lock import Lock

ROOT = Path(__file__).parents[3]

HOLD = """
import sys
from pathlib import Path
from vault.files.lock import Lock
with Lock(Path(sys.argv[1]), exclusive=sys.argv[2] == "exclusive"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("theirs", "exclusive", "granted"),
    [
        ("shared", False, True),
        ("shared", True, False),
        ("exclusive", False, False),
        ("exclusive", True, False),
    ],
)
def test_a_lock_holds_against_another_process(tmp_path: Path, theirs: str, exclusive: bool, granted: bool) -> None:
    """Many may share; who has it exclusively has it alone; and it goes with a process that is killed."""
    path = tmp_path / "vault.lock"
    call = [sys.executable, "-c", HOLD, str(path), theirs]
    with subprocess.Popen(call, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        if granted:
            Lock(path, exclusive=exclusive).release()
        else:
            with pytest.raises(Busy):
                Lock(path, exclusive=exclusive)
        other.kill()
    with Lock(path, exclusive=exclusive):
        pass


def test_waiting_for_a_lock_is_the_callers(tmp_path: Path) -> None:
    """``again`` is asked after each refusal; the lock is had as soon as it is free."""
    path, asked = tmp_path / "vault.lock", list[int]()
    first = Lock(path)

    def again() -> bool:
        asked.append(1)
        if len(asked) == 3:
            first.release()
        return len(asked) < 5

    with Lock(path, exclusive=True, again=again):
        assert len(asked) == 3
    with Lock(path), pytest.raises(Busy):
        Lock(path, exclusive=True, again=lambda: False)
    first.release()


def test_a_lock_lets_go_of_its_file(tmp_path: Path) -> None:
    """Neither a refused nor an interrupted lock keeps a file open."""

    def stop() -> bool:
        raise KeyboardInterrupt

    open_files = sum(1 for _ in Path("/dev/fd").iterdir())
    with Lock(tmp_path / "vault.lock"):
        with pytest.raises(Busy):
            Lock(tmp_path / "vault.lock", exclusive=True)
        with pytest.raises(KeyboardInterrupt):
            Lock(tmp_path / "vault.lock", exclusive=True, again=stop)
    assert sum(1 for _ in Path("/dev/fd").iterdir()) == open_files
    with pytest.raises(NoRoom):
        Lock(tmp_path / "no" / "vault.lock")
