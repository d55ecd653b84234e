"""Prompts: nothing is asked where it could be seen."""

from __future__ import annotations

import os

import pytest

from cli import prompt
from cli.pins import PinSource
from vault.errors import NoPinGiven, Usage


def test_what_cannot_hide_is_not_asked_on() -> None:
    """A descriptor without terminal settings is refused: there is no falling back to visible input."""
    read, write = os.pipe()
    try:
        with pytest.raises(Usage, match="cannot hide"), prompt._echo(read, on=False):
            pytest.fail("it went on")
    finally:
        os.close(read)
        os.close(write)


def test_a_line_has_bounds() -> None:
    """Endless input without a line end is refused."""
    read, write = os.pipe()
    try:
        os.write(write, b"x" * (prompt.LONGEST + 1))
        with pytest.raises(Usage, match="too long"):
            prompt._line(read)
    finally:
        os.close(read)
        os.close(write)


def test_without_a_terminal_a_pin_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The way out is named: ``--pin-stdin``."""
    monkeypatch.setattr(prompt, "possible", lambda: False)
    with pytest.raises(NoPinGiven) as caught:
        PinSource().read("Müller")
    assert "--pin-stdin" in caught.value.hint


def test_the_question_for_a_pin_cannot_repaint_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A holder's name is foreign text."""
    asked: list[str] = []

    def hidden(question: str) -> str:
        asked.append(question)
        return "Pin1"

    monkeypatch.setattr(prompt, "possible", lambda: True)
    monkeypatch.setattr(prompt, "hidden", hidden)
    assert PinSource().read("M\x1b[2J").reveal() == "Pin1"
    assert asked == ["PIN for M<U+001B>[2J: "]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("2", [2]),
        ("1 3-5", [1, 3, 4, 5]),
        ("3,1,1-2\n", [3, 1, 2]),
        *((text, None) for text in ("0", "6", "1-6", "3-1", "all", "-", "1-", "-2", "²", "1-2-3", "9" * 50)),
    ],
)
def test_several_are_picked_by_numbers(text: str, found: list[int] | None) -> None:
    """Single ones and ranges, each once; what is none of five is asked again."""
    assert prompt.numbers(text, 5) == found
