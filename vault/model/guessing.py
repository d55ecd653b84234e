"""How soon the PIN of a file is guessed by somebody who has nothing but the file."""

from __future__ import annotations

import string

from vault.model.protection import Protection, Seal
from vault.secret import Pin

HASHES = {"md5": 164e9, "sha1": 50e9, "sha224": 22e9, "sha256": 22e9, "sha384": 7.5e9, "sha512": 7.5e9}
"""Hashes a second of one graphics card that is sold in shops: those of SHA-1 and SHA-256 as published for hashcat 6.2.6
on a GeForce RTX 4090 (Chick3nman, 2022), the others about in proportion to them, as on other cards."""
OTHER_HASH = 5e9
LONG_ENOUGH = 100 * 365.25 * 86400
"""Seconds: a PIN that one card guesses within a hundred years is no protection, since many cards are for hire."""
SIX_DIGITS, EIGHT_SIGNS = 10**6, 62**8
"""PINs as they come by SMS: six digits, and eight letters and digits. Most have fewer possibilities than the latter."""

_CLASSES = (string.digits, string.ascii_lowercase, string.ascii_uppercase, string.punctuation + " ")
_FURTHER = 100
"""Letters beyond ASCII that people type."""


def possibilities(pin: Pin) -> int:
    """How many PINs of the same kind and length there are; words are guessed much sooner."""
    text = pin.reveal()
    kinds = sum(len(each) for each in _CLASSES if any(char in each for char in text))
    found: int = pow(kinds + _FURTHER * (not text.isascii()), len(text))
    return found


def seconds(protection: Protection, count: int) -> float | None:
    """How long one graphics card takes, at most, to try ``count`` PINs where it is quickest; None where nobody knows.

    What is not protected takes no time at all.
    """
    if protection.open_keys:
        return 0.0
    known = [cost for seal in protection.seals if (cost := _cost(seal)) is not None]
    return count * min(known) if known else None


def guessed(protection: Protection, count: int) -> bool:
    """Whether one of ``count`` PINs protects the file as good as not at all."""
    found = seconds(protection, count)
    return found is not None and found < LONG_ENOUGH


def _cost(seal: Seal) -> float | None:
    """Seconds for one PIN: a round of PBKDF2 is an HMAC, which is two hashes."""
    if seal.rounds is None or not seal.derivation:
        return None
    hashes = max(seal.rounds, 1) * (2 if seal.derivation == "pbkdf2" else 1)
    return hashes / HASHES.get(seal.hash, OTHER_HASH)
