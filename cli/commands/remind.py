"""``certvault remind``: tell people what is due, each threshold once."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.about import About
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage
from vault.operations.watching import idle

ABOUT = About(
    _("Tell people what is due, each threshold once."),
    detail=_(
        "For a job that runs every day. Who is told: the mail address that stands as responsible with a holder, else "
        "the setting office; escalate too, of what is urgent. By which ways, the file config.toml says. What could not "
        "be sent is told at the next run, with what holds then, and stands in certvault due until it was. A watch key "
        "is enough: the job can read no PIN."
    ),
    examples=(
        ("certvault remind --dry-run", _("what would be sent to whom")),
        ("certvault remind --test", _("whether every way works")),
        ("certvault remind --watch-key-file watch.key", _("for a scheduled job")),
    ),
    exits=(8,),
    opens="register",
)

DryRun = Annotated[bool, typer.Option("--dry-run", help=_("Show what would be sent, and stop."), show_default=False)]
Test = Annotated[
    bool, typer.Option("--test", help=_("Send a message by every way, and nothing else."), show_default=False)
]


def command(ctx: typer.Context, dry_run: DryRun = False, test: Test = False) -> None:
    """Tell people what is due."""
    if dry_run and test:
        raise Usage(what=N_("--dry-run and --test do not go together"))
    session: Session = ctx.obj
    at = session.now()
    with session.watch() as watch:
        next_ = None if dry_run or test else idle(watch, at=at)
        if next_ is not None:
            from cli.render import reminded

            reminded.nothing(session, at, next_)
            return
        from cli import reminding  # what is loaded only where there may be something to do

        run = reminding.show if dry_run else reminding.test if test else reminding.send
        run(session, watch, at)
