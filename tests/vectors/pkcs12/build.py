"""A small writer of PKCS#12 files, for those that no program would make.

It writes DER by hand, so that each part can be wrong on purpose.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from vault.pkcs12 import ber as ber_reader
from vault.pkcs12 import derivation
from vault.pkcs12.limits import Budget
from vault.pkcs12.passwords import Password

SALT = bytes(range(16))
DATA = "1.2.840.113549.1.7.1"
ENCRYPTED = "1.2.840.113549.1.7.6"
SHA256 = "2.16.840.1.101.3.4.2.1"
HMAC_SHA256 = "1.2.840.113549.2.9"
AES256 = "2.16.840.1.101.3.4.1.42"
NULL = b"\x05\x00"


def der(tag: int, *parts: bytes) -> bytes:
    """One element with a definite length."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(size)]) + size + body


def ber(tag: int, *parts: bytes) -> bytes:
    """One constructed element of open length."""
    return bytes([tag, 0x80]) + b"".join(parts) + b"\0\0"


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE."""
    return der(0x30, *parts)


def integer(value: int) -> bytes:
    """An INTEGER."""
    return der(0x02, value.to_bytes(value.bit_length() // 8 + 1, signed=True))


def octets(value: bytes) -> bytes:
    """An OCTET STRING in one piece."""
    return der(0x04, value)


def in_pieces(value: bytes, tag: int = 0x24) -> bytes:
    """An OCTET STRING of open length in pieces of ten bytes."""
    return ber(tag, *(octets(value[at : at + 10]) for at in range(0, len(value), 10)))


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER."""
    one, two, *arcs = map(int, dotted.split("."))
    body = b""
    for arc in (one * 40 + two, *arcs):
        digits = [arc & 0x7F]
        while arc := arc >> 7:
            digits.insert(0, arc & 0x7F | 0x80)
        body += bytes(digits)
    return der(0x06, body)


def pbes2(plain: bytes, secret: bytes, iterations: int = 2, declared: int | None = None) -> tuple[bytes, bytes]:
    """AlgorithmIdentifier and ciphertext of ``plain`` under AES-256; ``declared`` is a count that is only claimed."""
    key = hashlib.pbkdf2_hmac("sha256", secret, SALT, iterations, 32)
    padder = PKCS7(128).padder()
    encryptor = Cipher(AES(key), CBC(SALT)).encryptor()
    ciphertext = encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()
    kdf = pbkdf2(declared or iterations, 32)
    return sequence(oid("1.2.840.113549.1.5.13"), sequence(kdf, sequence(oid(AES256), octets(SALT)))), ciphertext


def pbkdf2(iterations: int, length: int | None) -> bytes:
    """AlgorithmIdentifier of PBKDF2 with HMAC-SHA-256."""
    sized = b"" if length is None else integer(length)
    prf = sequence(oid(HMAC_SHA256), NULL)
    return sequence(oid("1.2.840.113549.1.5.12"), sequence(octets(SALT), integer(iterations), sized, prf))


def key_bag(pkcs8: bytes) -> bytes:
    """A bag with a key that is not encrypted."""
    return _bag(1, pkcs8)


def shrouded_bag(pkcs8: bytes, secret: bytes, declared: int | None = None) -> bytes:
    """A bag with a key encrypted by PBES2 under the bytes ``secret``."""
    algorithm, ciphertext = pbes2(pkcs8, secret, declared=declared)
    return _bag(2, sequence(algorithm, octets(ciphertext)))


def certificate_bag(certificate: bytes) -> bytes:
    """A bag with a certificate."""
    return _bag(3, sequence(oid("1.2.840.113549.1.9.22.1"), der(0xA0, octets(certificate))))


def tied(bag: bytes, local_key_id: bytes) -> bytes:
    """``bag`` with the attribute by which a file says that key and certificate belong together."""
    attribute = sequence(oid("1.2.840.113549.1.9.21"), der(0x31, octets(local_key_id)))
    return sequence(ber_reader.first(bag).body, der(0x31, attribute))


def enveloped_safe() -> bytes:
    """A safe that is sealed for somebody's key, and that no PIN opens."""
    return sequence(oid("1.2.840.113549.1.7.3"), der(0xA0, sequence(integer(0))))


