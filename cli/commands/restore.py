"""``certvault restore``: put a backup in the place of the vault."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import restoring
from cli.about import About
from cli.render import backup as render
from cli.session import Session
from cli.texts import _

ABOUT = About(
    _("Put a backup in the place of the vault, or into a new folder."),
    detail=_(
        "The file is checked whole first. A vault that is there is kept in a folder inside its own, never deleted. "
        "Where its keys belong to the backup they stay, so that a key that was removed stays removed; else the keys in "
        "the backup are listed, and you are asked."
    ),
    examples=(
        ("certvault restore certvault.backup", _("in the place of the vault")),
        ("certvault restore certvault.backup --vault NEW", _("into another folder, to look at it")),
    ),
    exits=(3, 5, 6, 15, 16, 17),
    opens="pairs",
)

File = Annotated[Path, typer.Argument(metavar=_("FILE"), help=_("The backup."), show_default=False)]
AcceptKeys = Annotated[
    bool,
    typer.Option(
        "--accept-keys", help=_("Let the keys in the backup open the vault, without asking."), show_default=False
    ),
]


def command(ctx: typer.Context, file: File, accept_keys: AcceptKeys = False) -> None:
    """Restore a backup."""
    session: Session = ctx.obj
    render.restored(session, restoring.restored(session, file, accept_keys=accept_keys))
