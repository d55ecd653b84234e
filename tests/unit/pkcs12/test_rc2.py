"""RC2, for reading."""

from __future__ import annotations

import pytest
from cryptography.hazmat.decrepit.ciphers.algorithms import RC2
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.modes import CBC
from hypothesis import given
from hypothesis import strategies as st

from vault.pkcs12 import rc2

RFC_2268 = [
    ("0000000000000000", 63, "0000000000000000", "ebb773f993278eff"),
    ("ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"),
    ("3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"),
    ("88", 64, "0000000000000000", "61a8a244adacccf0"),
    ("88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"),
    ("88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"),
    ("88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"),
    ("88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e", 129, "0000000000000000", "5b78d3a43dfff1f1"),
]
"""Section 5 of the RFC: key, effective bits, plain text, cipher text."""


@pytest.mark.parametrize(("key", "bits", "plain", "ciphertext"), RFC_2268)
def test_vectors(key: str, bits: int, plain: str, ciphertext: str) -> None:
    """Every vector of RFC 2268 decrypts."""
    assert rc2.decrypt_cbc(bytes.fromhex(key), bits, bytes(8), bytes.fromhex(ciphertext)).hex() == plain


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=8, max_size=8), st.binary(max_size=64))
def test_as_the_library(key: bytes, initial: bytes, text: bytes) -> None:
    """With 128 bits, which the library has, both decrypt the same."""
    plain = text[: len(text) // 8 * 8]
    encryptor = Cipher(RC2(key), CBC(initial)).encryptor()
    assert rc2.decrypt_cbc(key, 128, initial, encryptor.update(plain) + encryptor.finalize()) == plain


@pytest.mark.parametrize(("initial", "text"), [(7, 8), (8, 7), (8, 9)])
def test_no_whole_blocks(initial: int, text: int) -> None:
    """What is no whole blocks is refused."""
    with pytest.raises(ValueError, match="whole blocks"):
        rc2.decrypt_cbc(b"12345", 40, bytes(initial), bytes(text))
