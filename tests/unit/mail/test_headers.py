"""The header section of a mail: raw letters, encoded words, and where it begins."""

from __future__ import annotations

import pytest

from vault.mail.decoding import decoded, guessed
from vault.mail.headers import fields, opening, unbase64

SUBJECTS = {
    "plain": (b"Link", "Link"),
    "folded": (b"Link zu\r\n Ihrem\r\n\tZertifikat", "Link zu Ihrem\tZertifikat"),
    "UTF-8 in Q": (b"=?utf-8?Q?M=C3=BCller_GmbH?=", "M\u00fcller GmbH"),
    "Latin-1 in B": (b"=?ISO-8859-1?B?TfxsbGVy?=", "M\u00fcller"),
    "a language": (b"=?utf-8*de?Q?M=C3=BCller?=", "M\u00fcller"),
    "two words": (b"=?utf-8?Q?M=C3=BC?=\r\n =?utf-8?Q?ller?=", "M\u00fcller"),
    "a letter cut in two": (b"=?utf-8?Q?M=C3?= =?utf-8?Q?=BCller?=", "M\u00fcller"),
    "words among words": (b"An =?utf-8?Q?M=C3=BCller?= und =?utf-8?Q?S=C3=B6hne?=", "An M\u00fcller und S\u00f6hne"),
    "unknown charset": (b"=?x-nord?Q?M=FCller?=", "M\u00fcller"),
    "raw UTF-8": ("M\u00fcller".encode(), "M\u00fcller"),
    "raw Windows-1252": ("M\u00fcller \u20ac".encode("cp1252"), "M\u00fcller \u20ac"),
    "no encoded word": (b"=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
}


@pytest.mark.parametrize(("raw", "text"), SUBJECTS.values(), ids=SUBJECTS)
def test_a_field_is_read_as_it_was_meant(raw: bytes, text: str) -> None:
    """Encoded words (RFC 2047), folding and raw letters all give the text."""
    assert fields(b"Subject: " + raw + b"\r\nTo: x\r\n")["subject"] == [text]


@pytest.mark.parametrize(
    ("source", "start"),
    [
        (b"From: a\nDate: x\n\n", 0),
        (b"\r\n\r\nReceived: x\nFrom: a\n\n", 4),
        (b"From - Mon Sep 30 07:31:09 2019\nFrom: a\nDate: x\n\n", 32),
        (b"1234\nFrom: a\nDate: x\n\n", 5),
        (b"From: a\nSent: x\nTo: b\nSubject: c\n\n", None),
        (b"Von: a\nGesendet: x\n\n", None),
        (b"https://example.de/", None),
        (b"", None),
    ],
)
def test_a_mail_as_it_is_sent_is_known_by_its_fields(source: bytes, start: int | None) -> None:
    """A pasted text is no mail in this sense; what mbox files and Apple Mail put in front is passed over."""
    assert opening(source) == start


@pytest.mark.parametrize("name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_text_that_says_nothing_about_itself_is_guessed(name: str) -> None:
    """Pasted and saved texts come in many encodings, with a byte-order mark or without."""
    assert guessed("Sch\u00e4ffer, Ren\u00e9".encode(name)) == "Sch\u00e4ffer, Ren\u00e9"


@pytest.mark.parametrize(
    "charset", ["iso-8859-1", "us-ascii", "x-nord", "rot13", "idna", "base64", "a\0b", "utf-8", None]
)
def test_a_charset_that_does_not_fit_is_passed_over(charset: str | None) -> None:
    """Bytes are read as Windows-1252 where the declared charset is unknown, no charset or contradicted by them."""
    assert decoded("Sch\u00e4ffer \u201ex\u201c".encode("cp1252"), charset) == "Sch\u00e4ffer \u201ex\u201c"


def test_base64_that_is_damaged_gives_what_it_can() -> None:
    """Line ends, other signs and a missing end do not matter."""
    assert unbase64(b"TWVp\r\nb! mVy") == b"Meiner"
    assert unbase64(b"TWVpb") == b"Mei"
    assert unbase64(b"") == b""
