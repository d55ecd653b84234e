"""``certvault ack``: take note of what is due, so that nobody is told of it for a while."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Annotated

import typer

from cli import choose
from cli.about import About
from cli.options import day
from cli.render import ack as render
from cli.session import Session
from cli.texts import _
from vault.custody import Watch
from vault.errors import N_, NotFound, Usage
from vault.model.pair import Pair
from vault.operations import ack
from vault.operations.places import Asked, by_ids
from vault.operations.watching import accept

BACKUP, WATCHER = "backup", "watcher"
ABOUT = About(
    _("Take note of what is due: nobody is told of it for a while."),
    detail=_(
        "Without --until: until the next threshold. It ends at the latest when the certificate has run out or the file "
        "is deleted: then it is told again, and can be noted for 7 days at a time. The word backup stands for the "
        "backup that is missing, watcher for certificates that there are fewer of. What is settled for good is no case "
        "for this: certvault retire, certvault discard. A watch key is enough."
    ),
    examples=(
        ("certvault ack müller --until 2026-12-10", _("the new one is ordered; say no more until then")),
        ("certvault ack K7M2QX --activated", _("it was activated at the provider")),
        ("certvault ack K7M2QX --undo", _("tell of it again")),
    ),
    exits=(6, 7),
    opens="register",
)

What = Annotated[
    list[str],
    typer.Argument(
        metavar=_("LINK|PAIR"),
        help=_("Id, did, or words of holder and provider; or backup, or watcher."),
        show_default=False,
    ),
]
Until = Annotated[
    date | None,
    typer.Option("--until", metavar=_("DATE"), help=_("Told again on this day."), parser=day, show_default=False),
]
Activated = Annotated[bool, typer.Option("--activated", help=_("The certificate was activated."), show_default=False)]
Undo = Annotated[bool, typer.Option("--undo", help=_("Tell of it again, from now on."), show_default=False)]


def command(
    ctx: typer.Context, what: What, until: Until = None, activated: Activated = False, undo: Undo = False
) -> None:
    """Take note of it."""
    if (until is not None) + activated + undo > 1:
        raise Usage(what=N_("--until, --activated and --undo each stand alone"))
    session: Session = ctx.obj
    with session.watch() as watch:
        if what == [WATCHER]:
            render.accepted(session, watch, accept(watch, at=session.now()))
            return
        about = None if what == [BACKUP] else _about(session, watch, what)
        if activated:
            _activated(session, watch, about)
        elif undo:
            told = ack.withdraw(watch, about, windows=session.windows(), at=session.now())
            render.told_again(session, watch, about, told)
        else:
            wanted = _begins(session, watch, until)
            end = ack.ack(watch, about, wanted, windows=session.windows(), at=session.now())
            render.noted(session, watch, about, end, wanted=wanted)


def _about(session: Session, watch: Watch, what: list[str]) -> ack.About:
    """What is meant: a link or pair, or by its id what is to be installed. Raises NotFound or Ambiguous."""
    try:
        return choose.either(session, watch, what)
    except NotFound:
        found = [each for one in by_ids(watch, Asked(" ".join(what))) for each in one.installations]
        if len(found) != 1:
            raise
        return found[0]


def _activated(session: Session, watch: Watch, about: ack.About) -> None:
    if not isinstance(about, Pair):
        raise Usage(what=N_("only a certificate is activated"))
    render.activated(session, watch, about, ack.activated(watch, about, at=session.now()))


def _begins(session: Session, watch: Watch, until: date | None) -> datetime | None:
    """The first moment of a day of the vault's time zone."""
    return None if until is None else datetime.combine(until, time(), session.zone(watch)).astimezone(UTC)
