"""``certvault list``: the pairs that are here."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.about import About
from cli.render import pairs as render
from cli.session import Session
from cli.texts import _
from vault.operations.register import pairs

ABOUT = About(
    _("List the certificates, soonest to run out first."),
    examples=(
        ("certvault list müller", _("those of one holder")),
        ("certvault list --all", _("superseded and retired ones too")),
    ),
    opens="register",
)

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar=_("[WORDS]"), help=_("Words of holder and provider."), show_default=False),
]
All = Annotated[bool, typer.Option("--all", help=_("Superseded and retired ones too."), show_default=False)]


def command(ctx: typer.Context, words: Words = None, every: All = False) -> None:
    """List the certificates that are here."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found = pairs(watch, " ".join(words or ()), session.profiles, every=every)
        render.listing(session, found, session.zone(watch), every=every)
