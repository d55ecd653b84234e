"""Mailbox files."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.mail import mails

LINE = b"From a@b.de Mon Sep 30 07:31:00 2019\n"
MAIL = b"Subject: a\n\nFrom here on\n\nFrom time to time\n\n"


def test_each_mail_comes_with_its_from_line() -> None:
    """Lines of the letter that begin with "From" cut nothing."""
    box = LINE + MAIL + LINE + MAIL + LINE + MAIL
    assert list(mails(box)) == [LINE + MAIL] * 3
    assert list(mails(box.replace(b"\n", b"\r\n"))) == [(LINE + MAIL).replace(b"\n", b"\r\n")] * 3


@pytest.mark.parametrize("source", [b"", MAIL, LINE + MAIL, MAIL + LINE + MAIL, LINE, b"From: a\n\n" + LINE + MAIL])
def test_what_is_no_mailbox_stays_whole(source: bytes) -> None:
    """One mail, a mail that quotes a mailbox, or none."""
    assert list(mails(source)) == [source]


@given(st.lists(st.sampled_from([LINE, MAIL, b"From ", b"\n", b"x: y\n"])))
def test_nothing_is_lost(pieces: list[bytes]) -> None:
    """Whatever is cut, together it is the source again."""
    assert b"".join(mails(b"".join(pieces))) == b"".join(pieces)
