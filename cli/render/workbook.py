"""Tables for Excel (.xlsx; ECMA-376): every cell is text, also those that somebody will fill in."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

from cli.render.spreadsheet import LONGEST
from vault.model.shown import shown

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OOXML = "http://schemas.openxmlformats.org"
_MAIN = f"{_OOXML}/spreadsheetml/2006/main"
_LINKS = f"{_OOXML}/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_OOXML}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_OOXML}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}">'
    '<sheets><sheet name="PINs" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_OOXML}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_LINKS}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    "</fills><borders><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>',
}
"""All that is the same in each: one sheet, and two styles of text (format 49), of which the second is bold."""
_TEXT, _BOLD = 1, 2
_ESCAPE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""What would be read as a character by its number."""
_WIDTH = 24
_WHEN = (1980, 1, 1, 0, 0, 0)


def workbook(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table whose columns are formatted as text to their end, so that what is typed there stays as it was typed."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, xml in _PARTS.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), _HEAD + xml)
        sheet = "".join(_sheet(titles, rows))
        archive.writestr(zipfile.ZipInfo("xl/worksheets/sheet1.xml", _WHEN), _HEAD + sheet, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _sheet(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews>'
    yield f'<cols><col min="1" max="{len(titles)}" width="{_WIDTH}" style="{_TEXT}" customWidth="1"/></cols><sheetData>'
    yield _row(1, titles, _BOLD)
    number = 1
    for number, row in enumerate(rows, 2):
        yield _row(number, row, _TEXT)
    yield f'</sheetData><ignoredErrors><ignoredError sqref="A1:{_letter(len(titles) - 1)}{number}" '
    yield 'numberStoredAsText="1"/></ignoredErrors></worksheet>'


def _row(number: int, cells: Sequence[str], style: int) -> str:
    told = "".join(_cell(f"{_letter(at)}{number}", cell, style) for at, cell in enumerate(cells))
    return f'<row r="{number}">{told}</row>'


def _cell(place: str, text: str, style: int) -> str:
    if not text:
        return f'<c r="{place}" s="{style}"/>'
    told = escape(_ESCAPE.sub("_x005F_", shown(text, LONGEST)))
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{told}</t></is></c>'


def _letter(column: int) -> str:
    return chr(ord("A") + column)
