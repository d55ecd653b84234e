"""``certvault retire``: a certificate is no longer needed."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choose
from cli.about import About
from cli.options import PairWords
from cli.render import corrected as render
from cli.session import Session
from cli.texts import _
from vault.operations.correcting import retire

ABOUT = About(
    _("Put a certificate away that is no longer needed."),
    detail=_("It is kept with its PIN, and nobody is warned of it any more. certvault reinstate takes it back."),
    examples=(('certvault retire müller arag --reason "left the agency"', _("and why, for the record")),),
    exits=(6, 7),
    opens="pairs",
)

Reason = Annotated[
    str, typer.Option("--reason", metavar=_("TEXT"), help=_("Why, for the audit log."), show_default=False)
]


def command(ctx: typer.Context, pair: PairWords, reason: Reason) -> None:
    """Put a pair away."""
    session: Session = ctx.obj
    with session.custody() as custody:
        found = choose.pair(session, custody, pair)
        retired = retire(custody, found, reason, at=session.now(), random=session.random)
        render.retired(session, custody, retired)
