"""``certvault due``: what needs somebody, soonest first."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from cli.about import About
from cli.options import whole_number
from cli.render import due as render
from cli.session import Session
from cli.texts import _
from vault.operations.due import due

ABOUT = About(
    _("Show what needs somebody, soonest first."),
    detail=_(
        "Certificates that run out or must be activated, links whose file is about to be deleted, requests without an "
        "answer. What somebody took note of with certvault ack is left out. A watch key is enough, so a scheduled job "
        "can run it that can read no PIN."
    ),
    examples=(
        ("certvault due --within 90", _("the next three months")),
        ("certvault due --json --watch-key-file watch.key", _("for a scheduled job")),
    ),
    opens="register",
)

Within = Annotated[
    int,
    typer.Option(
        "--within", metavar=_("DAYS"), help=_("How far to look ahead."), parser=whole_number("--within", 0, 36500)
    ),
]


All = Annotated[bool, typer.Option("--all", help=_("What somebody took note of, too."), show_default=False)]


def command(ctx: typer.Context, within: Within = 60, every: All = False) -> None:
    """Show what needs somebody, soonest first."""
    session: Session = ctx.obj
    at = session.now()
    with session.watch() as watch:
        found = due(watch, at=at, within=timedelta(days=within), windows=session.windows(), every=every)
        render.answer(session, found, session.zone(watch), at=at, within=within)
