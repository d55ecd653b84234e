"""The PIN in a message that a person pasted whole."""

from __future__ import annotations

import re

_WORD = re.compile(r"\S+")
_INTRODUCED = re.compile(
    r"\b(?:pin|passwort|password|kennwort|code)\b\s*(?:[:=]|lautet:?|ist:?|is:?)\s*(\S+)|\blautet:?\s+(\S+)",
    re.IGNORECASE,
)
_NO_PIN = re.compile(
    r"\d{1,2}\.\d{1,2}\.(?:\d{2,4})?|\d{4}-\d\d-\d\d|\d{1,2}:\d\d|\+\d[\d/-]*|\S+@\S+|\S*(?:://|www\.)\S*",
    re.IGNORECASE,
)
_AROUND = "\"'„“”‚‘’»«<>()[]"
_END = ".,;"
_SHORTEST = 4


def pin_in(text: str) -> str | None:
    """The one word of ``text`` that can be its PIN, or None where none or several can.

    That is what stands behind "PIN:" or "lautet", and every word with a digit that is no date, time, address or
    telephone number. Quotes around it and the stop or comma at its end are not the PIN's.
    """
    found = {_bare(found[1] or found[2]) for found in _INTRODUCED.finditer(text)}
    found |= {word for one in _WORD.findall(text) if _has_digit(word := _bare(one)) and not _NO_PIN.fullmatch(word)}
    found.discard("")
    return found.pop() if len(found) == 1 else None


def _bare(word: str) -> str:
    return word.strip(_AROUND).rstrip(_END).strip(_AROUND)


def _has_digit(word: str) -> bool:
    return len(word) >= _SHORTEST and any(char.isdigit() for char in word)
