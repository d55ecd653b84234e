"""``certvault history``: how a lineage came about."""

from __future__ import annotations

import typer

from cli import choose
from cli.about import About
from cli.options import PairWords
from cli.render import history as render
from cli.session import Session
from cli.texts import _
from vault.operations.register import history

ABOUT = About(
    _("Show how a certificate came about and who had it."),
    examples=(("certvault history K7M2QX", _("by id, or by words of holder and provider")),),
    exits=(6, 7),
    opens="register",
)


def command(ctx: typer.Context, pair: PairWords) -> None:
    """Show the lineage of a pair and its events."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found = history(watch, choose.pair(session, watch, pair))
        zone = session.zone(watch)
    render.answer(session, found, zone)
