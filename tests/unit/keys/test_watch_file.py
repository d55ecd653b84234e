"""The watch key file is read strictly, and only where nobody else can read it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import KeyFileUnusable
from vault.keys.watch_file import contents, new_watch_key, parsed, read
from vault.secret import WatchKey

KEY = WatchKey(bytes(range(32)))
LINE = contents(KEY)
PATH = Path("watch.key")


def test_round_trip(tmp_path: Path) -> None:
    """What was written is read again."""
    path = tmp_path / "watch.key"
    path.touch(mode=0o600)
    path.write_bytes(contents(KEY))
    assert read(path) == KEY


def test_new_key_is_random() -> None:
    """A new key is the randomness that was handed in, all 32 octets of it."""
    assert new_watch_key(lambda count: b"r" * count) == WatchKey(b"r" * 32)


@pytest.mark.parametrize("line", [LINE, LINE.rstrip(b"\n"), LINE.rstrip(b"\n") + b"\r\n"])
def test_any_line_end(line: bytes) -> None:
    """An editor's line end does not matter."""
    assert parsed(line, PATH) == KEY


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"\n",
        LINE[1:],
        LINE[:-5] + b"\n",
        b"\xef\xbb\xbf" + LINE,
        LINE + b"\n",
        LINE + LINE,
        b" " + LINE,
        LINE.upper(),
    ],
)
def test_anything_else_is_refused(line: bytes) -> None:
    """Cut, doubled, indented or other contents are no watch key."""
    with pytest.raises(KeyFileUnusable):
        parsed(line, PATH)


@given(st.integers(0, len(LINE) - 2), st.integers(1, 255))
def test_every_changed_octet_is_found(place: int, change: int) -> None:
    """A file with one octet changed is damaged, not another key."""
    changed = bytearray(LINE)
    changed[place] ^= change
    with pytest.raises(KeyFileUnusable):
        parsed(bytes(changed), PATH)


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    """A key that others can read or write is not used."""
    path = tmp_path / "watch.key"
    path.write_bytes(LINE)
    path.chmod(mode)
    with pytest.raises(KeyFileUnusable, match="others"):
        read(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A missing file and a folder are errors with the path, never a traceback."""
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(KeyFileUnusable) as caught:
            read(path)
        assert caught.value.fields["path"] == str(path)


def test_the_key_stays_out_of_messages() -> None:
    """Nothing of a damaged key stands in its error."""
    damaged = LINE[:-2] + b"A\n"
    with pytest.raises(KeyFileUnusable) as caught:
        parsed(damaged, PATH)
    assert LINE[30:40].decode() not in f"{caught.value!r} {caught.value} {caught.value.fields}"
