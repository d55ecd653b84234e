"""Reading files: private ones private, all bounded."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support import root
from vault.errors import FileUnusable, KeyFileUnusable, NoSuchFile
from vault.files.reading import read_bounded, read_private
from vault.files.writing import write_new

posix = pytest.mark.skipif(sys.platform == "win32", reason="POSIX alone has modes, FIFOs and limits of a process")


def test_a_private_file_is_read(tmp_path: Path) -> None:
    """A file of our own that nobody else may read, through a symlink too, up to the limit and no byte more."""
    path, link = tmp_path / "key", tmp_path / "link"
    write_new(path, b"k" * 64)
    link.symlink_to(path)
    assert read_private(path, 64) == read_private(link, 64) == b"k" * 64
    with pytest.raises(KeyFileUnusable, match="it has more than 63 bytes"):
        read_private(path, 63)


@posix
@pytest.mark.parametrize("bits", [0o640, 0o604, 0o620, 0o602, 0o601, 0o644, 0o777])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, bits: int) -> None:
    """One bit for group or others is enough, seen at the file that a symlink leads to."""
    path, link = tmp_path / "key", tmp_path / "link"
    write_new(path, b"secret")
    path.chmod(bits)
    link.symlink_to(path)
    for file in (path, link):
        with pytest.raises(KeyFileUnusable, match="its mode must be 0600") as caught:
            read_private(file, 100)
        assert "secret" not in str(vars(caught.value))


@posix
def test_a_key_of_somebody_else_is_refused(tmp_path: Path) -> None:
    """Who owns the file could change it."""
    root.needed()
    write_new(tmp_path / "key", b"secret")
    os.chown(tmp_path / "key", 65534, 65534)
    with pytest.raises(KeyFileUnusable, match="it belongs to somebody else"):
        read_private(tmp_path / "key", 100)


@posix
def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    """A folder, a FIFO (which would wait for ever), a device, an empty or missing file: each with its reason."""
    os.mkfifo(tmp_path / "fifo", 0o600)
    (tmp_path / "empty").touch(0o600)
    (tmp_path / "loop").symlink_to("loop")
    device, missing = Path("/dev/zero"), tmp_path / "missing"
    reasons = {
        tmp_path: "it is a folder",
        tmp_path / "fifo": "it is not a file",
        device: "it is not a file",
        tmp_path / "empty": "it is empty",
        missing: "it is not there",
        tmp_path / "loop": "Too many levels of symbolic links",
        missing / "x": "it is not there",
    }
    for path, why in reasons.items():
        with pytest.raises(KeyFileUnusable, match=why):
            read_private(path, 100)
        if path.name == "empty":
            assert read_bounded(path, 0) == b""
        else:
            with pytest.raises((FileUnusable, NoSuchFile)):
                read_bounded(path, 100)
    with pytest.raises(NoSuchFile):
        read_bounded(missing, 100)


def test_a_mail_is_read_up_to_its_limit(tmp_path: Path) -> None:
    """Everybody's mode will do; one byte beyond the limit is refused, and no more than that is ever read."""
    path = tmp_path / "mail.eml"
    path.write_bytes(b"x" * 3_000_000)
    assert read_bounded(path, 3_000_000) == b"x" * 3_000_000
    with pytest.raises(FileUnusable, match="it has more than 2999999 bytes"):
        read_bounded(path, 2_999_999)
