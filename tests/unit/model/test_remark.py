"""What is said of a pair that was stored all the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vault.model.remark import remarks

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_while_it_is_valid() -> None:
    """From the first moment to the last there is nothing to say (RFC 5280, section 4.1.2.5: both are inclusive)."""
    assert remarks(START, END, at=START) == ()
    assert remarks(START, END, at=END) == ()


def test_outside() -> None:
    """Before and after, it is said."""
    assert remarks(START, END, at=START - SECOND) == ("not-yet-valid",)
    assert remarks(START, END, at=END + SECOND) == ("expired",)


def test_encoding() -> None:
    """The unusual encoding of a PIN is said beside."""
    assert remarks(START, END, at=END + SECOND, otherwise_encoded=True) == ("expired", "pin-otherwise-encoded")
