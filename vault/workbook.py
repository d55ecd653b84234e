"""Tables in Excel's own files (.xlsx; ECMA-376): the first visible sheet of a workbook, read and never reckoned.

A workbook is a zip of XML. What a file holds is hostile: parts are unpacked up to a bound, a document type ends the
reading, so that nothing is expanded or fetched, and formulas are told and not computed. A cell that is no text says so:
of a number nobody knows which zeros it has lost.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import NamedTuple
from xml.parsers import expat

from vault.errors import N_, Phrase, TableNotReadable
from vault.tables import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, Row, too_long, too_many_cells, too_many_rows
from vault.tables import rows as rows_of_text

LARGEST_PART = 32 * 1024 * 1024
"""Octets of one part of a workbook, unpacked."""
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MOST_PARTS, _MOST_TEXTS = 10_000, 1_000_000
_PIECE = 64 * 1024
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_PLACE = re.compile(r"([A-Z]{1,3})\d{1,7}")
_ROOT = "_rels/.rels"
_NUMBER = N_("it is a number or a date, and no text; zeros at its front may be lost")
_FORMULA = N_("it is a formula, and nothing is computed here")
_BROKEN = N_("it is a damaged Excel file")

Attributes = Mapping[str, str]


class _Link(NamedTuple):
    """A relationship of a part: what kind the other part is, and where it lies."""

    kind: str
    part: str


class _Unwanted(Exception):
    """A document type, which no workbook has."""


def rows(data: bytes) -> list[Row]:
    """The rows of a table, its titles too: of a workbook, else of CSV (:func:`vault.tables.rows`).

    Raises TableNotReadable.
    """
    if data.startswith(_OLD):
        raise TableNotReadable(why=N_("it is an Excel file of the old kind, or one with a password"))
    if not data.startswith(_ZIP):
        return rows_of_text(data)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return list(_Workbook(archive).rows())
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):
        raise TableNotReadable(why=_BROKEN) from None
    except (expat.ExpatError, _Unwanted):
        raise TableNotReadable(why=_BROKEN) from None


class _Workbook:
    def __init__(self, archive: zipfile.ZipFile) -> None:
        if len(archive.infolist()) > _MOST_PARTS:
            raise TableNotReadable(why=_BROKEN)
        self._archive = archive
        main = next((link.part for link in self._links("", _ROOT).values() if link.kind == "officeDocument"), "")
        if main not in archive.namelist():
            raise TableNotReadable(why=N_("it is a packed file, but no workbook of Excel"))
        self._main = main
        folder, name = posixpath.split(main)
        self._links_of_main = self._links(folder, f"{folder}/_rels/{name}.rels")

    def rows(self) -> Iterator[Row]:
        """The rows of the first visible sheet in which anything stands."""
        texts = [link.part for link in self._links_of_main.values() if link.kind == "sharedStrings"]
        sheet = _Sheet(self._texts(texts[0]) if texts else [])
        for row in self._parsed(self._sheet(), sheet):
            if any(cell.strip() for cell in row.cells) or row.spoilt:
                yield row

    def _sheet(self) -> str:
        """The part that is the first visible sheet."""
        sheets: list[Attributes] = []

        def start(name: str, attributes: Attributes) -> None:
            if name == "sheet":
                sheets.append(attributes)

        self._read(self._main, start)
        for sheet in sheets:
            link = self._links_of_main.get(sheet.get("id", ""))
            if link is not None and link.kind == "worksheet" and sheet.get("state", "visible") == "visible":
                return link.part
        raise TableNotReadable(why=N_("no sheet with cells is visible in it"))

    def _links(self, folder: str, part: str) -> dict[str, _Link]:
        found: dict[str, _Link] = {}

        def start(name: str, attributes: Attributes) -> None:
            if name == "Relationship" and attributes.get("TargetMode", "Internal") == "Internal":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", "")))
                kind = attributes.get("Type", "").rpartition("/")[2]
                found[attributes.get("Id", "")] = _Link(kind, target.lstrip("/"))

        if part in self._archive.namelist():
            self._read(part, start)
        return found

    def _texts(self, part: str) -> list[str]:
        """The texts that cells share, without what is only their pronunciation."""
        found: list[str] = []
        text = _Text()

        def start(name: str, _attributes: Attributes) -> None:
            if name == "si":
                text.clear()
            text.start(name)

        def end(name: str) -> None:
            text.end(name)
            if name == "si":
                found.append(text.said())
            if len(found) > _MOST_TEXTS:
                raise TableNotReadable(why=N_("it has too many texts"))

        self._read(part, start, end, text.add)
        return found

    def _parsed(self, part: str, sheet: _Sheet) -> Iterator[Row]:
        for _piece in self._pieces(part, sheet.start, sheet.end, sheet.text.add):
            yield from sheet.taken()

    def _read(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] = lambda _name: None,
        text: Callable[[str], None] = lambda _text: None,
    ) -> None:
        for _piece in self._pieces(part, start, end, text):
            pass

    def _pieces(
        self,
        part: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None],
        text: Callable[[str], None],
    ) -> Iterator[None]:
        """Read the XML of ``part`` piece by piece, names without their namespaces."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = lambda name, attributes: start(_local(name), _locals(attributes))
        parser.EndElementHandler = lambda name: end(_local(name))
        parser.CharacterDataHandler = text
        left = LARGEST_PART
        with self._archive.open(part) as file:
            while piece := file.read(_PIECE):
                left -= len(piece)
                if left < 0:
                    raise _too_large()
                parser.Parse(piece, False)
                yield
        parser.Parse(b"", True)
        yield


