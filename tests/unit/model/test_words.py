"""Ids, names, PINs, moments, and what may be shown."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import BadPin
from vault.model import ids, times
from vault.model.canonical import canonical
from vault.model.fold import same_name, words
from vault.model.pin import pin
from vault.model.shown import shown


@given(st.binary(min_size=10, max_size=10))
def test_an_id_survives_being_read_out_and_typed(random: bytes) -> None:
    """In small letters, with hyphens, with O for 0 and L for 1: it is the same id."""
    written = ids.new_id(lambda _: random)
    spoken = written.lower().replace("0", "o").replace("1", "l")
    assert len(written) == ids.LENGTH
    assert ids.normalised(f"{spoken[:4]}-{spoken[4:8]} {spoken[8:]}") == written


@pytest.mark.parametrize("text", ["", "müller", "abc!", "u0000"])
def test_what_cannot_be_an_id_is_none(text: str) -> None:
    """U and everything outside the alphabet make it a word."""
    assert ids.normalised(text) is None


def test_crockford_base32_of_known_bytes() -> None:
    """The encoding is the standard one, most significant bit first."""
    assert ids.encode(b"\x00") == "00"
    assert ids.encode(b"\xff") == "ZW"
    assert ids.encode(bytes(10)) == "0" * 16


@pytest.mark.parametrize("text", ["Schäffer, René", "René Schaeffer", "RENE SCHÄFFER", "rené  schaffer"])
def test_two_writings_of_one_name_are_equal(text: str) -> None:
    """Case, umlauts, marks, comma and order do not matter."""
    assert same_name(text) == "rene schaffer"


def test_sharp_s_and_compatibility_letters_fold() -> None:
    """ß is ss, a ligature is its letters."""
    assert words("Weiß & ﬁlm GmbH") == ("weiss", "film", "gmbh")


@pytest.mark.parametrize("bad", ["12\n34", "12\r", "a\0b", "\ud800", "x" * 1025])
def test_a_pin_that_cannot_be_one_is_refused_without_quoting_it(bad: str) -> None:
    """Line breaks, NUL, broken characters, far too long; exact or not."""
    for exact in (False, True):
        with pytest.raises(BadPin) as error:
            pin(bad, exact=exact)
        assert bad not in str(error.value)


@pytest.mark.parametrize("text", [" 1234", "1234 ", "\t1234", "", "1234\u00a0"])
def test_a_blank_at_the_end_is_a_mistake_unless_said_otherwise(text: str) -> None:
    """--pin-exact takes it as it is; without it the hint names --pin-exact."""
    with pytest.raises(BadPin) as error:
        pin(text)
    assert "--pin-exact" in error.value.hint
    assert pin(text, exact=True).reveal() == text


@pytest.mark.parametrize("text", ["aB3x", "12 34", "Größe€", "🔑🔑"])
def test_a_pin_is_taken_as_typed(text: str) -> None:
    """Umlauts, emoji and a blank in the middle are nobody's business."""
    assert pin(text).reveal() == text


@given(st.text(max_size=400))
def test_what_is_shown_has_no_control_format_or_broken_characters(text: str) -> None:
    """Whatever comes in, the result is one line that can be encoded and cannot repaint a screen."""
    seen = shown(text)
    seen.encode()
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} for c in seen)


def test_an_escape_sequence_and_a_right_to_left_override_are_made_visible() -> None:
    """The person sees that something was there."""
    assert shown("a\x1b[2Jb\u202ecod.p12\u200b") == "a<U+001B>[2Jb<U+202E>cod.p12<U+200B>"


def test_a_long_foreign_string_is_cut() -> None:
    """Nobody's subject fills the screen."""
    assert len(shown("x" * 5000)) == 200
    assert shown("x" * 5000).endswith("…")


@given(st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)))  # noqa: DTZ001 - made aware below
def test_a_moment_survives_its_text(naive: datetime) -> None:
    """ISO 8601 in UTC with Z, and back, whole seconds."""
    moment = naive.replace(tzinfo=UTC, microsecond=0)
    assert times.text(moment).endswith("Z")
    assert times.moment(times.text(moment)) == moment


def test_a_naive_moment_is_refused() -> None:
    """Nobody guesses a time zone."""
    with pytest.raises(ValueError, match="time zone"):
        times.utc(datetime(2026, 1, 1))  # noqa: DTZ001 - the point


def test_days_between_cross_daylight_saving_by_the_calendar() -> None:
    """From the evening before the clocks change to the next morning is one day, though 23 hours of nights."""
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 24, 22, 30, tzinfo=berlin)
    assert times.days_between(start, datetime(2026, 10, 25, 0, 10, tzinfo=berlin), berlin) == 1
    assert times.days_between(start, datetime(2026, 11, 14, 22, 0, tzinfo=berlin), berlin) == 21


def test_canonical_json_is_one_byte_string_for_one_value() -> None:
    """Sorted, tight, ASCII."""
    assert canonical({"b": "ä", "a": [1, None, True]}) == b'{"a":[1,null,true],"b":"\\u00e4"}'
