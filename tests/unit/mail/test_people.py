"""Names and addresses in the lines of a head."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.mail.people import MOST, Person, addresses, people

LINES = {
    "Schäffer, René": [("Schäffer, René", "")],
    "Schäffer, René; Müller GmbH": [("Schäffer, René", ""), ("Müller GmbH", "")],
    "Schäffer, René <r@example.de>, b@example.de": [("Schäffer, René", "r@example.de"), ("", "b@example.de")],
    '"Schäffer, René" <r@example.de>, "Müller; Söhne" <m@example.de>': [
        ("Schäffer, René", "r@example.de"),
        ("Müller; Söhne", "m@example.de"),
    ],
    "'René Schäffer' <R@Example.DE>": [("René Schäffer", "r@example.de")],
    "Schäffer, René [mailto:r@example.de]": [("Schäffer, René", "r@example.de")],
    "r@example.de<mailto:r@example.de>": [("", "r@example.de")],
    "r@example.de [mailto:r@example.de]": [("", "r@example.de")],
    "[r@example.de](mailto:r@example.de)": [("", "r@example.de")],
    "René Schäffer (r@example.de)": [("René Schäffer", "r@example.de")],
    "<r@example.de>": [("", "r@example.de")],
    "*René Schäffer*": [("René Schäffer", "")],
    "a@example.de; a@example.de": [("", "a@example.de")],
    "r@example.de (René Schäffer)": [("René Schäffer", "r@example.de")],
    "Makler: René Schäffer <r@example.de>, b@example.de;": [("René Schäffer", "r@example.de"), ("", "b@example.de")],
    "undisclosed-recipients:;": [],
    "undisclosed-recipients: ;": [],
    "": [],
    " , ;": [],
    "(((((": [],
}


@pytest.mark.parametrize("line", LINES)
def test_a_line_is_its_people(line: str) -> None:
    """The ways in which mail programs write recipients come to the same names and addresses."""
    assert people(line) == tuple(Person(*one) for one in LINES[line])


def test_addresses_are_found_in_any_text() -> None:
    """Addresses come in their order, each once, without the signs around them."""
    text = "Mail: Info@example.de, <info@example.de> oder mailto:b.c+d@sub.example.de. Kein a@b und @x."
    assert addresses(text) == ("info@example.de", "b.c+d@sub.example.de")


@given(st.text())
def test_no_line_is_too_much(line: str) -> None:
    """Any text gives a bounded number of people, each with a name or an address."""
    found = people(line * 50)
    assert len(found) <= MOST
    assert all(person.name or person.address for person in found)
