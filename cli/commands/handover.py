"""``certvault handover``: the sheet that goes with a certificate's file to the broker."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import exporting, handing
from cli.about import About
from cli.minding import mind
from cli.render import handover as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage

ABOUT = About(
    _("Write the sheet that goes with a certificate to the broker who installs it."),
    detail=_(
        "A PDF to print or to send along: what it is and for whom, until when it is valid, the name of its file, how "
        "to install it in the broker's software, its fingerprint, and whom to ask. It is in the language that the "
        "setting language names, or --lang. The PIN is never on it, and it is not written where a letter with the PIN "
        "lies. Who is to be asked says the setting agency."
    ),
    examples=(
        ("certvault handover müller --for keasy --to USB", _("beside the file, which certvault export writes there")),
        ("certvault handover --holder müller --for con-center --to USB", _("one for each certificate that he has")),
    ),
    exits=(6, 7, 8, 15, 17),
    opens="pairs",
)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar=_("[PAIR...]"), help=_("Id, or words of holder and provider."), show_default=False),
]
To = Annotated[Path, typer.Option("--to", metavar=_("DIR"), help=_("Folder to write into."), show_default=False)]
Holder = Annotated[
    str | None, typer.Option("--holder", metavar=_("NAME"), help=_("All that this holder has."), show_default=False)
]
Software = Annotated[
    str,
    typer.Option(
        "--for",
        metavar=_("SOFTWARE"),
        help=_("Where it is installed: a target profile. Without, for any software."),
        show_default=False,
    ),
]
Recipient = Annotated[
    str | None,
    typer.Option("--recipient", metavar=_("NAME"), help=_("Who gets it, for the record."), show_default=False),
]
SameFolder = Annotated[
    bool,
    typer.Option("--same-folder", help=_("Write it also where a letter with the PIN lies."), show_default=False),
]


def command(
    ctx: typer.Context,
    to: To,
    pair: Names = None,
    holder: Holder = None,
    software: Software = "original",
    recipient: Recipient = None,
    same_folder: SameFolder = False,
) -> None:
    """Write sheets."""
    session: Session = ctx.obj
    if bool(pair) == (holder is not None):
        raise Usage(what=N_("Name certificates, or say --holder."))
    target = session.target_profile(software)
    with session.custody() as custody:
        wanted = exporting.ids(session, custody, exporting.Wanted(pair or [], holder))
        rows = [exporting.row(custody, id_) for id_ in wanted]
        for row in rows:
            mind(custody, row)
        order = handing.Order(target, to, recipient, same_folder)
        sheets = handing.Sheets(session, custody, order)
        render.answer(session, sheets.written(rows), unsigned=sheets.unsigned)
