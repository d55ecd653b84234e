"""One tree of errors, one exit code each."""

from __future__ import annotations

import re

import pytest

from vault import errors
from vault.errors import CertvaultError, Phrase, filled

EVERY = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, CertvaultError)]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: error.kind())
def test_every_error_says_what_happened_in_one_line_with_its_code(error: type[CertvaultError]) -> None:
    """A sentence with a full stop, a code between 1 and 17, no line breaks."""
    assert 1 <= error.code <= 17
    if error.sentence != "{what}":
        assert re.fullmatch(r"[A-Z{].*[.?]", error.sentence)
    assert "\n" not in error.sentence + error.hint


def test_every_kind_is_unique() -> None:
    """Scripts tell errors apart by their type."""
    kinds = [error.kind() for error in EVERY]
    assert len(kinds) == len(set(kinds))


def test_a_missing_field_stays_visible_and_braces_in_values_are_harmless() -> None:
    """Foreign text in a field is never itself a template."""
    assert filled("{a} and {b}", {"a": "{b}"}) == "{b} and {b}"
    assert str(errors.NotReachable(host="h{why}", why="x")) == "h{why} could not be reached: x. The PIN was not sent."


def test_a_phrase_reads_in_english_and_keeps_its_parts() -> None:
    """So that a catalogue can translate it."""
    phrase = Phrase("{n} files", n=3)
    assert (phrase, phrase.template, phrase.fields) == ("3 files", "{n} files", {"n": 3})