def certificate_with(certificate: bytes, **fields: bytes) -> bytes:
    """``certificate`` with fields of its inner part replaced; its signature is what it was."""
    names = ("version", "serial", "signature", "issuer", "validity", "subject", "public_key", "extensions")
    inner, algorithm, signature = ber_reader.children(ber_reader.first(certificate))
    parts = {name: node.whole for name, node in zip(names, ber_reader.children(inner), strict=False)} | fields
    return sequence(sequence(*parts.values()), algorithm.whole, signature.whole)


def nested_bag(*bags: bytes) -> bytes:
    """A bag with a safe inside."""
    return _bag(6, sequence(*bags))


def plain_safe(*bags: bytes) -> bytes:
    """A safe that anybody can read."""
    return sequence(oid(DATA), der(0xA0, octets(sequence(*bags))))


def sealed_safe(*bags: bytes, secret: bytes) -> bytes:
    """A safe encrypted by PBES2 under the bytes ``secret``."""
    algorithm, ciphertext = pbes2(sequence(*bags), secret)
    content = sequence(oid(DATA), algorithm, der(0x80, ciphertext))
    return sequence(oid(ENCRYPTED), der(0xA0, sequence(integer(0), content)))


def des_safe(*bags: bytes, secret: bytes) -> bytes:
    """A safe encrypted by DES under PBKDF1 (RFC 8018, section 6.1), which certvault leaves to the library."""
    derived = hashlib.sha1(hashlib.sha1(secret + SALT[:8]).digest()).digest()  # noqa: S324 - as the standard has it
    algorithm = sequence(oid("1.2.840.113549.1.5.10"), sequence(octets(SALT[:8]), integer(2)))
    padder = PKCS7(64).padder()
    encryptor = Cipher(TripleDES(derived[:8] * 3), CBC(derived[8:16])).encryptor()
    ciphertext = encryptor.update(padder.update(sequence(*bags)) + padder.finalize()) + encryptor.finalize()
    content = sequence(oid(DATA), algorithm, der(0x80, ciphertext))
    return sequence(oid(ENCRYPTED), der(0xA0, sequence(integer(0), content)))


def classic_mac(covered: bytes, wide: bytes, declared: int | None = None, steps: int = 2) -> bytes:
    """MacData of RFC 7292 with SHA-256, for a password that is ``wide`` already; ``declared`` may only be claimed."""
    key = derivation.derive_pkcs12(
        Password(wide, b""), SALT, steps, purpose=3, length=32, name="sha256", budget=Budget()
    )
    digest = hmac.digest(key, covered, "sha256")
    info = sequence(sequence(oid(SHA256), NULL), octets(digest))
    return sequence(info, octets(SALT), integer(steps if declared is None else declared))


def pbmac1(covered: bytes, secret: bytes, length: int | None = 32) -> bytes:
    """MacData of RFC 9579 with a key of ``length`` bytes; None leaves the length out (and uses 32)."""
    key = hashlib.pbkdf2_hmac("sha256", secret, SALT, 2, length or 32)
    parameters = sequence(pbkdf2(2, length), sequence(oid(HMAC_SHA256), NULL))
    info = sequence(sequence(oid("1.2.840.113549.1.5.14"), parameters), octets(hmac.digest(key, covered, "sha256")))
    return sequence(info, octets(b"NOT USED"), integer(1))


def wide(text: str) -> bytes:
    """A BMPString with its two zero bytes."""
    return text.encode("utf-16-be") + b"\0\0"


def pfx(*safes: bytes, pin: str | None = None, mac: Any = None) -> bytes:
    """A whole file; with ``pin`` it has a classic MAC, with ``mac`` what that makes of the covered bytes."""
    covered = sequence(*safes)
    make = mac or (lambda data: b"" if pin is None else classic_mac(data, wide(pin)))
    return sequence(integer(3), sequence(oid(DATA), der(0xA0, octets(covered))), make(covered))


def _bag(kind: int, value: bytes) -> bytes:
    return sequence(oid(f"1.2.840.113549.1.12.10.1.{kind}"), der(0xA0, value))
