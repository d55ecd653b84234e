"""The pages of a database as they stand in its file, decrypted by the format alone: what SQLite itself never shows.

Source: https://www.zetetic.net/sqlcipher/design/, SQLCipher 4 with a raw key: each page of 4096 octets ends with 16
octets of initialisation vector and HMAC-SHA-512 over cipher text, vector and page number; AES-256-CBC without padding.
The first 16 octets of the file are its salt.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from hashlib import pbkdf2_hmac
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE, VECTOR, MAC, SALT = 4096, 16, 64, 16


def pages(path: Path, key: bytes) -> Iterator[bytes]:
    """Every page of the database at ``path`` in clear; each must be authentic."""
    data = path.read_bytes()
    assert len(data) % PAGE == 0
    mac_key = pbkdf2_hmac("sha512", key, bytes(octet ^ 0x3A for octet in data[:SALT]), 2, 32)
    for number in range(1, len(data) // PAGE + 1):
        page = data[(number - 1) * PAGE : number * PAGE]
        sealed = page[SALT if number == 1 else 0 : -MAC]
        found = hmac.digest(mac_key, sealed + number.to_bytes(4, "little"), "sha512")
        assert hmac.compare_digest(found, page[-MAC:]), number
        cipher = Cipher(algorithms.AES(key), modes.CBC(sealed[-VECTOR:])).decryptor()
        yield cipher.update(sealed[:-VECTOR]) + cipher.finalize()


def remains(clear: bytes, value: bytes) -> bool:
    """Whether any 16 octets of ``value`` stand in ``clear``."""
    return any(value[at : at + 16] in clear for at in range(0, len(value) - 15, 16))
