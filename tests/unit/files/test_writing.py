"""New files: whole or not at all, and never over one that is there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from vault.errors import Busy, NoRoom, NotAFolder, WouldOverwrite
from vault.files import writing
from vault.files.writing import move, new_file, private_folder, publish, replace, write_new, write_new_lines

ROOT = Path(__file__).parents[3]
posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX alone has modes, FIFOs and limits of a process")


def mode(path: Path) -> int:
    """The permission bits of a file."""
    return path.stat().st_mode & 0o777


@pytest.fixture(autouse=True, params=["files without a name", "only with a name", "one name for a file"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every promise on three kinds of disk."""

    def none(*_: object, **__: object) -> None:
        raise PermissionError

    if request.param != "files without a name":
        monkeypatch.setattr(writing, "_nameless", lambda _: None)
    if request.param == "one name for a file":
        monkeypatch.setattr(os, "link", none)


@pytest.fixture
def wide_umask() -> object:
    """A process that would let everybody read and write what it makes."""
    before = os.umask(0)
    yield before
    os.umask(before)


def test_a_new_file_is_private_and_whole(tmp_path: Path, wide_umask: object) -> None:
    """Mode 0600 whatever the process's habit; the bytes as given."""
    write_new(tmp_path / "secret", b"\0\r\n\x1a" * 100_000)
    assert (tmp_path / "secret").read_bytes() == b"\0\r\n\x1a" * 100_000
    assert mode(tmp_path / "secret") == 0o600


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
from vault.errors import Busy, NoRoom
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
    for path in (tmp_path / "file", tmp_path / "file" / "below" / "it"):
        with pytest.raises(NotAFolder) as told:
            private_folder(path)
        assert told.value.fields["path"] == str(tmp_path / "file")


def test_nobody_sees_a_file_that_is_not_complete(tmp_path: Path) -> None:
    """Until the end of the block it does not have its name, and what is there beside it is hidden."""
    with new_file(tmp_path / "file") as file:
        file.write(b"half")
        file.flush()
        assert all(path.name.startswith(".") for path in tmp_path.iterdir())
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"half")]


def test_who_is_first_has_the_name(tmp_path: Path) -> None:
    """A file that got the name while ours was written stays, and nothing of ours does."""
    theirs = tmp_path / "file"
    with pytest.raises(WouldOverwrite):
        write_new_lines(theirs, (str(theirs.write_bytes(b"theirs")) for _ in "x"))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("file", b"theirs")]


def test_a_name_that_is_not_on_the_disk_is_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the folder cannot be synced, nobody is told that the file is there, and it is not."""

    def failing(folder: Path) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(writing, "sync_folder", failing)
    (tmp_path / "part").write_bytes(b"x")
    with pytest.raises(NoRoom, match="Input/output error"):
        write_new(tmp_path / "file", b"x")
    assert not (tmp_path / "file").exists()
    with pytest.raises(NoRoom, match="Input/output error"):
        publish(tmp_path / "part", tmp_path / "file")
    assert not (tmp_path / "file").exists()


def test_lines_are_written_as_they_come(tmp_path: Path) -> None:
    """As UTF-8 with a byte-order mark, line ends as given; where their source fails, nothing is there."""

    def broken() -> Iterator[str]:
        yield "a"
        raise Busy

    write_new_lines(tmp_path / "file", ["ü\r\n", "b\n"])
    assert (tmp_path / "file").read_bytes() == b"\xef\xbb\xbf\xc3\xbc\r\nb\n"
    with pytest.raises(Busy):
        write_new_lines(tmp_path / "other", broken())
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@posix
def test_new_folders_are_on_the_disk_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each folder that a new one lies in is synced; where it may not be opened, the new one is made all the same."""
    synced: list[Path] = []
    monkeypatch.setattr(writing, "sync_folder", synced.append)
    private_folder(tmp_path / "a" / "b" / "vault")
    assert set(synced) == {tmp_path, tmp_path / "a", tmp_path / "a" / "b"}
    synced.clear()
    private_folder(tmp_path / "a" / "b" / "vault")
    assert synced == []

    def closed(_folder: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(writing, "sync_folder", closed)
    private_folder(tmp_path / "c")
    assert (tmp_path / "c").is_dir()


def test_a_file_that_cannot_be_moved_stays(tmp_path: Path) -> None:
    """NoRoom, whatever the system says; else it has the new name alone."""
    old, new = tmp_path / "old", tmp_path / "new"
    old.write_bytes(b"x")
    with pytest.raises(NoRoom):
        move(old, tmp_path / "nowhere" / "new")
    assert old.read_bytes() == b"x"
    move(old, new)
    assert (old.exists(), new.read_bytes()) == (False, b"x")
