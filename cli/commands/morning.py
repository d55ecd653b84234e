"""``certvault`` alone: the morning page, what needs somebody today."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.about import About
from cli.session import Session
from cli.texts import _

ABOUT = About(
    _("Keep the certificates of insurance brokers together with their PINs, and know in time when one runs out."),
    detail=_("Without a command it shows what needs somebody today."),
    opens="register",
    json=False,
)

Version = Annotated[bool, typer.Option("--version", help=_("Show the version."), show_default=False)]


def command(ctx: typer.Context, version: Version = False) -> None:
    """Show what needs somebody today; without a vault, how to begin."""
    from cli.render import morning

    session: Session = ctx.obj
    if version:
        morning.version()
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        morning.begin(session.folder)
