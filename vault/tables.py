"""Tables that people keep: CSV as Excel and others write it, read as it is meant, and never guessed.

Encoding: a byte-order mark says UTF-8 or UTF-16; without one it is UTF-8 where all of it is, else windows-1252, which
German Excel writes. Delimiter: what the line ``sep=`` says, else semicolon, comma or tab, whichever the first lines are
made of. Quotes, line breaks in cells and doubled quotes as RFC 4180 has them. What a file holds is hostile: size, rows,
columns and cells are bounded.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from vault.errors import N_, Phrase, TableNotReadable
from vault.model.fold import words

LONGEST = 16 * 1024 * 1024
"""Octets of a table."""
MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 100_000, 200, 4096
_DELIMITERS = ";,\t"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_TEXT_FORMULA = re.compile(r'="(?P<text>[^"]*)"')
_DEFUSED = re.compile(r"'(?=\s*[=+\-@＝＋－＠])")
_FORMULA = re.compile(r"[=@＝＠]|[-－](?![\d\s])|[+＋](?![\d\s(])")
_ROUNDED = re.compile(r"[+-]?\d(?:[.,]\d+)?[eE][+-]\d{2,3}")
_MONTHS = "jan|feb|mrz|mär|mar|apr|mai|may|jun|jul|aug|sep|okt|oct|nov|dez|dec"
_DATE = re.compile(
    rf"\d{{1,4}}[. -]{{1,2}}(?:{_MONTHS})[a-zä]*\.?(?:[. -]{{0,2}}\d{{2,4}})?"
    rf"|(?:{_MONTHS})[a-zä]*\.?[. -]{{1,2}}\d{{2,4}}"
    r"|(?:(?:0?[1-9]|[12]\d|3[01])[./](?:0?[1-9]|1[0-2])[./](?:19|20)\d\d"
    r"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?: 00:00(?::00)?)?",
    re.IGNORECASE,
)
_ERROR = re.compile(r"#{2,}|#[A-ZÄÖÜ/0-9]+[!?]?", re.IGNORECASE)

Meanings = Mapping[str, Sequence[str]]
"""Fields, each with the titles that a column of it may have, compared as :func:`meant` writes them."""


class Row(NamedTuple):
    """A row: the line of the file on which it begins (the first is 1), and its cells exactly as they stand there.

    ``spoilt`` are the places of cells that are no text in a format that knows the difference, and why.
    """

    line: int
    cells: tuple[str, ...]
    spoilt: tuple[tuple[int, str], ...] = ()

    def texts(self, columns: Sequence[int]) -> list[str]:
        """What the cells in ``columns`` say (:func:`said`), without the empty ones. A short row has empty cells."""
        return [text for at in columns if at < len(self.cells) and (text := said(self.cells[at]))]


class Columns(NamedTuple):
    """What the columns of a table mean: for each field where it stands, and the titles that mean nothing here."""

    where: dict[str, tuple[int, ...]]
    unknown: list[str]


def rows(data: bytes) -> list[Row]:
    """The rows of a table, its titles too, without those in which nothing stands. Raises TableNotReadable."""
    if len(data) > LONGEST:
        raise TableNotReadable(why=Phrase(N_("it is larger than {mebibytes} MiB"), mebibytes=LONGEST >> 20))
    text = _decoded(data)
    named = re.match(r'"?sep=([^"\r\n])"?\r?\n', text, re.IGNORECASE)
    delimiter = named[1] if named else _delimiter(text)
    skipped = named[0] if named else ""
    found: list[Row] = []
    try:
        for row in _read(text[len(skipped) :], delimiter, 1 if named else 0):
            found.append(row)
            if len(found) > MOST_ROWS:
                raise too_many_rows()
    except csv.Error:
        line = found[-1].line + 1 if found else 1
        raise TableNotReadable(why=Phrase(N_("its quotes do not fit, from line {line} on"), line=line)) from None
    return found


def columns(titles: Row, meanings: Meanings) -> Columns:
    """What the columns under ``titles`` are, by what people call them. A field may have several columns, or none."""
    known = {meant(title): field for field, its in meanings.items() for title in its}
    where: dict[str, tuple[int, ...]] = {}
    unknown: list[str] = []
    for at, cell in enumerate(titles.cells):
        title = said(cell)
        field = known.get(meant(title)) or known.get(meant(re.sub(r"[\d\s]+$", "", title)))
        if field is not None:
            where[field] = (*where.get(field, ()), at)
        elif title:
            unknown.append(title)
    return Columns(where, unknown)


def meant(title: str) -> str:
    """A title as it is compared: small letters without marks, blanks and signs ("E-Mail:" is "email")."""
    return "".join(words(title))


def said(cell: str) -> str:
    """What a person means by a cell: no blanks at its ends or doubled, ``="0042"`` is 0042, and the apostrophe is gone
    that keeps a spreadsheet from taking it for a formula."""
    text = " ".join(cell.split())
    formula = _TEXT_FORMULA.fullmatch(text)
    return " ".join((formula["text"] if formula else _DEFUSED.sub("", text, count=1)).split())


def damage(text: str) -> str | None:
    """What a spreadsheet did to a number or PIN that stood in ``text``, or None. The text is not repeated in it."""
    if _ROUNDED.fullmatch(text):
        return N_("a spreadsheet has rounded it (as in 1,2E+04)")
    if _DATE.fullmatch(text):
        return N_("a spreadsheet has made a date of it")
    if _ERROR.fullmatch(text):
        return N_("a spreadsheet has put an error in its place")
    return None


def harm(text: str) -> str | None:
    """Why ``text`` cannot be a name or the like, or None: a formula, or characters that nobody sees."""
    if _FORMULA.match(text):
        return N_("it begins like a formula")
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in text):
        return N_("it has characters that nobody sees")
    return None


def too_many_rows() -> TableNotReadable:
    """Of a table beyond :data:`MOST_ROWS`."""
    return TableNotReadable(why=Phrase(N_("it has more than {most} rows"), most=MOST_ROWS))


def too_many_cells(line: int) -> TableNotReadable:
    """Of a row beyond :data:`MOST_COLUMNS`."""
    return TableNotReadable(why=Phrase(N_("line {line} has more than {most} cells"), line=line, most=MOST_COLUMNS))


def too_long(line: int) -> TableNotReadable:
    """Of a cell beyond :data:`LONGEST_CELL`."""
    return TableNotReadable(why=Phrase(N_("a cell on line {line} is too long"), line=line))


def _decoded(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _as(data[len(mark) :], encoding)
    if b"\0" in data:
        raise TableNotReadable(why=N_("it is no text; save it as CSV"))
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _as(data, "cp1252")


def _as(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise TableNotReadable(why=N_("it is no text; save it as CSV")) from None
    if "\0" in text:
        raise TableNotReadable(why=N_("it is no text; save it as CSV"))
    return text


def _delimiter(text: str) -> str:
    """The sign that stands in most of the first lines, outside quotes, and as often in each as in the first."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text[:65536].splitlines()[:20] if line.strip()]

    def fits(sign: str) -> tuple[int, int]:
        first = lines[0].count(sign) if lines else 0
        return sum(first > 0 and line.count(sign) == first for line in lines), first

    return max(_DELIMITERS, key=fits)


def _read(text: str, delimiter: str, before: int) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    last = 0
    for cells in reader:
        line, last = before + last + 1, reader.line_num
        if len(cells) > MOST_COLUMNS:
            raise too_many_cells(line)
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise too_long(line)
        if any(cell.strip() for cell in cells):
            yield Row(line, tuple(cells))
