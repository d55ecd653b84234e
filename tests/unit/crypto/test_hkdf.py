"""HKDF is the library's: RFC 5869's vectors, and its text in a few lines over ``hmac``, say the same."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto.hkdf import hkdf

# RFC 5869, appendix A.1 to A.3: key, salt, info, output.
VECTORS = {
    "A.1 basic": (
        "0b" * 22,
        "000102030405060708090a0b0c",
        "f0f1f2f3f4f5f6f7f8f9",
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ),
    "A.2 longer": (
        bytes(range(0x50)).hex(),
        bytes(range(0x60, 0xB0)).hex(),
        bytes(range(0xB0, 0x100)).hex(),
        (
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
            "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"
        ),
    ),
    "A.3 no salt, no info": (
        "0b" * 22,
        "",
        "",
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    ),
}


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS.keys())
def test_rfc_vectors(vector: tuple[str, str, str, str]) -> None:
    """The RFC's own inputs give the RFC's outputs."""
    key, salt, info, expected = map(bytes.fromhex, vector)
    assert hkdf(key, salt=salt, info=info, length=len(expected)) == expected


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80), st.integers(1, 8160))
def test_same_as_the_text(key: bytes, salt: bytes, info: bytes, length: int) -> None:
    """Any input gives what RFC 5869, section 2, says: extract, then expand block by block."""
    extracted = hmac.digest(salt or bytes(32), key, "sha256")
    block = expanded = b""
    for number in range(1, -(-length // 32) + 1):
        block = hmac.digest(extracted, block + info + bytes([number]), "sha256")
        expanded += block
    assert hkdf(key, salt=salt, info=info, length=length) == expanded[:length]


@pytest.mark.parametrize("length", [0, -1, 8161])
def test_impossible_lengths(length: int) -> None:
    """More than 255 blocks, or nothing, is refused."""
    with pytest.raises(ValueError, match="8160"):
        hkdf(b"key", salt=b"", info=b"", length=length)
