"""A list of PINs as people keep it: which row belongs to which file or link, by its titles or by what stands in it.

Nothing of a list is shown again: what stands in the wrong column may be a PIN. Rows are told by their lines.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import PurePath, PureWindowsPath
from typing import NamedTuple

from vault.errors import N_, CertvaultError, DamagedPin, NoPinColumn, Phrase
from vault.model.fold import words
from vault.model.pin import pin
from vault.secret import Pin
from vault.tables import Row, columns, damage, meant, said

_TITLES = {
    "pin": (
        *("PIN", "PINs", "PIN-Code", "PIN Nummer", "Zertifikats-PIN", "Zertifikat PIN", "Passwort", "Password"),
        *("Kennwort", "Passphrase", "Geheimzahl", "Code", "Zertifikatspasswort", "P12-Passwort", "PW", "Geheimnummer"),
        *("SMS", "SMS-PIN", "Transport-PIN", "Installations-PIN", "Download-PIN", "Secret"),
    ),
    "file": (
        *("Datei", "Dateiname", "Zertifikatsdatei", "File", "Filename", "File name", "Pfad", "Path", "P12", "PFX"),
        *("Zertifikat", "Certificate", "Certificate file", "P12-Datei", "PFX-Datei", "Name der Datei"),
    ),
    "holder": (
        *("Inhaber", "Zertifikatsinhaber", "Holder", "Name", "Makler", "Maklername", "Broker", "Firma", "Company"),
        *("Vermittler", "Vermittlername", "Agentur", "Agency", "Kunde", "Partner"),
    ),
    "number": (
        *("Vermittlernummer", "Vermittlernr", "Vermittler-Nr.", "VNR", "VM-Nr.", "Agenturnummer", "Agentur-Nr."),
        *("Agency number", "Agency no", "Maklernummer", "Makler-Nr.", "Nummer", "Number", "Nr."),
    ),
    "id": ("Id", "Link", "Link-Id", "Kennung"),
    "reference": ("Referenz", "Reference", "did"),
    "provider": ("Aussteller", "Provider", "Versicherer", "Anbieter", "Insurer", "Gesellschaft"),
}
_KNOWN = {meant(title) for titles in _TITLES.values() for title in titles}
_FILE = re.compile(r".+\.(p12|pfx|pkcs12)", re.IGNORECASE)
_NO_PIN = re.compile(r".*@.*\..*|\+\d[\d /()-]{6,}|0\d{2,5}[ /-]\d[\d -]{4,}|\d{1,2}\.\d{1,2}\.\d{4}|\d{4}-\d\d-\d\d")
"""What a cell without a title above it may be rather than a PIN: an address, a telephone number, a date."""
_SHORTEST, _LONGEST = 4, 64
"""Characters of what is taken for a PIN where no title says that it is one."""
_TRIED = 3
"""Cells of a row that are taken for its PIN where no title says which is."""


class Line(NamedTuple):
    """A row of the list. ``pins`` has one, or where nothing says which cell it is, the cells that may be it.

    ``holder`` is a name and ``agency`` an agency number that stands under such a title, unless a spreadsheet has spoilt
    it; ``hints`` are words by which a file may be named.
    """

    number: int
    pins: tuple[Pin, ...] = ()
    file: str = ""
    holder: str = ""
    provider: str = ""
    id: str = ""
    reference: str = ""
    hints: tuple[str, ...] = ()
    agency: str = ""


class Refused(NamedTuple):
    """A row that cannot be used, and why."""

    number: int
    error: CertvaultError


class PinList(NamedTuple):
    """What a list says. ``empty`` are the lines on which a PIN is still missing."""

    lines: list[Line]
    refused: list[Refused]
    empty: list[int]


def read(table: Sequence[Row]) -> PinList:
    """The list that ``table`` is. Raises NoPinColumn where nothing in it can be a PIN."""
    titled = bool(table) and _has_titles(table[0])
    content = table[1:] if titled else table
    where = columns(table[0], _TITLES).where if titled else {}
    if "pin" not in where:
        where = _by_content(content, where)
    if "pin" not in where:
        raise NoPinColumn
    found = PinList([], [], [])
    for row in content:
        _take(found, row, where)
    return found


def named(path: str) -> str:
    """How a file is called, compared: without folders, in small letters, composed."""
    return unicodedata.normalize("NFC", PureWindowsPath(PurePath(path).name).name).casefold()


def _has_titles(row: Row) -> bool:
    """Whether the first row has titles: a known one to the letter, and no file is named yet."""
    cells = [said(cell) for cell in row.cells]
    return any(meant(cell) in _KNOWN for cell in cells if cell) and not any(map(_FILE.fullmatch, cells))


def _by_content(table: Sequence[Row], titled: dict[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Which columns hold file names, and which may hold PINs, those first in which a PIN is likelier.

    What stands under a title that says what it is, is that.
    """
    known = {at for places in titled.values() for at in places}
    width = max((len(row.cells) for row in table), default=0)
    cells = {at: _column(table, at) for at in range(width) if at not in known}
    files = tuple(at for at, column in cells.items() if _share(column, _is_file) > 0.5)
    scores = {at: _likelihood(column) for at, column in cells.items() if at not in files}
    likely = sorted((at for at, score in scores.items() if score > 0), key=lambda at: (-scores[at], -at))
    found = {"file": files, "hint": tuple(at for at in scores if at not in likely), "pin": tuple(likely[:_TRIED])}
    return {field: places for field, places in found.items() if places} | titled


