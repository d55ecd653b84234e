"""Mails made to break the reader: it gives an answer or a clear refusal, and soon."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vault.errors import SourceNotReadable
from vault.mail import Found, found_in
from vault.mail.reading import LONGEST
from vault.profiles import load_all

PROFILES = load_all()
AT = datetime(2019, 10, 2, 8, 0, tzinfo=UTC)
LINK = b"https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
HEAD = b"From: a@example.de\nDate: Mon, 30 Sep 2019 07:31:07 +0200\nMIME-Version: 1.0\n"
HTML = HEAD + b"Content-Type: text/html\n\n"
MULTI = HEAD + b'Content-Type: multipart/mixed; boundary="b"\n\n'
MAILS = [path.read_bytes() for path in sorted((Path(__file__).parents[2] / "vectors" / "mail").iterdir())]


def _nested(depth: int) -> bytes:
    parts = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth))
    return HEAD + b"".join(parts) + b"\n" + LINK


STILL_FOUND = {
    "a hundred thousand nested divs": HTML + b"<div>" * 100_000 + b"<a href='" + LINK + b"'>x</a>",
    "unclosed tags": HTML + b"<table><tr><td><b>" * 10_000 + LINK,
    "comment that never ends after the link": HTML + LINK + b"<!--" * 100_000,
    "processing instruction and NUL": HTML + b"<?php x ?>\0<?xml version='1.0' encoding='utf-16'?>" + LINK,
    "multiparts in multiparts": _nested(19),
    "boundary that never ends": MULTI + b"--b\n\n" + LINK,
    "line of a million quotes": HEAD + b"\n" + b">" * 1_000_000 + b"\n" + LINK,
    "lines of quotes": HEAD + b"\n" + b">\n" * 500_000 + LINK,
    "header line of megabytes": HEAD + b"To: " + b"a," * 1_000_000 + b"\n\n" + LINK,
    "many header lines": HEAD + b"To: a@example.de\n" * 100_000 + b"\n" + LINK,
    "encoded words that never end": HEAD + b"Subject: " + b"=?a?q?x" * 100_000 + b"\n\n" + LINK,
    "parameters that never end": HEAD + b"Content-Type: text/plain; " + b'"a;' * 100_000 + b"\n\n" + LINK,
    "codec that is slow": HEAD + b"Content-Type: text/plain; charset=punycode\n\n" + b"a" * 100_000 + b"\n" + LINK,
    "codec that is no text": HEAD + b"Content-Type: text/plain; charset=rot13\n\n" + LINK,
    "dashes": b"-" * 1_000_000 + LINK,
    "at signs and dots": b"a@a." * 500_000 + b"\n" + LINK,
    "quotations": b"Am 1234567 schrieb x\n" * 20_000 + LINK,
    "links below heads upon heads": HEAD
    + b"\n"
    + b"Von: a@example.de\nGesendet: 29.09.2019 07:31\nBetreff: x\n\n" * 6_000
    + (LINK + b"\n") * 20_000,
    "angles that never close": b"<https://a\n" * 20_000 + LINK,
    "date of a thousand dates": b"Von: a@example.de\nDatum: " + b"30. September 2019 " * 1_000 + b"\n\n" + LINK,
}
REFUSED = {
    "too large": b"a" * (LONGEST + 1),
    "Outlook's own format": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + LINK,
    "too deep": _nested(21),
    "far too deep": _nested(3_000),
    "too many parts": MULTI + b"--b\n\nx\n" * 2_000,
    "mails in mails": HEAD + b"Content-Type: message/rfc822\n\n" + (HEAD + b"Content-Type: message/rfc822\n\n") * 500,
    "too many labels": b"Von:\n" * 100_000,
    "too many links": (LINK + b"\n") * 60_000,
    "too much text": b"a " * (5 << 20),
    "too much text in HTML": b"<html>" + b"a " * (5 << 20),
}


@pytest.mark.parametrize("source", STILL_FOUND.values(), ids=STILL_FOUND)
def test_a_link_is_found_in_spite_of_it(source: bytes) -> None:
    """What is meant to keep a reader busy, or to make it stop early, hides no link."""
    assert [link.url.text for link in found_in(source, PROFILES, UTC, AT).links] == [LINK.decode()]


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED)
def test_what_no_mail_is_is_refused(source: bytes) -> None:
    """Beyond the bounds of any true mail it is said, not half read."""
    with pytest.raises(SourceNotReadable):
        found_in(source, PROFILES, UTC, AT)


@given(st.binary(max_size=500))
def test_any_bytes_are_read(source: bytes) -> None:
    """No bytes make the reader fail; the one refusal is that of a file format that it does not read."""
    with suppress(SourceNotReadable):
        _checked(found_in(source, PROFILES, UTC, AT))


@given(st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_a_damaged_mail_is_read(data: st.DataObject) -> None:
    """A true mail with bytes changed, cut, doubled or put in gives an answer, and never a link that is not allowed."""
    mail = bytearray(data.draw(st.sampled_from(MAILS)))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, max(0, len(mail) - 1)))
        end = data.draw(st.integers(start, min(len(mail), start + 200)))
        mail[start:end] = data.draw(
            st.one_of(st.binary(max_size=8), st.just(bytes(mail[start:end]) * 2), st.just(b"\n\n"))
        )
    _checked(found_in(bytes(mail), PROFILES, UTC, AT))


def _checked(found: Found) -> None:
    """Whatever was read: the links are the profile's, and nothing lies in the future."""
    for link in found.links:
        assert link.url.text.startswith("https://www.arag.de/TokenService/download?")
        assert link.received <= AT
        assert link.received.tzinfo is UTC
        assert link.deadline is not None
        str(link).encode("utf-8", "surrogatepass")
