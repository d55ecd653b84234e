"""Which names a person is asked about."""

from __future__ import annotations

import pytest

from vault.model.likeness import Names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller", "Mueller GmbH"),
        ("Müller GmbH", "Müller GmbH & Co. KG"),
        ("Meier", "Maier"),
        ("Kaya, Hans", "Hans Peter Kaya"),
        ("Versicherungsmakler Schmidt", "Schmidt"),
        ("Schmidtt", "Schmidt"),
        ("Schmitd", "Schmidt"),
        ("René Schäffer", "Schaeffer"),
    ],
)
def test_close_names(one: str, other: str) -> None:
    """A slip of the finger, a legal form, a word that was left out: in both directions."""
    assert Names([("X", one)]).close_to(other) == Names([("X", other)]).close_to(one) == {"X"}


@pytest.mark.parametrize(
    ("one", "other"), [("Hans Müller", "Petra Müller"), ("Kaya GmbH", "Schmidt GmbH"), ("A", "B"), ("", "Müller")]
)
def test_other_names(one: str, other: str) -> None:
    """What only shares a common word is somebody else."""
    assert Names([("X", one)]).close_to(other) == set()
