"""Excel files are read as they are meant; what is no text says so; what is hostile is refused within bounds."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cli.render.workbook import workbook
from vault import workbook as reader
from vault.errors import DamagedPin, TableNotReadable
from vault.operations import pinlist
from vault.tables import MOST_COLUMNS, Row
from vault.workbook import rows

TITLES = ("Datei", "Inhaber", "PIN")
SHEET = "xl/worksheets/sheet1.xml"


def _by_another(*cells: tuple[object, ...]) -> bytes:
    """A workbook that another program writes."""
    book = openpyxl.Workbook()
    for row in cells:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _with(part: str, change: Callable[[str], str], data: bytes | None = None) -> bytes:
    """A workbook with one part changed."""
    file = io.BytesIO()
    whole = zipfile.ZipFile(io.BytesIO(data or workbook(TITLES, [("a.p12", "Müller GmbH", "Ab3x")])))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in whole.namelist():
            text = whole.read(name).decode()
            archive.writestr(name, change(text) if name == part else text)
    return file.getvalue()


def test_what_is_written_here_is_read_here_and_by_others() -> None:
    """Each cell is text and comes back as it was, a formula and an escape too; the columns are formatted as text."""
    cells = ("=1+1", "<Müller & Söhne>  GmbH", "_x0041_")
    data = workbook(TITLES, [cells, ("", "", "")])
    assert rows(data) == [Row(1, TITLES), Row(2, cells)]
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert tuple(cell.value for cell in sheet[2])[1] == cells[1]
    assert {cell.data_type for cell in sheet[2]} <= {"s", "inlineStr"}
    assert sheet["C3"].value is None
    columns = sheet.column_dimensions["A"]
    assert (sheet["C3"].number_format, columns.number_format, columns.min, columns.max) == ("@", "@", 1, 3)


def test_a_pin_that_is_typed_into_it_is_read() -> None:
    """With the zeros at its front, by whatever program it was saved."""
    book = openpyxl.load_workbook(io.BytesIO(workbook(TITLES, [("a.p12", "Müller GmbH", "")])))
    book.active["C2"] = "0042"
    file = io.BytesIO()
    book.save(file)
    (line,) = pinlist.read(rows(file.getvalue())).lines
    assert (line.file, line.holder, line.pins[0].reveal()) == ("a.p12", "Müller GmbH", "0042")


@pytest.mark.parametrize("spoilt", [42, 42.5, date(2026, 4, 3), "=A1", True])
def test_a_pin_that_is_no_text_is_refused_by_its_line(spoilt: object) -> None:
    """A number may have lost zeros, a date was none, a formula is not computed; the others stay."""
    found = pinlist.read(rows(_by_another(TITLES, ("a.p12", "Eins", "Ab3x"), ("b.p12", "Zwei", spoilt))))
    assert [line.number for line in found.lines] == [2]
    (refused,) = found.refused
    assert (refused.number, type(refused.error)) == (3, DamagedPin)


def test_numbers_elsewhere_are_what_they_say() -> None:
    """An agency number helps to find a file; nothing is proven by it."""
    found = pinlist.read(rows(_by_another(("PIN", "Agenturnummer"), ("Ab3x", 4711))))
    assert found.lines[0].hints == ("4711",)


def test_the_first_visible_sheet_is_read() -> None:
    """A hidden one before it is not what the person sees."""
    book = openpyxl.Workbook()
    book.active.append(("hidden",))
    book.active.sheet_state = "hidden"
    book.create_sheet("PINs").append(("seen",))
    file = io.BytesIO()
    book.save(file)
    assert rows(file.getvalue()) == [Row(1, ("seen",))]


def test_the_line_is_the_one_that_excel_shows() -> None:
    """Also behind rows in which nothing stands."""
    found = rows(_by_another(("PIN",), (), (), ("Ab3x",)))
    assert [(row.line, row.cells) for row in found] == [(1, ("PIN",)), (4, ("Ab3x",))]


def test_a_csv_is_still_a_csv() -> None:
    """What a file is, its contents say and not its name."""
    assert rows(b"PIN\nAb3x\n") == [Row(1, ("PIN",)), Row(2, ("Ab3x",))]


BOMB = "<!DOCTYPE worksheet [<!ENTITY a 'aaaaaaaaaa'>]>"
HOSTILE = {
    "a document type": _with(SHEET, lambda text: text.replace("<worksheet", BOMB + "<worksheet", 1)),
    "a part cut short": _with(SHEET, lambda text: text[:-30]),
    "a part that unpacks to gigabytes": _with(SHEET, lambda text: text + " " * (reader.LARGEST_PART + 1)),
    "a cell beyond all columns": _with(SHEET, lambda text: text.replace('r="C2"', 'r="ZZZ2"')),
    "a text that is not there": _with("xl/workbook.xml", lambda text: text.replace("rId1", "rId9")),
    "a row that is no number": _with(SHEET, lambda text: text.replace('<row r="2"', '<row r="x"')),
    "no workbook": _with("_rels/.rels", lambda text: text.replace("officeDocument", "image")),
    "an endless cell": _with(SHEET, lambda text: text.replace("Ab3x", "x" * 5000)),
    "cut short": workbook(TITLES, [])[:300],
    "with a password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "a packed file of something else": b"PK\x03\x04" + bytes(100),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=list(HOSTILE))
def test_what_is_no_sound_workbook_is_refused(data: bytes) -> None:
    """With one error, and without unpacking more than the bound."""
    with pytest.raises(TableNotReadable):
        rows(data)


@given(st.binary(max_size=200), st.integers(0, 2000))
def test_damaged_bytes_raise_nothing_else(noise: bytes, at: int) -> None:
    """Whatever is written over a workbook, it is a table, or no table."""
    data = workbook(TITLES, [("a.p12", "Müller GmbH", "Ab3x")])
    try:
        found = rows(data[:at] + noise + data[at + len(noise) :])
    except TableNotReadable:
        return
    assert all(len(row.cells) <= MOST_COLUMNS for row in found)
