"""Days, spelling and errors as they are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli import mistakes, texts
from cli.render import due, errors, when
from cli.render.spelling import spelled
from vault.errors import N_, Ambiguous, BadPin, NoRoom, PageNotUnderstood, Phrase, Usage
from vault.model.backup import Missing, Why
from vault.model.due import of_backup

NOON = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def german() -> Iterator[None]:
    """Speak German for one test."""
    texts.speak("de")
    yield
    texts.speak("en")


def test_a_day_is_that_of_the_zone() -> None:
    """Half past eleven in the evening UTC is the next day in Berlin."""
    assert when.day(NOON, BERLIN) == "2026-11-23"
    assert when.minute(NOON, BERLIN) == "2026-11-23 00:30"


@pytest.mark.usefixtures("german")
def test_a_day_is_written_as_its_readers_write_it() -> None:
    """German days have points."""
    assert when.day(NOON, BERLIN) == "23.11.2026"
    assert [when.days(n) for n in (-2, -1, 0, 1, 5)] == ["vor 2 Tagen", "gestern", "heute", "morgen", "in 5 Tagen"]


def test_distances_in_english() -> None:
    """One day is one day."""
    assert [when.days(n) for n in (-2, -1, 0, 1, 5)] == ["2 days ago", "yesterday", "today", "tomorrow", "in 5 days"]


@given(text=st.text(max_size=20))
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_character_is_spelled(language: str, text: str) -> None:
    """Each character in its order, each with words that are not empty."""
    texts.speak(language)
    try:
        pieces = list(spelled(text))
    finally:
        texts.speak("en")
    assert [char for char, _ in pieces] == list(text)
    assert all(words.strip() for _, words in pieces)


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_capital_and_small_are_spelled_differently(language: str) -> None:
    """A PIN is case-sensitive: nobody may have to guess."""
    texts.speak(language)
    try:
        assert len({words for _, words in spelled("aAbBzZ")}) == 6
    finally:
        texts.speak("en")


@pytest.mark.usefixtures("german")
def test_a_path_at_the_beginning_keeps_its_letters() -> None:
    """A sentence that begins with a field is not given a capital; one that is a field alone is."""
    assert errors.sentence(NoRoom(path="out/a.p12", why=N_("its folder is not there"))) == (
        "out/a.p12 ließ sich nicht schreiben: der Ordner ist nicht da."
    )
    assert errors.sentence(BadPin(what=N_("the PIN is empty"))) == "Die PIN ist leer."
    given = Phrase(N_("{value} is none of: {words}"), value="fr", words="de, en")
    assert errors.sentence(Usage(what=given)) == "fr ist keines von: de, en."


def test_an_error_as_json_has_its_fields_and_no_private_ones(capsys: pytest.CaptureFixture[str]) -> None:
    """One ASCII line on standard error; fields that begin with an underscore stay inside."""
    errors.report(Ambiguous(name="mü", _inner="x", candidates=[{"id": "A", "holder": "Mü"}]), json=True)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.isascii()
    error = json.loads(captured.err)["error"]
    assert (error["code"], error["type"], error["name"]) == (7, "ambiguous", "mü")
    assert error["candidates"] == [{"id": "A", "holder": "Mü"}]
    assert "_inner" not in error


def test_an_error_for_people_is_sentence_candidates_and_hint(capsys: pytest.CaptureFixture[str]) -> None:
    """Foreign text in it cannot repaint the screen."""
    errors.report(Ambiguous(name="m\x1b[2J", candidates=[{"id": "ABCDEFGH", "holder": "H\u202e"}]), json=False)
    assert capsys.readouterr().err == ("m<U+001B>[2J is not unique.\n  ABCDEF  H<U+202E>\nName one by its id.\n")


def test_what_a_page_said_is_shown_in_bounds(capsys: pytest.CaptureFixture[str]) -> None:
    """The person reads the page's own words, a dozen lines at most."""
    text = "\n".join(f"line {number}" for number in range(50))
    errors.report(PageNotUnderstood(host="h", why=N_("it is empty"), text=text, pin_sent=True), json=False)
    err = capsys.readouterr().err
    assert "  | line 0\n" in err
    assert err.count("  | ") == 12


@pytest.mark.usefixtures("german")
def test_a_hint_may_be_a_phrase() -> None:
    """Its fields are filled in the language that is spoken."""
    error = Usage(what=N_("LINK is missing."), hint=Phrase(N_("See {command}"), command="certvault fetch --help"))
    assert errors.as_document(error)["hint"] == "Siehe certvault fetch --help"


def test_an_unknown_command_is_compared_with_the_known_ones() -> None:
    """Near names are offered, far ones are not."""
    assert "certvault links" in str(mistakes.unknown_command("lniks", ("links", "list"), "certvault").hint)
    assert "--help" in str(mistakes.unknown_command("frobnicate", ("links", "list"), "certvault").hint)


@pytest.mark.parametrize("language", ["en", "de"])
def test_why_a_backup_is_missing_is_said_with_what_to_do(language: str) -> None:
    """Never made, too old, on the same disk: three sentences and three hints, each with the command."""
    texts.speak(language)
    try:
        entries = [of_backup("V", Missing(why, NOON), NOON, BERLIN) for why in get_args(Why)]
        assert len({due.what(one) for one in entries}) == len({due.step(one) for one in entries}) == 3
        assert all("certvault backup" in due.step(one) for one in entries)
    finally:
        texts.speak("en")
