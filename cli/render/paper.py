"""Where text for people goes: how wide it is, whether it takes colour, and tables on it.

On a terminal a table fits its width, long cells on several lines; elsewhere each row is one line, with nothing cut, and
a cell that is longer than most makes its own row wider and not all of them.
Colour only repeats what words say.
"""

import os
import sys
import textwrap
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, islice, zip_longest
from typing import NamedTuple, TextIO

STYLES = {"bold": "1", "dim": "2", "red": "31", "alarm": "1;31", "yellow": "33", "green": "32", "cyan": "36"}
GAP = "  "
MEASURED = 1000
"""Rows from which the widths of a table's columns are taken, so that a long table need not be held in memory."""
NARROWEST = 8
USUAL = 50
"""Columns to which cells are filled up where there is no terminal."""


class Cell(NamedTuple):
    """Text with a style, one of :data:`STYLES` or nothing."""

    text: str
    style: str = ""


class Column(NamedTuple):
    """A column of a table; a ``flexible`` one gives way where the terminal is narrow."""

    title: str
    flexible: bool = False


class Paper:
    """One stream that people read."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = sys.stdout if stream is None else stream
        self.terminal = self.stream.isatty()
        self.width = _columns() if self.terminal else None
        self.colour = self.terminal and _takes_colour()

    def write(self, line: str = "", style: str = "") -> None:
        """One line; a terminal that is too narrow for it gets several, broken between words."""
        fits = self.width is None or columns_of(line) < self.width
        self.stream.write(self.styled(line if fits else self.wrapped(line), style) + "\n")

    def facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Names and their values, all in one column, without what is empty."""
        wide = max(len(name) for name, _value in facts) + 2
        for name, value in facts:
            if value:
                self._fact(name, value, wide)

    def _fact(self, name: str, value: str, wide: int) -> None:
        """A name and its value, which begins at column ``wide`` and goes on there where it needs several lines."""
        beside = self.wrapped(value, " " * wide)[wide:]
        self.stream.write(self.styled(name, "bold") + " " * (wide - columns_of(name)) + beside + "\n")

    def styled(self, text: str, style: str) -> str:
        """``text`` in ``style`` where this paper takes colour."""
        return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if style and text and self.colour else text

    def wrapped(self, text: str, indent: str = "", hanging: str | None = None) -> str:
        """``text`` in lines that fit this paper."""
        if self.width is None:
            return indent + text
        width = max(min(self.width, 100) - 1, 30)
        after = indent if hanging is None else hanging
        return textwrap.fill(
            text, width, initial_indent=indent, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
        )

    def fits(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> bool:
        """Whether a table stands here without a cell on several lines."""
        return self.width is None or _across(_widest(columns, rows, columns_of)) <= self.width

    def table(self, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> None:
        """A table with its titles, or nothing where there are no rows; a column in which nothing stands is left out."""
        rest = iter(rows)
        first = list(islice(rest, MEASURED))
        if not first:
            return
        used = [i for i in range(len(columns)) if len(first) == MEASURED or any(row[i].text for row in first)]
        columns = [columns[i] for i in used]
        first = [[row[i] for i in used] for row in first]
        widths = self._widths(columns, first)
        self._row([Cell(column.title, "bold") for column in columns], widths)
        for row in chain(first, ([row[i] for i in used] for row in rest)):
            self._row(row, widths)

    def _row(self, row: Sequence[Cell], widths: Sequence[int]) -> None:
        lines = [_lines(cell.text, width if self.terminal else None) for cell, width in zip(row, widths, strict=True)]
        styles = [cell.style for cell in row]
        for texts in zip_longest(*lines, fillvalue=""):
            self.stream.write(GAP.join(map(self._padded, texts, styles, widths)).rstrip() + "\n")

    def _padded(self, text: str, style: str, width: int) -> str:
        return self.styled(text, style) + " " * (width - columns_of(text))

    def _widths(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
        widths = _widest(columns, rows, columns_of)
        if self.width is None:
            return [min(width, USUAL) for width in widths]
        flexible = [i for i, column in enumerate(columns) if column.flexible]
        _shrink(widths, flexible, _widest(columns, rows, _longest_word), self.width)
        _shrink(widths, flexible, [max(_longest_word(one.title), NARROWEST) for one in columns], self.width)
        _shrink(widths, flexible, [NARROWEST] * len(columns), self.width)
        return widths


def _widest(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], measure: Callable[[str], int]) -> list[int]:
    """The largest measure in each column, its title included."""
    return [max(map(measure, (column.title, *(row[i].text for row in rows)))) for i, column in enumerate(columns)]


def _across(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)


def _shrink(widths: list[int], flexible: Sequence[int], least: Sequence[int], width: int) -> None:
    """Make the widest of the flexible columns narrower, one by one and not below ``least``, until all fits."""
    while _across(widths) > width:
        index = max((i for i in flexible if widths[i] > least[i]), key=widths.__getitem__, default=None)
        if index is None:
            return
        widths[index] -= 1


def _longest_word(text: str) -> int:
    return max(map(columns_of, text.split()), default=0)


def _columns() -> int:
    import shutil  # it brings archives along, which no pipe needs

    return shutil.get_terminal_size().columns


def columns_of(text: str) -> int:
    """The columns that ``text`` takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _lines(text: str, width: int | None) -> list[str]:
    if width is None or columns_of(text) <= width:
        return [text]
    lines = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    return [line[at : at + width] for line in lines for at in range(0, len(line), width)] or [""]


def _takes_colour() -> bool:
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return os.name != "nt" or "WT_SESSION" in os.environ
