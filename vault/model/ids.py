"""Record ids: random, and readable over the telephone (Crockford base32).

Source: Douglas Crockford, "Base 32": 32 symbols without I, L, O and U; when read, I and L stand for 1 and O for 0.
"""

from __future__ import annotations

from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
"""Characters of an id: 80 random bits."""
SHORT = 6
"""Characters that tables show; any unique prefix names the record."""

Random = Callable[[int], bytes]
"""A source of randomness, such as ``os.urandom``."""

_READ = str.maketrans("ILO", "110")


def new_id(random: Random) -> str:
    """A new random id of :data:`LENGTH` characters."""
    return encode(random(LENGTH * 5 // 8))


def encode(data: bytes) -> str:
    """Crockford base32 of ``data``, most significant bit first, padded with zero bits to whole characters."""
    count = -(-len(data) * 8 // 5)
    number = int.from_bytes(data) << (count * 5 - len(data) * 8)
    return "".join(ALPHABET[number >> shift & 31] for shift in range((count - 1) * 5, -1, -5))


def normalised(text: str) -> str | None:
    """``text`` as an id or its prefix: upper case, I/L/O read as 1/1/0, hyphens and blanks dropped.

    None where another character stands in it, so it cannot be an id.
    """
    typed = text.upper().replace("-", "").replace(" ", "").translate(_READ)
    return typed if typed and all(c in ALPHABET for c in typed) else None