class _Text:
    """Texts of elements ``t`` and ``v``, put together, and no longer than a cell may be by much."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._inside = self._aside = 0

    def clear(self) -> None:
        self._parts, self._length = [], 0

    def start(self, name: str) -> None:
        self._inside += name in ("t", "v")
        self._aside += name == "rPh"

    def end(self, name: str) -> None:
        self._inside -= name in ("t", "v")
        self._aside -= name == "rPh"

    def add(self, text: str) -> None:
        if self._inside and not self._aside and self._length <= LONGEST_CELL:
            self._parts.append(text)
            self._length += len(text)

    def said(self) -> str:
        """What was put together, with the characters that XML cannot have."""
        return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), "".join(self._parts))


class _Sheet:
    """The cells of a sheet as they come."""

    def __init__(self, texts: list[str]) -> None:
        self.text = _Text()
        self._texts = texts
        self._line = self._at = self._count = 0
        self._kind, self._formula = "n", False
        self._cells: dict[int, str] = {}
        self._spoilt: dict[int, str] = {}
        self._done: list[Row] = []

    def taken(self) -> list[Row]:
        """The rows that are complete since this was last asked."""
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "row":
            self._line = int(attributes.get("r", self._line + 1))
            self._cells, self._spoilt, self._at = {}, {}, -1
        elif name == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._at = _column(place[1]) if place else self._at + 1
            if self._at >= MOST_COLUMNS:
                raise too_many_cells(self._line)
            self._kind, self._formula = attributes.get("t", "n"), False
            self.text.clear()
        elif name == "f":
            self._formula = True
        self.text.start(name)

    def end(self, name: str) -> None:
        self.text.end(name)
        if name == "c":
            self._cell()
        elif name == "row":
            self._row()

    def _cell(self) -> None:
        said = self.text.said()
        if self._kind == "s" and said:
            said = self._texts[int(said)] if 0 <= int(said) < len(self._texts) else ""
        if len(said) > LONGEST_CELL:
            raise too_long(self._line)
        if said:
            self._cells[self._at] = said
        if self._formula:
            self._spoilt[self._at] = _FORMULA
        elif said and self._kind in ("n", "d", "b"):
            self._spoilt[self._at] = _NUMBER

    def _row(self) -> None:
        self._count += 1
        if self._count > MOST_ROWS:
            raise too_many_rows()
        width = max(self._cells, default=-1) + 1
        cells = tuple(self._cells.get(at, "") for at in range(width))
        self._done.append(Row(self._line, cells, tuple(self._spoilt.items())))


def _too_large() -> TableNotReadable:
    return TableNotReadable(why=Phrase(N_("it is larger than {mebibytes} MiB"), mebibytes=LARGEST_PART >> 20))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _locals(attributes: Attributes) -> Attributes:
    return {_local(name): value for name, value in attributes.items()}


def _refuse(*_declared: object) -> None:
    raise _Unwanted
