"""Tables as people keep them are read as they are meant, and what a spreadsheet damaged is told."""

from __future__ import annotations

import codecs
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import tables
from vault.errors import CertvaultError, TableNotReadable
from vault.tables import Row, columns, damage, harm, meant, rows, said

TEXT = 'Name;Agentur-Nr.;E-Mail\r\nMüller "Söhne";0042;m@example.org\r\n"Groß; Klein";"007";\r\n'.replace(
    'Müller "Söhne"', '"Müller ""Söhne"""'
)
READ = [
    Row(1, ("Name", "Agentur-Nr.", "E-Mail")),
    Row(2, ('Müller "Söhne"', "0042", "m@example.org")),
    Row(3, ("Groß; Klein", "007", "")),
]


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("cp1252"),
        TEXT.encode(),
        codecs.BOM_UTF8 + TEXT.encode(),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
        TEXT.replace("\r\n", "\n").encode(),
        TEXT.replace("\r\n", "\r").encode(),
        TEXT.removesuffix("\r\n").encode(),
    ],
    ids=["windows-1252", "utf-8", "utf-8 with mark", "utf-16 le", "utf-16 be", "unix", "old mac", "no end"],
)
def test_every_coding_that_excel_writes(data: bytes) -> None:
    """Umlauts, leading zeros, quotes and a delimiter within them come out of each alike."""
    assert rows(data) == READ


@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_the_delimiter_is_found(sign: str) -> None:
    """Though other signs stand in the cells."""
    text = sign.join(("Name", "Ort")) + "\n" + sign.join(('"Müller, Hans; GmbH"', "Bonn")) + "\n"
    assert rows(text.encode()) == [Row(1, ("Name", "Ort")), Row(2, ("Müller, Hans; GmbH", "Bonn"))]


def test_one_column_and_sep_and_empty_lines() -> None:
    """One column has no delimiter; ``sep=`` names it; what is empty is left out; lines are those of the file."""
    assert rows(b"Name\nMeier\n") == [Row(1, ("Name",)), Row(2, ("Meier",))]
    assert rows(b"sep=|\r\nName|Ort\r\n;;\r\n\r\n|\r\nA|B\r\n") == [
        Row(2, ("Name", "Ort")),
        Row(3, (";;",)),
        Row(6, ("A", "B")),
    ]


def test_a_break_in_a_cell_counts_as_a_line() -> None:
    """The line that is told is the one on which the row begins."""
    assert [row.line for row in rows(b'Name;Ort\n"A\nB";C\nD;E\n')] == [1, 2, 4]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"PK\x03\x04\x00\x00", "no text"),
        (b"Name;\x81\n", "no text"),
        (codecs.BOM_UTF16_LE + b"N\0a", "no text"),
        (b'Name;"Ort\nA;B\n', "quotes"),
        (b'"A" B;C\n', "quotes"),
        (b";".join([b"a"] * 201), "more than 200 cells"),
        (b"a;" + b"b" * 5000, "a cell on line 1 is too long"),
        (b"a\n" * 100_002, "more than 100000 rows"),
        (b" " * (tables.LONGEST + 1), "larger than 16 MiB"),
    ],
    ids=[
        "xlsx",
        "undefined octet",
        "half a character",
        "open quote",
        "behind a quote",
        "wide",
        "long",
        "many",
        "large",
    ],
)
def test_what_is_no_table_is_refused(data: bytes, why: str) -> None:
    """With the reason, and without a word of what stands in it."""
    with pytest.raises(TableNotReadable, match=why):
        rows(data)


@given(st.binary(max_size=300))
def test_any_octets_are_read_or_refused(data: bytes) -> None:
    """Nothing else comes out than rows or our own error."""
    try:
        found = rows(data)
    except CertvaultError:
        return
    assert [row.line for row in found] == sorted({row.line for row in found})


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=20)


@given(st.lists(st.lists(CELLS.filter(lambda cell: cell.strip() != ""), min_size=2, max_size=4), max_size=5))
def test_what_a_program_writes_is_read(table: list[list[str]]) -> None:
    """Whatever stands in the cells, under semicolons with every cell quoted."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([["one", "two"], *table])
    assert [list(row.cells) for row in rows(out.getvalue().encode("utf-8-sig"))] == [["one", "two"], *table]


def test_columns_are_known_by_what_people_call_them() -> None:
    """However it is written, several of one kind, in any order; what means nothing is named."""
    meanings = {"name": ("Name", "Makler"), "address": ("E-Mail", "mail"), "number": ("Agenturnummer", "Agentur-Nr.")}
    titles = Row(1, ("E-MAIL:", "Agentur Nr", "makler", "Email 2", "", "Schuhgröße"))
    found = columns(titles, meanings)
    assert found.where == {"address": (0, 3), "number": (1,), "name": (2,)}
    assert found.unknown == ["Schuhgröße"]
    row = Row(2, (" a@x ", '="0042"', "Müller", ""))
    assert [row.texts(found.where[field]) for field in ("address", "number", "name")] == [["a@x"], ["0042"], ["Müller"]]
    assert meant("Größe-Nr. 1") == meant("groessenr1")


@pytest.mark.parametrize(
    ("cell", "text"),
    [(" 007 ", "007"), ("'=1+1", "=1+1"), ("'+49 170", "+49 170"), ("O'Hara", "O'Hara"), ("a\u00a0\n b", "a b")],
)
def test_a_cell_says_what_a_person_means(cell: str, text: str) -> None:
    """Blanks, the apostrophe against formulas, breaks."""
    assert said(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        "1,2E+03",
        "1.2E+04",
        "4,91701E+11",
        "1E+05",
        "03. Apr",
        "3-Apr",
        "Apr 03",
        "01. Mrz 26",
        "3. März 2026",
        "03.04.2026",
        "2026-04-03",
        "3/4/2026",
        "2026-04-03 00:00:00",
    ],
)
def test_numbers_that_a_spreadsheet_changed_are_told(cell: str) -> None:
    """Rounded, or made a date: with the reason."""
    assert damage(cell)


@pytest.mark.parametrize("cell", ["####", "#NAME?", "#WERT!", "#DIV/0!", "#N/A", "Dez 24"])
def test_what_a_spreadsheet_damaged_is_told(cell: str) -> None:
    """Rounded, made a date, an error: with the reason, without the cell."""
    found = damage(cell)
    assert found is not None
    assert cell not in found


@pytest.mark.parametrize(
    "cell", ["0042", "hK7p-Q2xm", "Aprikose", "12-3", "1234567890123456", "E12", "1E5", "a1E5b", "3 Mann"]
)
def test_what_is_sound_is_not_called_damaged(cell: str) -> None:
    """PINs and numbers that only look a little like it."""
    assert damage(cell) is None


def test_what_would_harm_is_told() -> None:
    """Formulas, and characters that nobody sees; not telephone numbers, not names with signs."""
    for text in ("=HYPERLINK(1)", "@SUM(1)", "-cmd", "+cmd|' /C calc'!A0", "Mül\u202eler", "a\x1b[2J"):
        assert harm(text)
    for text in ("+49 170 1234567", "+ (0)170", "Müller & Söhne-GmbH", "-5", ""):
        assert harm(text) is None


@pytest.mark.parametrize("mark", ['"', "\r"])
def test_what_separates_nothing(mark: str) -> None:
    """A quotation mark or a line end after ``sep=`` is no delimiter: Python 3.13 breaks down over it."""
    assert [row.cells[-1] for row in rows(f"sep={mark}\na;b\n".encode())][1:] == ["b"]
