"""SHA-256 and HMAC-SHA-256: the standard library, which has another implementation, says the same."""

from __future__ import annotations

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.hashing import is_mac, mac, sha256


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_same_as_the_standard_library(key: bytes, message: bytes) -> None:
    """Any input gives what ``hashlib`` and ``hmac`` give."""
    assert sha256(message) == hashlib.sha256(message).digest()
    assert mac(key, message) == hmac.digest(key, message, "sha256")


@given(st.binary(max_size=80), st.integers(0, 255))
def test_a_mac_with_one_bit_turned_is_none(message: bytes, bit: int) -> None:
    """What authenticates is the whole MAC of this message under this key."""
    right = mac(b"key", message)
    wrong = bytearray(right)
    wrong[bit // 8] ^= 1 << bit % 8
    assert is_mac(b"key", message, right)
    assert not any(
        (
            is_mac(b"key", message, bytes(wrong)),
            is_mac(b"key", message, right[:-1]),
            is_mac(b"key", message, b""),
            is_mac(b"other", message, right),
            is_mac(b"key", message + b".", right),
        )
    )
