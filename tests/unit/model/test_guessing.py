"""How soon a PIN is guessed."""

from __future__ import annotations

import pytest

from vault.model.guessing import EIGHT_SIGNS, SIX_DIGITS, guessed, possibilities, seconds
from vault.model.protection import Protection, Seal
from vault.secret import Pin

SHA1 = Seal("SHA-1", "3des", "pkcs12", "sha1", 2048, 8)
STRONG = Seal("SHA-512", "aes", "pbkdf2", "sha512", 10_000_000, 16)


@pytest.mark.parametrize(
    ("pin", "count"),
    [("481516", 10**6), ("abcd", 26**4), ("aB3x", 62**4), ("a-b", 59**3), ("ä1", 110**2), ("", 1)],
)
def test_possibilities(pin: str, count: int) -> None:
    """Kinds of characters and length say how many PINs there are of a kind."""
    assert possibilities(Pin(pin)) == count


def test_the_cheapest_way_counts() -> None:
    """One weak protection in the file is enough: a guess is tried on that one."""
    assert seconds(Protection(keys=(STRONG,), mac=SHA1), 10**6) == pytest.approx(2048 * 10**6 / 50e9)
    assert guessed(Protection(keys=(STRONG,), mac=SHA1), EIGHT_SIGNS)
    assert not guessed(Protection(keys=(STRONG,), mac=STRONG), EIGHT_SIGNS)
    assert guessed(Protection(mac=STRONG), SIX_DIGITS)


def test_what_needs_no_guessing() -> None:
    """An open key takes no time; where nothing is known of the derivation nothing is said, and no claim is made."""
    assert seconds(Protection(open_keys=1, mac=STRONG), EIGHT_SIGNS) == 0
    unknown = Protection(keys=(Seal("1.2.3", "other"),))
    assert seconds(unknown, SIX_DIGITS) is None
    assert not guessed(unknown, SIX_DIGITS)


def test_no_rounds_are_one() -> None:
    """A file that declares no round at all takes one hash a guess."""
    assert seconds(Protection(mac=SHA1._replace(rounds=0)), 50 * 10**9) == pytest.approx(1)
