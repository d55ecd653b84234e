"""Keys out of a PIN: the derivation of RFC 7292, appendix B, and PBKDF2 (RFC 8018).

What a derivation costs is known before it is done, and taken from the file's budget.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from vault.pkcs12 import ber, structure
from vault.pkcs12.limits import Budget
from vault.pkcs12.passwords import Password

KEY, IV, MAC = 1, 2, 3
"""What is derived: RFC 7292, appendix B.3."""
LONGEST_KEY = 128
"""Bytes; no cipher or HMAC here wants more."""
PBKDF2 = "1.2.840.113549.1.5.12"
_NIST_HASHES = "2.16.840.1.101.3.4.2."
HASHES = {
    "1.2.840.113549.2.5": "md5",
    "1.3.14.3.2.26": "sha1",
    _NIST_HASHES + "1": "sha256",
    _NIST_HASHES + "2": "sha384",
    _NIST_HASHES + "3": "sha512",
    _NIST_HASHES + "4": "sha224",
    _NIST_HASHES + "5": "sha512_224",
    _NIST_HASHES + "6": "sha512_256",
    _NIST_HASHES + "7": "sha3_224",
    _NIST_HASHES + "8": "sha3_256",
    _NIST_HASHES + "9": "sha3_384",
    _NIST_HASHES + "10": "sha3_512",
}
_RSADSI = "1.2.840.113549.2."
HMACS = {
    _RSADSI + "7": "sha1",
    _RSADSI + "8": "sha224",
    _RSADSI + "9": "sha256",
    _RSADSI + "10": "sha384",
    _RSADSI + "11": "sha512",
    _RSADSI + "12": "sha512_224",
    _RSADSI + "13": "sha512_256",
}
_LIBRARY: dict[str, type[hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1,
    "sha224": hashes.SHA224,
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
    "sha512_224": hashes.SHA512_224,
    "sha512_256": hashes.SHA512_256,
}
"""The same hashes as the library calls them, for PBKDF2."""


class Unknown(Exception):
    """An algorithm that is not known here; the library may know it. ``args[0]`` is its object identifier."""


class Pbkdf2(NamedTuple):
    """PBKDF2-params. ``length`` is None where the file leaves it out."""

    salt: bytes
    iterations: int
    length: int | None
    hash: str


def pbkdf2(algorithm: structure.Algorithm) -> Pbkdf2:
    """The parameters of a key derivation function. Raises Unknown for another one, BerError."""
    if algorithm.oid != PBKDF2 or algorithm.parameters is None:
        raise Unknown(algorithm.oid)
    salt, iterations, *more = ber.at_least(algorithm.parameters, 2)
    length = ber.integer(more.pop(0)) if more and more[0].tag == ber.INTEGER else None
    if length is not None and not 0 < length <= LONGEST_KEY:
        raise ber.BerError("a key of unlikely length")
    prf = structure.algorithm(more[0]).oid if more else _RSADSI + "7"
    return Pbkdf2(ber.octets(ber.expect(salt, ber.OCTETS)), count(ber.integer(iterations)), length, known(HMACS, prf))


def derive_pbkdf2(password: Password, parameters: Pbkdf2, length: int, budget: Budget) -> bytes:
    """``length`` bytes by PBKDF2. Raises TooCostly."""
    blocks = -(-length // hasher(parameters.hash)().digest_size)
    budget.spend(blocks * parameters.iterations)
    # The library's own OpenSSL is newer than what Python brings, and takes half the time.
    algorithm = _LIBRARY[parameters.hash]()
    return PBKDF2HMAC(algorithm, length, parameters.salt, parameters.iterations).derive(password.narrow)


def derive_pkcs12(
    password: Password, salt: bytes, iterations: int, *, purpose: int, length: int, name: str, budget: Budget
) -> bytes:
    """``length`` bytes by the derivation of RFC 7292, appendix B.2; no step at all means one. Raises TooCostly."""
    digest = hasher(name)
    iterations = count(iterations or 1)
    size, block = digest().digest_size, digest().block_size
    budget.spend(-(-length // size) * iterations)
    mixed = _filled(salt, block) + _filled(password.wide, block)
    derived = b""
    while len(derived) < length:
        part = bytes([purpose]) * block + mixed
        for _ in range(iterations):
            part = digest(part).digest()
        derived += part
        mixed = _next(mixed, _filled(part, block)[:block], block)
    return derived[:length]


def known(names: dict[str, str], oid: str) -> str:
    """The name of the hash that ``oid`` stands for. Raises Unknown, also where this Python lacks it."""
    name = names.get(oid)
    if name is None or name not in hashlib.algorithms_available:
        raise Unknown(oid)
    return name


def hasher(name: str) -> Callable[..., hashlib._Hash]:
    """The constructor of a hash."""
    return getattr(hashlib, name, None) or functools.partial(hashlib.new, name)


def count(iterations: int) -> int:
    """``iterations``, which must be at least one. Raises BerError."""
    if iterations < 1:
        raise ber.BerError("a derivation of no steps")
    return iterations


def _filled(data: bytes, block: int) -> bytes:
    """``data`` repeated to whole blocks; nothing stays nothing."""
    whole = -(-len(data) // block) * block
    return (data * (whole // len(data) + 1))[:whole] if data else b""


def _next(mixed: bytes, part: bytes, block: int) -> bytes:
    """Each block of ``mixed`` plus ``part`` plus one, modulo its size."""
    step = int.from_bytes(part) + 1
    modulus = 1 << block * 8
    return b"".join(
        ((int.from_bytes(mixed[at : at + block]) + step) % modulus).to_bytes(block)
        for at in range(0, len(mixed), block)
    )
