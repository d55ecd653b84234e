"""HPKE: opened here by a second implementation, written from RFC 9180 alone."""

from __future__ import annotations

import hmac

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from hypothesis import given, settings
from hypothesis import strategies as st

from vault.crypto import hpke
from vault.crypto.failure import NotAuthentic
from vault.crypto.hpke import PublicKey

PRIVATE = bytes(range(32))
PUBLIC = hpke.public_of(PRIVATE)
INFO = b"what it is for"


def _extract(suite: bytes, salt: bytes, label: bytes, key: bytes) -> bytes:
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + key, "sha256")


def _expand(suite: bytes, key: bytes, label: bytes, info: bytes, length: int) -> bytes:
    message = length.to_bytes(2) + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, message + b"\x01", "sha256")[:length]


def opened_by_rfc_9180(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """Sections 4.1 (DHKEM), 5.1 (key schedule, base mode) and 5.2, for KEM 0x0020, KDF 0x0001, AEAD 0x0003."""
    enc, ciphertext = sealed[:32], sealed[32:]
    own = X25519PrivateKey.from_private_bytes(private)
    dh = own.exchange(X25519PublicKey.from_public_bytes(enc))
    kem = b"KEM\x00\x20"
    eae = _extract(kem, b"", b"eae_prk", dh)
    shared = _expand(kem, eae, b"shared_secret", enc + own.public_key().public_bytes_raw(), 32)
    suite = b"HPKE\x00\x20\x00\x01\x00\x03"
    context = b"\x00" + _extract(suite, b"", b"psk_id_hash", b"") + _extract(suite, b"", b"info_hash", info)
    secret = _extract(suite, shared, b"secret", b"")
    key = _expand(suite, secret, b"key", context, 32)
    nonce = _expand(suite, secret, b"base_nonce", context, 12)
    return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, b"")


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_opens_by_the_rfc_alone(plaintext: bytes, info: bytes) -> None:
    """What is sealed here, an implementation of the RFC opens: encapsulated key in front, no associated data."""
    assert opened_by_rfc_9180(PRIVATE, hpke.seal(PUBLIC, plaintext, info), info) == plaintext


@given(st.binary(max_size=300), st.binary(max_size=100))
def test_round_trip(plaintext: bytes, info: bytes) -> None:
    """What was sealed comes out again, and is longer by a known length while sealed."""
    sealed = hpke.seal(PUBLIC, plaintext, info)
    assert len(sealed) == len(plaintext) + hpke.OVERHEAD
    assert hpke.unseal(PRIVATE, sealed, info) == plaintext


@settings(max_examples=200)
@given(st.integers(0, 8 * (4 + hpke.OVERHEAD) - 1))
def test_every_changed_bit_is_found(bit: int) -> None:
    """One bit changed anywhere, and it does not open: not even the bit of a point that X25519 itself ignores."""
    sealed = bytearray(hpke.seal(PUBLIC, b"text", INFO))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(NotAuthentic):
        hpke.unseal(PRIVATE, bytes(sealed), INFO)


@pytest.mark.parametrize("sealed", [b"", bytes(31), bytes(32), bytes(48), bytes(80)])
def test_nonsense_is_refused(sealed: bytes) -> None:
    """What is too short, or brings a point that anybody could have chosen, does not open, and breaks nothing."""
    with pytest.raises(NotAuthentic):
        hpke.unseal(PRIVATE, sealed, INFO)


def test_other_purpose_and_other_key() -> None:
    """Another purpose or another private half does not open it."""
    sealed = hpke.seal(PUBLIC, b"text", INFO)
    for private, info in ((PRIVATE, b"other"), (bytes(32), INFO)):
        with pytest.raises(NotAuthentic):
            hpke.unseal(private, sealed, info)


def test_a_public_key_that_nobody_holds() -> None:
    """Nothing is sealed to a point of small order: everybody could open it."""
    with pytest.raises(ValueError, match="shared key"):
        hpke.seal(PublicKey(bytes(32)), b"text", INFO)


def test_public_half_by_rfc_7748() -> None:
    """The public half is X25519 of the private half and the base point 9 (RFC 7748, section 6.1)."""
    nine = X25519PublicKey.from_public_bytes((9).to_bytes(32, "little"))
    assert X25519PrivateKey.from_private_bytes(PRIVATE).exchange(nine) == PUBLIC
