"""Decrypting what a PKCS#12 seals under the PIN: RFC 7292, appendix C, and PBES2 of RFC 8018.

Whatever is not in these tables is left to the library (:class:`Unknown`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4, TripleDES
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from vault.pkcs12 import ber, derivation, rc2, structure
from vault.pkcs12.derivation import Unknown
from vault.pkcs12.limits import Budget
from vault.pkcs12.passwords import Password

PBES2 = "1.2.840.113549.1.5.13"
_PKCS12_PBE = "1.2.840.113549.1.12.1."
_PBES1 = "1.2.840.113549.1.5."


class _Scheme(NamedTuple):
    """A cipher: what people call it, its key's length, its initial vector's (0: it has none), and how it decrypts.

    That may raise ValueError.
    """

    title: str
    key: int
    initial: int
    decrypt: Callable[[bytes, bytes, bytes], bytes]


def _by_blocks(algorithm: Callable[[bytes], BlockCipherAlgorithm], key: bytes, initial: bytes, text: bytes) -> bytes:
    decryptor = Cipher(algorithm(key), CBC(initial)).decryptor()
    return _unpadded(decryptor.update(text) + decryptor.finalize(), len(initial))


def _by_rc2(key: bytes, initial: bytes, text: bytes) -> bytes:
    return _unpadded(rc2.decrypt_cbc(key, 8 * len(key), initial, text), len(initial))


def _by_rc4(key: bytes, _initial: bytes, text: bytes) -> bytes:
    return Cipher(ARC4(key), None).decryptor().update(text)


def _unpadded(padded: bytes, block: int) -> bytes:
    unpadder = PKCS7(8 * block).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def _two_keys(key: bytes) -> TripleDES:
    return TripleDES(key + key[:8])


def _blocks(title: str, algorithm: Callable[[bytes], BlockCipherAlgorithm], key: int, initial: int) -> _Scheme:
    return _Scheme(title, key, initial, functools.partial(_by_blocks, algorithm))


_PBE = {
    _PKCS12_PBE + "1": _Scheme("RC4-128", 16, 0, _by_rc4),
    _PKCS12_PBE + "2": _Scheme("RC4-40", 5, 0, _by_rc4),
    _PKCS12_PBE + "3": _blocks("3DES", TripleDES, 24, 8),
    _PKCS12_PBE + "4": _blocks("3DES with two keys", _two_keys, 16, 8),
    _PKCS12_PBE + "5": _Scheme("RC2-128", 16, 8, _by_rc2),
    _PKCS12_PBE + "6": _Scheme("RC2-40", 5, 8, _by_rc2),
}
_PBES2 = {
    "2.16.840.1.101.3.4.1.2": _blocks("AES-128", AES, 16, 16),
    "2.16.840.1.101.3.4.1.22": _blocks("AES-192", AES, 24, 16),
    "2.16.840.1.101.3.4.1.42": _blocks("AES-256", AES, 32, 16),
    "1.2.840.113549.3.7": _blocks("3DES", TripleDES, 24, 8),
}
LEFT_TO_THE_LIBRARY = frozenset(_PBES1 + number for number in ("3", "6", "10", "11"))
"""DES and RC2 with 64 bits under PBKDF1 (RFC 8018, section 6.1): not decrypted here, but the library surely can."""


class Undecryptable(Exception):
    """It does not decrypt under this password."""


def decrypted(sealed: structure.Sealed, password: Password, budget: Budget) -> bytes:
    """What is sealed: one SEQUENCE, or it is taken for the wrong password.

    Raises Undecryptable, Unknown for an algorithm that is not known here, TooCostly, BerError.
    """
    algorithm = sealed.algorithm
    if algorithm.parameters is None:
        raise Unknown(algorithm.oid)
    derive = _pbes2 if algorithm.oid == PBES2 else _pbe
    scheme, key, initial = derive(algorithm.oid, algorithm.parameters, password, budget)
    try:
        plain = scheme.decrypt(key, initial, sealed.ciphertext)
    except UnsupportedAlgorithm:
        raise Unknown(algorithm.oid) from None
    except ValueError as wrong:
        raise Undecryptable from wrong
    return _sequence(plain)


def title(algorithm: structure.Algorithm) -> str | None:
    """What people call the cipher, or None for one that is not known here. Raises BerError."""
    if algorithm.oid == PBES2 and algorithm.parameters is not None:
        scheme = _PBES2.get(_pair(algorithm.parameters)[1].oid)
    else:
        scheme = _PBE.get(algorithm.oid)
    return scheme and scheme.title


def steps(sealed: structure.Sealed) -> int:
    """The steps of derivation that decrypting once declares. Raises Unknown, BerError."""
    algorithm = sealed.algorithm
    if algorithm.parameters is None:
        raise Unknown(algorithm.oid)
    if algorithm.oid == PBES2:
        return pbkdf2(algorithm.parameters).iterations
    return ber.integer(ber.at_least(algorithm.parameters, 2)[1])


def pbkdf2(parameters: ber.Node) -> derivation.Pbkdf2:
    """How PBES2 with ``parameters`` makes a key of the PIN. Raises Unknown where not by PBKDF2, BerError."""
    return derivation.pbkdf2(_pair(parameters)[0])


def _pbe(oid: str, parameters: ber.Node, password: Password, budget: Budget) -> tuple[_Scheme, bytes, bytes]:
    if oid not in _PBE:
        raise Unknown(oid)
    scheme = _PBE[oid]
    salt, iterations = ber.at_least(parameters, 2)[:2]

    def derive(purpose: int, length: int) -> bytes:
        return derivation.derive_pkcs12(
            password,
            ber.octets(ber.expect(salt, ber.OCTETS)),
            ber.integer(iterations),
            purpose=purpose,
            length=length,
            name="sha1",
            budget=budget,
        )

    return scheme, derive(derivation.KEY, scheme.key), derive(derivation.IV, scheme.initial)


def _pbes2(_oid: str, parameters: ber.Node, password: Password, budget: Budget) -> tuple[_Scheme, bytes, bytes]:
    kdf, cipher = _pair(parameters)
    if cipher.oid not in _PBES2 or cipher.parameters is None:
        raise Unknown(cipher.oid)
    scheme = _PBES2[cipher.oid]
    pbkdf2 = derivation.pbkdf2(kdf)
    if pbkdf2.length not in (None, scheme.key):
        raise ber.BerError("a key of another length than the cipher's")
    initial = ber.octets(ber.expect(cipher.parameters, ber.OCTETS))
    if len(initial) != scheme.initial:
        raise ber.BerError("an initial vector of another length than the cipher's")
    return scheme, derivation.derive_pbkdf2(password, pbkdf2, scheme.key, budget), initial


def _sequence(plain: bytes) -> bytes:
    """A wrong key gives right padding once in 256 times, and a whole SEQUENCE hardly ever."""
    try:
        node = ber.expect(ber.first(plain), ber.SEQUENCE)
    except ber.BerError as wrong:
        raise Undecryptable from wrong
    if node.whole != plain:
        raise Undecryptable
    return plain


def _pair(parameters: ber.Node) -> tuple[structure.Algorithm, structure.Algorithm]:
    one, other = ber.at_least(parameters, 2)[:2]
    return structure.algorithm(one), structure.algorithm(other)
