"""Decrypting what a PKCS#12 seals under the PIN: RFC 7292, appendix C, and PBES2 of RFC 8018.

RC2 with 40 bits and whatever else is not in these tables is left to the library (:class:`Unknown`).
"""

from __future__ import annotations

from collections.abc import Callable

from cryptography.hazmat.decrepit.ciphers.algorithms import RC2, TripleDES
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from vault.pkcs12 import ber, derivation, structure
from vault.pkcs12.derivation import Unknown
from vault.pkcs12.limits import Budget
from vault.pkcs12.passwords import Password

PBES2 = "1.2.840.113549.1.5.13"
_PKCS12_PBE = "1.2.840.113549.1.12.1."

Algorithm = Callable[[bytes], BlockCipherAlgorithm]


def _two_keys(key: bytes) -> TripleDES:
    return TripleDES(key + key[:8])


_PBE: dict[str, tuple[Algorithm, int]] = {
    _PKCS12_PBE + "3": (TripleDES, 24),
    _PKCS12_PBE + "4": (_two_keys, 16),
    _PKCS12_PBE + "5": (RC2, 16),
}
_PBES2: dict[str, tuple[Algorithm, int]] = {
    "2.16.840.1.101.3.4.1.2": (AES, 16),
    "2.16.840.1.101.3.4.1.22": (AES, 24),
    "2.16.840.1.101.3.4.1.42": (AES, 32),
    "1.2.840.113549.3.7": (TripleDES, 24),
}
LEFT_TO_THE_LIBRARY = frozenset(_PKCS12_PBE + number for number in ("1", "2", "6"))
"""RC4 and RC2-40: not decrypted here, but the library surely can."""


class Undecryptable(Exception):
    """It does not decrypt under this password."""


def decrypted(sealed: structure.Sealed, password: Password, budget: Budget) -> bytes:
    """What is sealed: one SEQUENCE, or it is taken for the wrong password.

    Raises Undecryptable, Unknown for an algorithm that is not known here, TooCostly, BerError.
    """
    algorithm = sealed.algorithm
    if algorithm.parameters is None:
        raise Unknown(algorithm.oid)
    cipher = (_pbes2 if algorithm.oid == PBES2 else _pbe)(algorithm.oid, algorithm.parameters, password, budget)
    return _sequence(_unpadded(cipher, sealed.ciphertext))


def steps(sealed: structure.Sealed) -> int:
    """The steps of derivation that decrypting once declares. Raises Unknown, BerError."""
    algorithm = sealed.algorithm
    if algorithm.parameters is None:
        raise Unknown(algorithm.oid)
    if algorithm.oid == PBES2:
        return derivation.pbkdf2(_pair(algorithm.parameters)[0]).iterations
    return ber.integer(ber.at_least(algorithm.parameters, 2)[1])


def _pbe(oid: str, parameters: ber.Node, password: Password, budget: Budget) -> Cipher[CBC]:
    if oid not in _PBE:
        raise Unknown(oid)
    algorithm, length = _PBE[oid]
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

    return _cipher(algorithm, derive(derivation.KEY, length), derive(derivation.IV, 8))


def _pbes2(_oid: str, parameters: ber.Node, password: Password, budget: Budget) -> Cipher[CBC]:
    kdf, scheme = _pair(parameters)
    if scheme.oid not in _PBES2 or scheme.parameters is None:
        raise Unknown(scheme.oid)
    algorithm, length = _PBES2[scheme.oid]
    pbkdf2 = derivation.pbkdf2(kdf)
    if pbkdf2.length not in (None, length):
        raise ber.BerError("a key of another length than the cipher's")
    initial = ber.octets(ber.expect(scheme.parameters, ber.OCTETS))
    return _cipher(algorithm, derivation.derive_pbkdf2(password, pbkdf2, length, budget), initial)


def _cipher(algorithm: Algorithm, key: bytes, initial: bytes) -> Cipher[CBC]:
    try:
        return Cipher(algorithm(key), CBC(initial))
    except ValueError as wrong:
        raise ber.BerError("an initial vector of another length than the cipher's") from wrong


def _unpadded(cipher: Cipher[CBC], ciphertext: bytes) -> bytes:
    decryptor = cipher.decryptor()
    unpadder = PKCS7(cipher.algorithm.block_size).unpadder()  # type: ignore[attr-defined]
    try:
        plain = decryptor.update(ciphertext) + decryptor.finalize()
        return unpadder.update(plain) + unpadder.finalize()
    except ValueError as wrong:
        raise Undecryptable from wrong


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
