"""``certvault links``: the download links, and what each still needs."""

from __future__ import annotations

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
        "With --csv, a table to fill in: write each PIN into its column PIN and give it to certvault fetch --all "
        "--pins. Format that column as text before you type: else a spreadsheet drops zeros in front. With "
        "--call-list, whom to ask for a PIN, the most urgent first."
    ),
    examples=(
        ("certvault links --all", _("settled ones too")),
        ("certvault links --csv open.csv", _("a table for the PINs")),
        ("certvault links --call-list", _("whom to call for a PIN")),
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
CallList = Annotated[bool, typer.Option("--call-list", help=_("Whom to call for a PIN."), show_default=False)]


def command(ctx: typer.Context, every: All = False, csv: Csv = None, call_list: CallList = False) -> None:
    """List the download links."""
    session: Session = ctx.obj
    if [every, csv is not None, call_list, session.json and csv is not None].count(True) > 1:
        raise Usage(what=N_("--all, --csv and --call-list are different lists: choose one."))
    with session.watch() as watch:
        found = links(watch, every=every)
        zone = session.zone(watch)
    if csv is not None:
        render.spreadsheet(found, zone, csv, at=session.now())
    elif call_list:
        render.call_list(session, found, zone, at=session.now())
    else:
        render.answer(session, found, zone, at=session.now())
