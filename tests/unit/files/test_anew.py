"""Writing a file in the place of an older one of its kind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vault.errors import NoRoom, WouldOverwrite
from vault.files.anew import file_anew

MARK = b"<mark>"


def write(path: Path, text: bytes = MARK + b"new") -> None:
    """A whole report."""
    with file_anew(path, MARK) as file:
        file.write(text)


def test_a_new_file_is_private(tmp_path: Path) -> None:
    """Nobody else reads what nobody opened to others."""
    write(tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == MARK + b"new"
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("older", [MARK + b"old", MARK, b""])
def test_an_older_one_is_replaced_and_stays_as_open(older: bytes, tmp_path: Path) -> None:
    """Who may read it once may go on; an empty file can be laid there with the right mode beforehand."""
    path = tmp_path / "a"
    path.write_bytes(older)
    path.chmod(0o644)
    write(path)
    assert path.read_bytes() == MARK + b"new"
    assert path.stat().st_mode & 0o777 == 0o644
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_its_group_stays(tmp_path: Path) -> None:
    """A report for the group of a web server goes on being one."""
    if os.geteuid():
        pytest.skip("only root gives files to groups of others")
    path = tmp_path / "a"
    path.write_bytes(MARK)
    os.chown(path, -1, 12345)
    path.chmod(0o640)
    write(path)
    assert (path.stat().st_gid, path.stat().st_mode & 0o777) == (12345, 0o640)


@pytest.mark.parametrize("other", [b"<html>", b"<mark", b"\0", b"x" + MARK])
def test_any_other_file_stays(other: bytes, tmp_path: Path) -> None:
    """What is no report of ours is left alone, to the last byte."""
    path = tmp_path / "a"
    path.write_bytes(other)
    with pytest.raises(WouldOverwrite):
        write(path)
    assert path.read_bytes() == other


@pytest.mark.parametrize("kind", ["folder", "symlink", "dangling", "fifo"])
def test_what_is_no_file_stays(kind: str, tmp_path: Path) -> None:
    """A symlink might lead anywhere, and a FIFO might wait for ever."""
    path, beside = tmp_path / "a", tmp_path / "beside"
    beside.write_bytes(MARK)
    match kind:
        case "folder":
            path.mkdir()
        case "symlink":
            path.symlink_to(beside)
        case "dangling":
            path.symlink_to(tmp_path / "nowhere")
        case _:
            os.mkfifo(path)
    with pytest.raises(WouldOverwrite):
        write(path)
    assert beside.read_bytes() == MARK


def test_what_breaks_off_leaves_the_older_one(tmp_path: Path) -> None:
    """Whole, or not at all; and nothing beside it."""
    path = tmp_path / "a"
    path.write_bytes(MARK + b"old")
    with pytest.raises(KeyError), file_anew(path, MARK) as file:  # noqa: PT012 - it is the block that raises
        file.write(MARK + b"half")
        raise KeyError
    assert path.read_bytes() == MARK + b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    """With the way to it, not with a trace."""
    with pytest.raises(NoRoom):
        write(tmp_path / "none" / "a")
