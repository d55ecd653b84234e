"""``certvault discard``: a link is of no use."""

from __future__ import annotations

import typer

from cli import choose
from cli.about import About
from cli.options import LinkWords
from cli.render import corrected as render
from cli.session import Session
from cli.texts import _
from vault.operations.correcting import discard

ABOUT = About(
    _("Put a link aside that is of no use."),
    detail=_(
        "Nobody is warned of it any more, and the same mail does not bring it back. certvault reinstate takes it up "
        "again. A watch key is enough."
    ),
    examples=(("certvault discard K7M2QX", _("a link that was mailed twice")),),
    exits=(6, 7),
    opens="register",
)


def command(ctx: typer.Context, link: LinkWords) -> None:
    """Put a link aside."""
    session: Session = ctx.obj
    with session.watch() as watch:
        found = choose.link(session, watch, link)
        render.link(session, watch, discard(watch, found, at=session.now()))
