"""``certvault reinstate``: what was put away or discarded is taken back."""

from __future__ import annotations

import typer

from cli import choose
from cli.about import About
from cli.options import LinkOrPair
from cli.render import corrected as render
from cli.session import Session
from cli.texts import _
from vault.custody import Custody
from vault.errors import WatchKeyOpensNoPair
from vault.model.link import Link
from vault.operations.correcting import reinstate, reopen

ABOUT = About(
    _("Take back a certificate that was put away, or a link that was discarded."),
    detail=_(
        "A certificate that was superseded by mistake is current again, and the one that took its place is put away. "
        "One that was retired is current again, and takes the place of the one that is current meanwhile."
    ),
    examples=(
        ("certvault list --all müller", _("find its id")),
        ("certvault reinstate K7M2QX", _("undo a wrong supersede")),
    ),
    exits=(5, 6, 7),
    opens="register",
)


def command(ctx: typer.Context, what: LinkOrPair) -> None:
    """Take back a pair or a link."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found = choose.either(session, watch, what)
        if isinstance(found, Link):
            render.link(session, watch, reopen(watch, found, at=session.now()))
        elif isinstance(watch, Custody):
            render.reinstated(session, watch, reinstate(watch, found, at=session.now()))
        else:
            raise WatchKeyOpensNoPair
