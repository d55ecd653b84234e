"""``certvault offboard``: a holder leaves, with all that there is of him."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import offboarding
from cli.about import About
from cli.session import Session
from cli.texts import _

ABOUT = About(
    _("Hand out all that there is of a holder who leaves, and put it away."),
    detail=_(
        "His certificates go into a folder as the issuer sent them, with a list and a sheet for each; their PINs, as "
        "letters, into another folder, or none. Only when all of it is written are they put away, his open links and "
        "waiting halves discarded, requests withdrawn, and places dropped. What it would be is shown first, "
        "and you are asked."
    )
    + "\n\n"
    + _(
        "Interrupted, nothing is put away, and the same command goes on from there. Everything is kept, and certvault "
        "reinstate takes it back; certvault purge deletes it for good, with a receipt."
    ),
    examples=(
        ("certvault offboard schäffer --to USB --pins-to Post", _("files and sheets here, PINs there")),
        ("certvault offboard schäffer --to USB --dry-run", _("what it would be")),
        ("certvault offboard schäffer --to USB --all", _("what was superseded or retired before, too")),
    ),
    exits=(6, 7, 8, 15, 17),
    opens="pairs",
)

Name = Annotated[
    list[str], typer.Argument(metavar=_("HOLDER"), help=_("The holder: id, address or words."), show_default=False)
]
To = Annotated[Path, typer.Option("--to", metavar=_("DIR"), help=_("Folder for the files."), show_default=False)]
PinsTo = Annotated[
    Path | None,
    typer.Option(
        "--pins-to",
        metavar=_("DIR"),
        help=_("Folder for the letters with the PINs, apart from the other. Else there are none."),
        show_default=False,
    ),
]
Recipient = Annotated[
    str | None,
    typer.Option("--recipient", metavar=_("NAME"), help=_("Who gets it, for the record."), show_default=False),
]
Reason = Annotated[
    str | None, typer.Option("--reason", metavar=_("TEXT"), help=_("Why, for the audit log."), show_default=False)
]
Older = Annotated[
    bool, typer.Option("--all", help=_("What was superseded or retired before, too."), show_default=False)
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what it would be, and stop."), show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help=_("Do it without asking."), show_default=False)]


def command(
    ctx: typer.Context,
    name: Name,
    to: To,
    pins_to: PinsTo = None,
    recipient: Recipient = None,
    reason: Reason = None,
    older: Older = False,
    dry_run: DryRun = False,
    yes: Yes = False,
) -> None:
    """Hand out all of a holder, and put it away."""
    session: Session = ctx.obj
    why = reason or _("Left the agency")
    order = offboarding.Order(to, pins_to, recipient, why, older)
    order.check()
    offboarding.run(session, " ".join(name), order, dry_run=dry_run, yes=yes)
