"""Argon2id (RFC 9106), version 1.3, 32 octets, without secret and associated data."""

from __future__ import annotations

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id


def argon2id(password: bytes, *, salt: bytes, memory_kib: int, passes: int, lanes: int) -> bytes:
    """A key of 32 octets from ``password``, at the cost of ``memory_kib`` KiB gone over ``passes`` times.

    The caller bounds the cost before: this function does all the work it is told to.
    """
    return Argon2id(salt=salt, length=32, iterations=passes, lanes=lanes, memory_cost=memory_kib).derive(password)
