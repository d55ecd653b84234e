"""New files: whole or not at all, and never over one that is there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from vault.errors import NoRoom, WouldOverwrite
from vault.files.writing import private_folder, replace, write_new

ROOT = Path(__file__).parents[3]
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX alone has modes, FIFOs and limits of a process")


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return path.stat().st_mode & 0o777


@pytest.fixture
def wide_umask() -> object:
    """A process that would let everybody read and write what it makes."""
    before = os.umask(0)
    yield before
    os.umask(before)


def test_a_new_file_is_private_and_whole(tmp_path: Path, wide_umask: object) -> None:
    """Mode 0600 whatever the process's habit, or the one asked for; the bytes as given."""
    write_new(tmp_path / "secret", b"\0\r\n\x1a" * 100_000)
    write_new(tmp_path / "public", b"", mode=0o644)
    assert (tmp_path / "secret").read_bytes() == b"\0\r\n\x1a" * 100_000
    assert (mode(tmp_path / "secret"), mode(tmp_path / "public")) == (0o600, 0o644)


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    """Not a file, not a folder, and not what a symlink points at, be it there or not."""
    there, folder, link, dangling = (tmp_path / name for name in ("there", "folder", "link", "dangling"))
    there.write_bytes(b"old")
    folder.mkdir()
    link.symlink_to(there)
    dangling.symlink_to(tmp_path / "nowhere")
    for path in (there, folder, link, dangling):
        with pytest.raises(WouldOverwrite):
            write_new(path, b"new")
    assert there.read_bytes() == b"old"
    assert not (tmp_path / "nowhere").exists()


def test_no_folder_is_no_room(tmp_path: Path) -> None:
    """A file in a folder that is not there is refused with the reason."""
    with pytest.raises(NoRoom, match="its folder is not there"):
        write_new(tmp_path / "no" / "file", b"")
    with pytest.raises(NoRoom, match="its folder is not there"):
        replace(tmp_path / "no" / "file", b"")


FULL = """
import resource, sys
from pathlib import Path
from vault.errors import NoRoom
from vault.files import writing
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
try:
    getattr(writing, sys.argv[1])(Path(sys.argv[2]), bytes(6000))
except NoRoom as error:
    print(error)
    sys.exit(17)
"""


@posix
@pytest.mark.parametrize("how", ["write_new", "replace"])
def test_a_full_disk_leaves_nothing_half(tmp_path: Path, how: str) -> None:
    """A file that does not fit is not there afterwards; one that was to be replaced is there as it was."""
    path = tmp_path / "file"
    if how == "replace":
        path.write_bytes(b"old")
    before = sorted(tmp_path.iterdir())
    call = [sys.executable, "-B", "-c", FULL, how, str(path)]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (17, f"{path} could not be written: there is no room left on the disk.\n")
    assert sorted(tmp_path.iterdir()) == before
    assert how == "write_new" or path.read_bytes() == b"old"


def test_an_interrupted_write_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stopped by the person at the keyboard, the file is not there."""

    def stop(file: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_new(tmp_path / "file", b"data")
    assert list(tmp_path.iterdir()) == []


def test_replacing_puts_the_new_bytes_in_place(tmp_path: Path, wide_umask: object) -> None:
    """New bytes, mode 0600, no other file beside it; a symlink is replaced itself, not what it points at."""
    path, elsewhere = tmp_path / "file", tmp_path / "elsewhere"
    path.write_bytes(b"old")
    path.chmod(0o644)
    path.with_name(f".file.{os.getpid()}.new").write_bytes(b"left behind by a process that was killed")
    replace(path, b"new")
    assert (path.read_bytes(), mode(path)) == (b"new", 0o600)
    elsewhere.symlink_to(path)
    replace(elsewhere, b"newer")
    assert (path.read_bytes(), elsewhere.read_bytes(), elsewhere.is_symlink()) == (b"new", b"newer", False)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["elsewhere", "file"]


def test_a_private_folder(tmp_path: Path, wide_umask: object) -> None:
    """Mode 0700 where it is new; one that is there is left alone; a file in its place is an error."""
    folder = tmp_path / "above" / "vault"
    private_folder(folder)
    assert mode(folder) == 0o700
    folder.chmod(0o750)
    private_folder(folder)
    assert mode(folder) == 0o750
    (tmp_path / "file").touch()
    with pytest.raises(NoRoom):
        private_folder(tmp_path / "file")
