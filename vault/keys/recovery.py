"""The recovery code: 128 random bits and a checksum, to be printed and typed in again one day.

20 octets (16 random, 4 of SHA-256 over a label and them) are 32 characters of Crockford base32, printed as eight
groups of four. The checksum lets one typing error in four thousand million pass.
"""

from __future__ import annotations

import hashlib

from vault.model.ids import ALPHABET, Random, encode
from vault.secret import RecoveryCode

CHARACTERS = 32
_RANDOM, _CHECKSUM, _GROUP = 16, 4, 4
_LABEL = b"certvault/1/recovery-checksum\n"
_DROPPED = dict.fromkeys(map(ord, " \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014\u2212"))
_READ = {ord(c): c for c in ALPHABET} | {ord(c.lower()): c for c in ALPHABET}
_READ |= {ord(c): ALPHABET[v] for c, v in {"I": 1, "i": 1, "L": 1, "l": 1, "O": 0, "o": 0}.items()}


def new_code(random: Random) -> RecoveryCode:
    """A new recovery code in its printed form."""
    value = random(_RANDOM)
    return RecoveryCode(_printed(encode(value + _checksum(value))))


def recognised(text: str) -> RecoveryCode | None:
    """``text`` as a recovery code in its printed form, or None where its form or checksum is another.

    Blind to case; blanks and hyphens are dropped; I and L are read as 1, O as 0.
    """
    letters = "".join(_READ.get(ord(c), "?") for c in text.translate(_DROPPED))
    if len(letters) != CHARACTERS or "?" in letters:
        return None
    value = _decoded(letters)
    return RecoveryCode(_printed(letters)) if _checksum(value[:_RANDOM]) == value[_RANDOM:] else None


def code_bytes(code: RecoveryCode) -> bytes:
    """The 16 random octets of a code in its printed form."""
    return _decoded(code.reveal().replace("-", ""))[:_RANDOM]


def looks_like_code(text: str) -> bool:
    """Whether somebody who typed ``text`` meant a recovery code, with typing errors or without.

    So is what has 32 characters of the alphabet, and what has nearly as many with some digits among them: whoever
    dropped a letter is better told of the typing error than of a wrong passphrase.
    """
    typed = text.translate(_DROPPED)
    foreign = sum(ord(c) not in _READ for c in typed)
    digits = sum(c in "0123456789" for c in typed)
    exact = len(typed) == CHARACTERS and not foreign
    return exact or (abs(len(typed) - CHARACTERS) <= 2 and foreign <= 2 and digits >= 4)


def _checksum(value: bytes) -> bytes:
    return hashlib.sha256(_LABEL + value).digest()[:_CHECKSUM]


def _printed(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, CHARACTERS, _GROUP))


def _decoded(letters: str) -> bytes:
    number = 0
    for letter in letters:
        number = number << 5 | ALPHABET.index(letter)
    return number.to_bytes(_RANDOM + _CHECKSUM)
