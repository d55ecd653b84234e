"""The two ways in which a pair is written anew, and how each encrypts and authenticates.

``3des`` is what nearly everything reads: pbeWithSHAAnd3-KeyTripleDES-CBC and a MAC with SHA-1 (RFC 7292, appendix C).
``aes`` is AES-256-CBC under PBKDF2 with SHA-256 (PBES2, RFC 8018) and a MAC with SHA-256.

Salts are derived from the private key and all that goes into the file, so that the same pair written anew under the
same PIN is the same file: an export that is done again finds it unchanged. They are as good as random ones: who cannot
tell the private key cannot tell them from such, and another PIN makes others.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Literal, NamedTuple

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import BlockCipherAlgorithm, Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from vault.crypto.hkdf import hkdf
from vault.pkcs12 import der, derivation
from vault.pkcs12.encryption import PBES2
from vault.pkcs12.limits import Budget
from vault.pkcs12.passwords import Password

Flavour = Literal["3des", "aes"]

ROUNDS: dict[Flavour, int] = {"3des": 10_000, "aes": 100_000}
"""Steps of each derivation: as many for 3DES as Java takes, because old readers have bounds that nobody has written
down. For AES, OpenSSL 3.0, NSS 3.87 and Java 17 were seen to read ten times as many."""
_LABEL = b"certvault/1/pkcs12-salts\n"
_3DES = "1.2.840.113549.1.12.1.3"
_AES_256 = "2.16.840.1.101.3.4.1.42"
_HMAC_SHA256 = "1.2.840.113549.2.9"
_SHA1, _SHA256 = "1.3.14.3.2.26", "2.16.840.1.101.3.4.2.1"


class Salts:
    """Octets for salts and initial vectors, as many as are wanted, each once."""

    def __init__(self, secret: bytes, *public: bytes) -> None:
        self._secret = secret
        self._info = b"".join(len(each).to_bytes(8) + each for each in public)
        self._taken = 0

    def take(self, size: int) -> bytes:
        """``size`` octets that were not taken before."""
        self._taken += 1
        return hkdf(self._secret, salt=_LABEL, info=self._taken.to_bytes(4) + self._info, length=size)


class Writer(NamedTuple):
    """One flavour under one password."""

    flavour: Flavour
    password: Password
    salts: Salts

    def sealed(self, plain: bytes) -> tuple[bytes, bytes]:
        """``plain`` encrypted: the AlgorithmIdentifier, and the octets."""
        return self._aes(plain) if self.flavour == "aes" else self._3des(plain)

    def mac(self, content: bytes) -> bytes:
        """The MacData of ``content``."""
        oid, name = (_SHA256, "sha256") if self.flavour == "aes" else (_SHA1, "sha1")
        salt = self.salts.take(self._salt)
        size = derivation.hasher(name)().digest_size
        digest = hmac.digest(self._derived(salt, derivation.MAC, size, name), content, name)
        info = der.sequence(der.sequence(der.oid(oid), der.NULL), der.octets(digest))
        return der.sequence(info, der.octets(salt), der.integer(self._rounds))

    @property
    def _rounds(self) -> int:
        return ROUNDS[self.flavour]

    @property
    def _salt(self) -> int:
        return 16 if self.flavour == "aes" else 8

    def _3des(self, plain: bytes) -> tuple[bytes, bytes]:
        salt = self.salts.take(self._salt)
        key, initial = (
            self._derived(salt, purpose, size, "sha1") for purpose, size in ((derivation.KEY, 24), (derivation.IV, 8))
        )
        parameters = der.sequence(der.octets(salt), der.integer(self._rounds))
        return der.sequence(der.oid(_3DES), parameters), _encrypted(TripleDES, key, initial, plain)

    def _aes(self, plain: bytes) -> tuple[bytes, bytes]:
        salt, initial = self.salts.take(self._salt), self.salts.take(16)
        parameters = derivation.Pbkdf2(salt, self._rounds, None, "sha256")
        key = derivation.derive_pbkdf2(self.password, parameters, 32, Budget())
        prf = der.sequence(der.oid(_HMAC_SHA256), der.NULL)
        kdf = der.sequence(der.oid(derivation.PBKDF2), der.sequence(der.octets(salt), der.integer(self._rounds), prf))
        cipher = der.sequence(der.oid(_AES_256), der.octets(initial))
        return der.sequence(der.oid(PBES2), der.sequence(kdf, cipher)), _encrypted(AES, key, initial, plain)

    def _derived(self, salt: bytes, purpose: int, length: int, name: str) -> bytes:
        return derivation.derive_pkcs12(
            self.password, salt, self._rounds, purpose=purpose, length=length, name=name, budget=Budget()
        )


def _encrypted(algorithm: Callable[[bytes], BlockCipherAlgorithm], key: bytes, initial: bytes, plain: bytes) -> bytes:
    padder = PKCS7(8 * len(initial)).padder()
    encryptor = Cipher(algorithm(key), CBC(initial)).encryptor()
    return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
