"""The PIN in a pasted message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.model.sms import pin_in


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        ("ARAG: Ihre PIN lautet: kX7#pq2", "kX7#pq2"),
        ("Ihre PIN fuer das Zertifikat: Ab12Cd34. Bitte bis 13.12.2026 um 18:00 verwenden.", "Ab12Cd34"),
        ("Ihre PIN für BiPRO lautet geheim", "geheim"),
        ("PIN: geheim", "geheim"),
        ("Hallo Frau Kaya,\nKennwort = „aB3xyz“\nFragen: +49211/98700700 oder www.arag.de/1234", "aB3xyz"),
        ("Your password is: Xy9-kk, keep it", "Xy9-kk"),
    ],
)
def test_one_word_can_be_it(text: str, pin: str) -> None:
    """Introduced, or the only word with a digit that is nothing else."""
    assert pin_in(text) == pin


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Ihre PIN kommt morgen",
        "ARAG24 PIN: geheim",
        "PIN 1234 oder 5678",
        "Ihre PIN ist abcd und nicht A1b2",
        "Zertifikat 2026: PIN lautet kX7q",
    ],
)
def test_none_or_several_are_none(text: str) -> None:
    """Nothing is guessed: a wrong PIN that is sent may lock a portal."""
    assert pin_in(text) is None


@given(st.text(max_size=2000))
def test_any_text_gives_a_word_of_it_or_nothing(text: str) -> None:
    """Whatever stands there, nothing is made up."""
    found = pin_in(text)
    assert found is None or (found in text and not any(char.isspace() for char in found))
