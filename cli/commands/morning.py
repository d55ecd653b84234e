"""``certvault`` alone: the morning page, what needs somebody today."""

from __future__ import annotations

from datetime import timedelta
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
AHEAD = 60
"""Days that the morning page looks ahead."""

Version = Annotated[bool, typer.Option("--version", help=_("Show the version."), show_default=False)]


def command(ctx: typer.Context, version: Version = False) -> None:
    """Show what needs somebody today; without a vault, how to begin."""
    if version:
        from cli.render.version import version as show

        show()
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        _morning(ctx.obj)


def _morning(session: Session) -> None:
    from cli.render import morning
    from vault import opening
    from vault.operations.due import due

    if not opening.exists(session.folder):
        morning.begin(session.folder)
        return
    at = session.now()
    with session.watch() as watch:
        found = due(watch, at=at, within=timedelta(days=AHEAD), windows=session.windows())
        morning.page(session, found, session.zone(watch), at)
