"""A PIN as bytes."""

from __future__ import annotations

from vault.pkcs12 import passwords
from vault.secret import Pin


def test_beyond_the_basic_plane() -> None:
    """A character beyond the basic plane is a surrogate pair in a BMPString."""
    assert passwords.standard(Pin("😀"))[0].wide == b"\xd8\x3d\xde\x00\0\0"


def test_empty() -> None:
    """An empty PIN is two zero bytes, or nothing."""
    assert [each.wide for each in passwords.standard(Pin(""))] == [b"\0\0", b""]


def test_otherwise_is_never_the_standard() -> None:
    """Other ways of writing do not repeat the standard one; plain letters have few of them."""
    for text in ("abc", "Größe", "😀", ""):
        others = passwords.otherwise(Pin(text))
        assert not set(others) & set(passwords.standard(Pin(text)))
        assert len(others) == len(set(others))


def test_hidden() -> None:
    """A password does not print itself."""
    assert "g\\x" not in repr(passwords.standard(Pin("gä"))[0])
    assert "secret" not in f"{passwords.standard(Pin('secret'))}"
