"""``certvault links``: the download links, and what each still needs."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.about import About
from cli.render import links as render
from cli.session import Session
from cli.texts import _
from vault.operations.register import links

ABOUT = About(
    _("List the download links and what each still needs."),
    examples=(("certvault links --all", _("settled ones too")),),
    opens="register",
)

All = Annotated[bool, typer.Option("--all", help=_("Settled ones too."), show_default=False)]


def command(ctx: typer.Context, every: All = False) -> None:
    """List the download links."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found = links(watch, every=every)
        zone = session.zone(watch)
    render.answer(session, found, zone, at=session.now())
