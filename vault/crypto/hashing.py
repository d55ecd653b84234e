"""SHA-256 and HMAC-SHA-256 (RFC 2104).

Not by ``hashlib`` and ``hmac``: they load the system's OpenSSL beside the one that ``cryptography`` brings, which costs
every start more than a command does with its register.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.hmac import HMAC


def sha256(data: bytes) -> bytes:
    """The 32 octets of the hash of ``data``."""
    hashed = Hash(SHA256())
    hashed.update(data)
    return hashed.finalize()


def mac(key: bytes, message: bytes) -> bytes:
    """The 32 octets that authenticate ``message`` under ``key``."""
    return _keyed(key, message).finalize()


def is_mac(key: bytes, message: bytes, found: bytes) -> bool:
    """Whether ``found`` authenticates ``message`` under ``key``, compared in constant time."""
    try:
        _keyed(key, message).verify(found)
    except InvalidSignature:
        return False
    return True


def _keyed(key: bytes, message: bytes) -> HMAC:
    keyed = HMAC(key, SHA256())
    keyed.update(message)
    return keyed