def _column(table: Sequence[Row], at: int) -> list[str]:
    return [text for row in table if (text := row.cells[at].strip() if at < len(row.cells) else "")]


def _likelihood(column: Sequence[str]) -> float:
    """How likely it is that these are PINs: one word each, letters and digits together, and no two the same."""
    could = _share(column, _could_be_pin)
    if could < 0.5:
        return 0
    mixed = _share(column, lambda text: not text.isalpha() and not text.isdigit())
    return could + mixed + len(set(column)) / len(column) - _share(column, str.isalpha)


def _share(column: Sequence[str], fits: Callable[[str], object]) -> float:
    return sum(map(bool, map(fits, column))) / len(column) if column else 0.0


def _is_file(text: str) -> bool:
    return _FILE.fullmatch(text) is not None


def _could_be_pin(text: str) -> bool:
    return _SHORTEST <= len(text) <= _LONGEST and not any(map(str.isspace, text)) and not _NO_PIN.fullmatch(text)


def _take(found: PinList, row: Row, where: dict[str, tuple[int, ...]]) -> None:
    spoilt = dict(row.spoilt)
    cells = [_pin_text(row.cells[at]) for at in where["pin"] if at < len(row.cells) and at not in spoilt]
    try:
        pins = tuple(_checked(cell) for cell in cells if cell)
        if not pins and (why := next((spoilt[at] for at in where["pin"] if at in spoilt), None)):
            raise DamagedPin(why=why)
    except CertvaultError as error:
        found.refused.append(Refused(row.line, error))
        return
    if not pins:
        found.empty.append(row.line)
        return
    told = {field: (row.texts(where.get(field, ())) or [""])[0] for field in _TITLES if field != "pin"}
    hints = [told["holder"], told["number"], *row.texts(where.get("hint", ()))]
    file = named(told.pop("file"))
    number = told.pop("number")
    agency = "" if damage(number) or not spoilt.keys().isdisjoint(where.get("number", ())) else number
    all_hints = tuple(word for text in hints for word in words(text))
    found.lines.append(Line(row.line, pins, file, hints=all_hints, agency=agency, **told))


def _checked(text: str) -> Pin:
    """The PIN. Raises DamagedPin and BadPin, neither of which quotes it."""
    why = damage(text)
    if why is not None:
        raise DamagedPin(why=why)
    return pin(text)


def _pin_text(cell: str) -> str:
    """A cell as a PIN: as it stands there, but for blanks at its ends and what says that it is text."""
    text = cell.strip()
    return said(text) if text.startswith('="') else text


def short_of_zeros(lines: Sequence[Line]) -> dict[int, Refused]:
    """The lines whose PIN is a number with fewer digits than those of all others: zeros at its front may be lost.

    Such a PIN must not go to a portal; a file itself says whether it is right.
    """
    lengths = Counter(len(line.pins[0].reveal()) for line in lines if _is_number(line))
    if len(lengths) < 2:
        return {}
    (usual, times), *_ = lengths.most_common(1)
    if times < 2:
        return {}
    why = Phrase(N_("it has fewer digits than the others, which have {n}; zeros at its front may be lost"), n=usual)
    short = [line for line in lines if _is_number(line) and len(line.pins[0].reveal()) < usual]
    return {line.number: Refused(line.number, DamagedPin(why=why)) for line in short}


def _is_number(line: Line) -> bool:
    return len(line.pins) == 1 and line.pins[0].reveal().isdecimal()
