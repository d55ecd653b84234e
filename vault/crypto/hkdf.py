"""HKDF with SHA-256 (RFC 5869)."""

from __future__ import annotations

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SIZE = 32
"""Octets of SHA-256."""


def hkdf(key: bytes, *, salt: bytes, info: bytes, length: int = SIZE) -> bytes:
    """``length`` octets derived from ``key`` for the purpose that ``info`` names (RFC 5869, section 2).

    Raises ValueError for more than 255 blocks.
    """
    if not 0 < length <= 255 * SIZE:
        raise ValueError("HKDF gives 1 to 8160 octets")
    return HKDF(SHA256(), length, salt, info).derive(key)
