"""Argon2id, the version and parameters that the format names."""

from __future__ import annotations

from vault.crypto.argon2 import argon2id


def test_vector_of_another_implementation() -> None:
    """OpenSSL's published vector without secret and associated data (evpkdf_argon2.txt) comes out."""
    key = argon2id(b"\x01" * 32, salt=b"\x02" * 16, memory_kib=32, passes=3, lanes=4)
    assert key.hex() == "03aab965c12001c9d7d0d2de33192c0494b684bb148196d73c1df1acaf6d0c2e"
