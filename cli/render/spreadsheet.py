"""Tables for spreadsheets: CSV in which nothing is a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

from vault.model.shown import shown

LONGEST = 1000
_FORMULA = re.compile(r"(?:^|(?<=;))(?=\s*[=+\-@＝＋－＠])")
"""Where a spreadsheet would begin a formula: in front of a cell, and behind what a German one takes for its end."""


def lines(titles: Sequence[str], rows: Iterable[Iterable[str]], separator: str = ";") -> Iterator[str]:
    """A table line by line (RFC 4180), with the semicolons that a German spreadsheet expects unless said."""
    yield row(titles, separator)
    for each in rows:
        yield row(each, separator)


def row(values: Iterable[str], separator: str = ",") -> str:
    """One row of a CSV."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerow([harmless(value) for value in values])
    return text.getvalue()


def harmless(value: str) -> str:
    """``value`` as text that no spreadsheet takes for a formula."""
    return _FORMULA.sub("'", shown(value, LONGEST))
