"""``certvault show``: all that the register says of one pair."""

from __future__ import annotations

import typer

from cli import choose
from cli.about import About
from cli.options import PairWords
from cli.render import pairs as render
from cli.session import Session
from cli.texts import _
from vault.operations.register import pair_row

ABOUT = About(
    _("Show all about one certificate, except its PIN."),
    examples=(("certvault show müller arag", _("by words of holder and provider, or by its id")),),
    exits=(6, 7),
    opens="register",
)


def command(ctx: typer.Context, pair: PairWords) -> None:
    """Show one pair."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found = pair_row(watch, choose.pair(session, watch, pair))
        zone = session.zone(watch)
    render.one(session, found, zone)
