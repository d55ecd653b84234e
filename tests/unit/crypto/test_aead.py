"""One message a key: what was sealed opens as it was, or not at all."""

from __future__ import annotations

import os

import pytest
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.aead import TAG, seal_once, unseal
from vault.crypto.failure import NotAuthentic

KEY = bytes(range(32))


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_round_trip(plaintext: bytes, context: bytes) -> None:
    """What was sealed comes out again, sixteen octets longer while sealed."""
    sealed = seal_once(KEY, plaintext, context)
    assert len(sealed) == len(plaintext) + TAG
    assert unseal(KEY, sealed, context) == plaintext


def test_is_chacha20_poly1305_with_a_zero_nonce() -> None:
    """Anybody with ChaCha20-Poly1305 (RFC 8439) opens it: the nonce is twelve zero octets."""
    assert ChaCha20Poly1305(KEY).decrypt(bytes(12), seal_once(KEY, b"text", b"context"), b"context") == b"text"


@given(st.integers(0, 8 * (4 + TAG) - 1))
def test_every_changed_bit_is_found(bit: int) -> None:
    """One bit changed anywhere, and it does not open."""
    sealed = bytearray(seal_once(KEY, b"text", b"context"))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotAuthentic):
        unseal(KEY, bytes(sealed), b"context")


@pytest.mark.parametrize("sealed", [b"", bytes(TAG - 1), bytes(TAG)])
def test_too_short(sealed: bytes) -> None:
    """What is too short to be sealed does not open, and breaks nothing."""
    with pytest.raises(NotAuthentic):
        unseal(KEY, sealed, b"context")


def test_other_key_and_other_context() -> None:
    """Another key or another context does not open it."""
    sealed = seal_once(KEY, b"text", b"context")
    for key, context in ((os.urandom(32), b"context"), (KEY, b"other")):
        with pytest.raises(NotAuthentic):
            unseal(key, sealed, context)
