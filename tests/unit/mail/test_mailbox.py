"""Mailbox files."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.mail import mailbox
from vault.mail.mailbox import is_mailbox, mails
from vault.mail.reading import LONGEST

LINE = b"From a@b.de Mon Sep 30 07:31:00 2019\n"
MAIL = b"Subject: a\n\nFrom here on\n\nFrom time to time\n\n"


def cut(source: bytes) -> list[bytes | None]:
    """The mails in a mailbox of these bytes."""
    return [mail.data for mail in mails(io.BytesIO(source))]


class Endless(io.RawIOBase):
    """A file of ``size`` bytes that nobody wrote: ``block`` over and over."""

    def __init__(self, block: bytes, size: int) -> None:
        self._block, self._at, self._size = block, 0, size

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        offset = self._at % len(self._block)
        taken = self._block[offset : offset + min(size, self._size - self._at)]
        self._at += len(taken)
        return taken


def test_each_mail_comes_with_its_from_line() -> None:
    """Lines of the letter that begin with "From" cut nothing."""
    box = LINE + MAIL + LINE + MAIL + LINE + MAIL
    assert cut(box) == [LINE + MAIL] * 3
    assert cut(box.replace(b"\n", b"\r\n")) == [(LINE + MAIL).replace(b"\n", b"\r\n")] * 3


@pytest.mark.parametrize("source", [b"", MAIL, LINE + MAIL, MAIL + LINE + MAIL, LINE, b"From: a\n\n" + LINE + MAIL])
def test_what_is_no_mailbox_stays_whole(source: bytes) -> None:
    """One mail, a mail that quotes a mailbox, or none."""
    assert cut(source) == [source]
    assert is_mailbox(source) == source.startswith(LINE + MAIL)


@given(st.lists(st.sampled_from([LINE, LINE + MAIL, MAIL, b"From ", b"\n", b"x: y\n"])), st.integers(1, 500))
def test_nothing_is_lost_and_no_piece_too_small(pieces: list[bytes], size: int) -> None:
    """Whatever is cut, together it is the source again; and where the pieces end that are read changes nothing."""
    source = b"".join(pieces)
    whole = cut(source)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mailbox, "_PIECE", size)
        in_pieces = list(mails(io.BytesIO(source)))
    assert [mail.data for mail in in_pieces] == whole
    assert b"".join(mail.data or b"" for mail in in_pieces) == source
    assert in_pieces[-1].end == len(source)


def test_a_mail_longer_than_a_mail_can_be_is_told_and_passed() -> None:
    """The next one is read as ever, and the places are those in the file."""
    box = LINE + MAIL + LINE + b"Subject: long\n\n" + b"x" * (LONGEST + 5) + b"\n\n" + LINE + MAIL
    first, long, last = mails(io.BytesIO(box))
    assert (first.data, long.data, last.data) == (LINE + MAIL, None, LINE + MAIL)
    assert (long.end, last.end) == (len(box) - len(LINE + MAIL), len(box))


def test_a_mailbox_of_many_megabytes_takes_little_memory() -> None:
    """Neither many mails nor one without end are held at once."""
    for block in (LINE + MAIL + b"x" * 50_000 + b"\n\n", LINE + MAIL + b"x" * 80_000_000 + b"\n\n"):
        tracemalloc.start()
        count = len([mail.end for mail in mails(Endless(block, 90_000_000))])  # type: ignore[arg-type]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == -(-90_000_000 // len(block))
        assert peak < 1.5 * LONGEST
