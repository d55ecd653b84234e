"""Who stands in a From or To line, in the ways in which mail programs write that."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

MOST = 200
"""Recipients of one line that are read; a line with more is no help in finding a holder."""

ADDRESS = re.compile(r"(?<![\w.+-])[\w.+'=&!#$%*/-]{1,64}@(?:[\w-]{1,63}\.){1,8}[\w-]{2,63}")
"""A mail address; the characters that the forms around it use cannot stand in it."""

_SEPARATOR = re.compile(r'"[^"\n]{0,200}"|<[^<>\n]{0,320}>|\([^()\n]{0,200}\)|[;,]')
_GROUP = re.compile(r'^[^"<>@:]{0,200}:(?:\s|$)')
_COMMENT = re.compile(r"\s{0,9}\(([^()@]{1,200})\)")
_AROUND = " \t\r\n\"'<>[]()*_|;,:\u00a0\u200b\u200e\u200f\u202a\u202c\u2068\u2069\ufeff"


class Person(NamedTuple):
    """A name and a mail address in small letters; the one that the line does not tell is empty. Hostile text."""

    name: str
    address: str


def people(line: str) -> tuple[Person, ...]:
    """The people of a From, To or Cc line, at most :data:`MOST`.

    Understands ``Name <a@b>``, ``"Surname, First" <a@b>``, ``a@b (Name)``, ``Group: Name <a@b>;``, Outlook's
    ``Surname, First; Firm`` and ``a@b [mailto:a@b]``, and Markdown's ``[a@b](mailto:a@b)``. Without addresses a comma
    is taken as part of one name.
    """
    entries = _entries(line[:20_000].rstrip().removesuffix(";"))
    found = dict.fromkeys(person for entry in entries[:MOST] if (person := _person(entry)) is not None)
    return tuple(found)


def addresses(text: str) -> tuple[str, ...]:
    """The mail addresses in ``text``, in their order, each once, in small letters."""
    return tuple(dict.fromkeys(_address(m[0]) for m in ADDRESS.finditer(text)))[:MOST]


def _entries(line: str) -> list[str]:
    separators = [m for m in _SEPARATOR.finditer(line) if m[0] in {";", ","}]
    semicolons = [m for m in separators if m[0] == ";"]
    starts = [0, *(m.end() for m in (semicolons or separators))]
    ends = [*(m.start() for m in (semicolons or separators)), len(line)]
    pieces = [line[start:end] for start, end in zip(starts, ends, strict=True)]
    return pieces if semicolons else _rejoined(pieces)


def _rejoined(pieces: list[str]) -> list[str]:
    """Pieces of a line that was cut at commas: one without an address is the surname in front of the next."""
    entries: list[str] = []
    held: list[str] = []
    for piece in pieces:
        held.append(piece.strip())
        if "@" in piece:
            entries.append(", ".join(held))
            held = []
    return [*entries, ", ".join(held)] if any(held) else entries


def _person(entry: str) -> Person | None:
    entry = _GROUP.sub("", entry)
    found = ADDRESS.search(entry)
    named = entry[: found.start()] if found else entry
    if found and not named.strip() and (comment := _COMMENT.match(entry, found.end())):
        named = comment[1]
    name = " ".join(unicodedata.normalize("NFC", named.replace("mailto:", "")).split()).strip(_AROUND)[:MOST]
    if found is None:
        return Person(name, "") if any(c.isalpha() for c in name) else None
    return Person(name, _address(found[0]))


def _address(text: str) -> str:
    return text.strip("'").lower()
