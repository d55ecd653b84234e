"""The call list as one page to print, which needs nothing but itself; no PIN is on it, and none belongs there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from cli.render.paper import Cell
from cli.render.sheet import PAGE
from cli.texts import _, language

STYLE = """
@page { size: A4; margin: 15mm }
body { font: 10.5pt/1.4 sans-serif; color: #000; background: #fff; max-width: 180mm; margin: 0 auto; padding: 6mm 0 }
h1 { font-size: 20pt; margin: 0 0 1mm } p { margin: 0 0 4mm }
table { border-collapse: collapse; width: 100% }
thead { display: table-header-group } tr { break-inside: avoid }
th, td { text-align: left; vertical-align: top; padding: 2mm 3mm 2mm 0; border-bottom: .2mm solid #888;
  overflow-wrap: anywhere }
th { border-bottom: .5mm solid #000 }
td:nth-child(2) { white-space: nowrap } td.soon { font-weight: bold }
.below { margin-top: 4mm }
.done { width: 14mm; padding-right: 0; text-align: center }
.box { display: inline-block; width: 4mm; height: 4mm; border: .3mm solid #000 }
"""


_SOON, _RED = ' class="soon"', "red"


def page(made: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The page: what it is, when it was ``made``, and for each row a box to tick."""
    title, done = _("Call list"), _("Done")
    warning = _("Type each PIN straight into certvault fetch; write none on this page.")
    heads = "".join(f"<th>{escape(column)}</th>" for column in columns)
    body = (
        f"<h1>{escape(title)}</h1>",
        f"<p>{escape(made)}</p>",
        f'<table><thead><tr>{heads}<th class="done">{escape(done)}</th></tr></thead>',
        "<tbody>",
        *map(_row, rows),
        "</tbody></table>",
        f'<p class="below">{escape(warning)}</p>',
    )
    told = PAGE.format(language=language(), title=f"<title>{escape(title)}</title>", style=STYLE, body="\n".join(body))
    return told.encode()


def _row(cells: Sequence[Cell]) -> str:
    told = "".join(f"<td{_SOON if cell.style == _RED else ''}>{escape(cell.text)}</td>" for cell in cells)
    return f'<tr>{told}<td class="done"><span class="box"></span></td></tr>'
