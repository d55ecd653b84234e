"""HKDF with SHA-256 (RFC 5869).

The one construction of our own, over ``hmac``: it spares the start of every command the import of a module that does
the same, and RFC 5869's own vectors stand in its tests.
"""

from __future__ import annotations

import hmac

SIZE = 32
"""Octets of SHA-256."""


def hkdf(key: bytes, *, salt: bytes, info: bytes, length: int = SIZE) -> bytes:
    """``length`` octets derived from ``key`` for the purpose that ``info`` names (RFC 5869, section 2).

    Raises ValueError for more than 255 blocks.
    """
    if not 0 < length <= 255 * SIZE:
        raise ValueError("HKDF gives 1 to 8160 octets")
    extracted = hmac.digest(salt or bytes(SIZE), key, "sha256")
    block = expanded = b""
    for number in range(1, -(-length // SIZE) + 1):
        block = hmac.digest(extracted, block + info + bytes([number]), "sha256")
        expanded += block
    return expanded[:length]
