"""Names of folders in modified UTF-7."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.imap.utf7 import decoded, encoded


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("INBOX", b"INBOX"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # RFC 3501 section 5.1.3
        ("Verträge", b"Vertr&AOQ-ge"),
        ("A & B", b"A &- B"),
        ("😀", b"&2D3eAA-"),
        ("a\nb", b"a&AAo-b"),
    ],
)
def test_the_examples(name: str, written: bytes) -> None:
    """As the standard and servers write them."""
    assert encoded(name) == written
    assert decoded(written) == name


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_there_and_back(name: str) -> None:
    """Any name is itself again, and nothing but printable ASCII goes over the line."""
    assert decoded(encoded(name)) == name
    assert all(32 <= octet < 127 for octet in encoded(name))


@given(st.binary())
def test_any_name_from_a_server_is_read(written: bytes) -> None:
    """Broken ones too."""
    decoded(written)
