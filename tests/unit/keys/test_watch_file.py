"""The watch key file is read strictly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import KeyFileUnusable
from vault.keys.watch_file import LONGEST, contents, new_watch_key, read_watch_key
from vault.secret import WatchKey

KEY = WatchKey(bytes(range(32)))
LINE = contents(KEY)
PATH = "there/watch.key"


def test_one_short_line_of_ascii() -> None:
    """The file is one line of ASCII, well within what is read of it."""
    assert LINE.isascii()
    assert LINE.endswith(b"\n")
    assert len(LINE) == 71 < LONGEST


def test_new_key_is_random() -> None:
    """A new key is the randomness that was handed in, all 32 octets of it."""
    assert new_watch_key(lambda count: b"r" * count) == WatchKey(b"r" * 32)


@pytest.mark.parametrize("line", [LINE, LINE.rstrip(b"\n"), LINE.rstrip(b"\n") + b"\r\n"])
def test_any_line_end(line: bytes) -> None:
    """An editor's line end does not matter."""
    assert read_watch_key(line, PATH) == KEY


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
    with pytest.raises(KeyFileUnusable, match=PATH):
        read_watch_key(line, PATH)


@given(st.integers(0, len(LINE) - 2), st.integers(1, 255))
def test_every_changed_octet_is_found(place: int, change: int) -> None:
    """A file with one octet changed is damaged, not another key."""
    changed = bytearray(LINE)
    changed[place] ^= change
    with pytest.raises(KeyFileUnusable):
        read_watch_key(bytes(changed), PATH)


def test_the_key_stays_out_of_messages() -> None:
    """Nothing of a damaged key stands in its error."""
    damaged = LINE[:-2] + b"A\n"
    with pytest.raises(KeyFileUnusable) as caught:
        read_watch_key(damaged, PATH)
    assert LINE[30:40].decode() not in f"{caught.value!r} {caught.value} {caught.value.fields}"
