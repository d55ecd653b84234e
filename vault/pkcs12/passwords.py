"""A PIN as the bytes that a key derivation takes, and how others may have written it.

RFC 7292, appendix B.1: the PKCS#12 derivation takes a BMPString with two zero bytes at its end; PBKDF2 takes UTF-8 by
general custom. Characters beyond the basic plane are surrogate pairs. Of an empty PIN some programs make the two
zero bytes, others nothing.
"""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from vault.secret import Pin

_CODE_PAGES = ("utf-8", "cp1252", "cp850")


class Password(NamedTuple):
    """``wide`` goes into the derivation of RFC 7292, ``narrow`` into PBKDF2. Secret: never shown."""

    wide: bytes
    narrow: bytes

    def __repr__(self) -> str:
        return "<Password>"


def standard(pin: Pin) -> tuple[Password, ...]:
    """The PIN as the standards have it; an empty one in both its forms."""
    text = pin.reveal()
    return (_password(text),) if text else (_password(""), Password(b"", b""))


def otherwise(pin: Pin) -> tuple[Password, ...]:
    """The ways in which programs are known to have written the PIN against the standards.

    Composed and decomposed accents; the bytes of a code page, one by one, as characters (OpenSSL before 1.1.0 did so
    with what the terminal gave it); and for PBKDF2 the code pages themselves and UTF-16.
    """
    text = pin.reveal()
    texts = [unicodedata.normalize(form, text) for form in ("NFC", "NFD")]
    pages = [raw for page in _CODE_PAGES if (raw := _encoded(text, page)) is not None]
    found = [_password(each) for each in texts]
    found += [_password(raw.decode("latin-1")) for raw in pages]
    found += [Password(_wide(raw.decode("latin-1")), raw) for raw in pages]
    found += [Password(_wide(text), raw) for raw in (_wide(text), _wide(text)[:-2], text.encode("utf-16-le"))]
    known = set(standard(pin))
    return tuple(each for each in dict.fromkeys(found) if each not in known)


def _password(text: str) -> Password:
    return Password(_wide(text), text.encode())


def _wide(text: str) -> bytes:
    return text.encode("utf-16-be") + b"\0\0"


def _encoded(text: str, page: str) -> bytes | None:
    try:
        return text.encode(page)
    except UnicodeEncodeError:
        return None
