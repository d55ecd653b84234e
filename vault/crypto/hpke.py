"""HPKE (RFC 9180) in base mode, one fixed suite: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305.

Whoever has the public half can put in what only the private half takes out. Base mode does not say who sealed:
where that matters, the caller authenticates the sealed value too.
"""

from __future__ import annotations

from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from vault.crypto.failure import NotAuthentic

PublicKey = NewType("PublicKey", bytes)
"""The 32 octets of an X25519 public key (RFC 7748)."""

OVERHEAD = 32 + 16
"""Octets that a sealed value is longer than its plain text: the encapsulated key in front, the tag behind."""

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)

# The public constructor loads the library's whole OpenSSL backend before it calls this: 4 ms of a cold `due`.
try:
    from cryptography.hazmat.bindings._rust import openssl

    _private_key = openssl.x25519.from_private_bytes
except (ImportError, AttributeError):  # a later version of the library may have moved it
    _private_key = X25519PrivateKey.from_private_bytes


def public_of(private: bytes) -> PublicKey:
    """The public half of an X25519 private key: any 32 octets are one."""
    return PublicKey(_private_key(private).public_key().public_bytes_raw())


def seal(public: PublicKey, plaintext: bytes, info: bytes) -> bytes:
    """``plaintext`` sealed to ``public`` and bound to ``info``: encapsulated key, cipher text, tag.

    The ephemeral key comes from the system's randomness. Raises ValueError for a ``public`` that nobody can hold.
    """
    return _SUITE.encrypt(plaintext, X25519PublicKey.from_public_bytes(public), info=info)


def unseal(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """The plain text of what :func:`seal` gave. Raises NotAuthentic."""
    try:
        return _SUITE.decrypt(sealed, _private_key(private), info=info)
    except (InvalidTag, ValueError):
        raise NotAuthentic from None
