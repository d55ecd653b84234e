"""``certvault links``: the download links, and what each still needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.about import About
from cli.render import links as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage
from vault.operations.register import links

ABOUT = About(
    _("List the download links and what each still needs."),
    detail=_(
        "With --xlsx or --csv, a table to fill in: write each PIN into its column PIN and give it to certvault fetch "
        "--all --pins. For Excel take --xlsx: its cells are text, so that no zero in front is lost. With --call-list, "
        "whom to ask for a PIN, the most urgent first."
    ),
    examples=(
        ("certvault links --all", _("settled ones too")),
        ("certvault links --xlsx open.xlsx", _("a table for the PINs")),
        ("certvault links --call-list", _("whom to call for a PIN")),
        ("certvault links --call-list --html calls.html", _("the same to print")),
    ),
    exits=(15,),
    opens="register",
)

All = Annotated[bool, typer.Option("--all", help=_("Settled ones too."), show_default=False)]
Csv = Annotated[
    str | None,
    typer.Option(
        "--csv", metavar=_("FILE"), help=_("What waits for its PIN, as CSV into this new file; - to print it.")
    ),
]
Xlsx = Annotated[
    str | None,
    typer.Option(
        "--xlsx", metavar=_("FILE"), help=_("The same as an Excel file, in which cells are text; - to write it out.")
    ),
]
CallList = Annotated[bool, typer.Option("--call-list", help=_("Whom to call for a PIN."), show_default=False)]
Html = Annotated[
    Path | None,
    typer.Option("--html", metavar=_("FILE"), help=_("With --call-list: as a page to print, into this new file.")),
]


def command(
    ctx: typer.Context,
    every: All = False,
    csv: Csv = None,
    xlsx: Xlsx = None,
    call_list: CallList = False,
    html: Html = None,
) -> None:
    """List the download links."""
    session: Session = ctx.obj
    table = csv if xlsx is None else xlsx
    if [every, csv is not None, xlsx is not None, call_list, session.json and table is not None].count(True) > 1:
        raise Usage(what=N_("--all, --csv, --xlsx and --call-list are different lists: choose one."))
    if html is not None and not call_list:
        raise Usage(what=N_("--html goes with --call-list."))
    with session.watch() as watch:
        found = links(watch, every=every)
        zone = session.zone(watch)
    if table is not None:
        render.spreadsheet(found, zone, table, excel=xlsx is not None, at=session.now())
    elif call_list:
        render.call_list(session, found, zone, target=html, at=session.now())
    else:
        render.answer(session, found, zone, at=session.now())
