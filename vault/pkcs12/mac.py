"""The file's own MAC: what proves that a PIN belongs to it.

RFC 7292, section 4 and appendix B (HMAC under a key from the PKCS#12 derivation), and RFC 9579 (PBMAC1: under a key
from PBKDF2).
"""

from __future__ import annotations

import hmac

from vault.pkcs12 import ber, derivation, structure
from vault.pkcs12.limits import Budget
from vault.pkcs12.passwords import Password

PBMAC1 = "1.2.840.113549.1.5.14"
SHORTEST_KEY = 20
"""Bytes of a PBMAC1 key: RFC 9579, section 8, has shorter ones refused, for many PINs would fit."""


class TooWeak(Exception):
    """A MAC that many PINs would fit: it proves nothing."""


def fits(pfx: structure.Pfx, mac: structure.Mac, password: Password, budget: Budget) -> bool:
    """Whether the MAC of ``pfx`` is the one that ``password`` makes.

    Raises Unknown for an algorithm that is not known here, TooWeak, TooCostly, BerError.
    """
    if mac.algorithm.oid == PBMAC1:
        key, name = _pbmac1_key(mac.algorithm, password, budget)
    else:
        name = derivation.known(derivation.HASHES, mac.algorithm.oid)
        key = derivation.derive_pkcs12(
            password,
            mac.salt,
            mac.iterations,
            purpose=derivation.MAC,
            length=derivation.hasher(name)().digest_size,
            name=name,
            budget=budget,
        )
    return hmac.compare_digest(hmac.digest(key, pfx.authenticated, name), mac.digest)


def taken(mac: structure.Mac, password: Password) -> bytes:
    """Which form of ``password`` this MAC is made from. Secret."""
    return password.narrow if mac.algorithm.oid == PBMAC1 else password.wide


def steps(mac: structure.Mac) -> int:
    """The steps of derivation that checking the MAC once declares. Raises Unknown, BerError."""
    if mac.algorithm.oid != PBMAC1:
        return mac.iterations
    return derivation.pbkdf2(_pbmac1(mac.algorithm)[0]).iterations


def pbmac1(algorithm: structure.Algorithm) -> tuple[derivation.Pbkdf2, str]:
    """How PBMAC1 makes its key of the PIN, and its hash. Raises Unknown, BerError."""
    kdf, scheme = _pbmac1(algorithm)
    return derivation.pbkdf2(kdf), derivation.known(derivation.HMACS, scheme.oid)


def _pbmac1_key(algorithm: structure.Algorithm, password: Password, budget: Budget) -> tuple[bytes, str]:
    parameters, name = pbmac1(algorithm)
    if parameters.length is None or parameters.length < SHORTEST_KEY:
        raise TooWeak
    return derivation.derive_pbkdf2(password, parameters, parameters.length, budget), name


def _pbmac1(algorithm: structure.Algorithm) -> tuple[structure.Algorithm, structure.Algorithm]:
    if algorithm.parameters is None:
        raise ber.BerError("PBMAC1 without parameters")
    inside = ber.at_least(algorithm.parameters, 2)
    return structure.algorithm(inside[0]), structure.algorithm(inside[1])
