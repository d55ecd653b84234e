"""``certvault audit``: the record of who did what, and whether it holds."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Annotated

import typer

from cli import choose
from cli.about import About
from cli.options import day
from cli.render import audit as render
from cli.session import Session
from cli.texts import _
from vault.custody import Watch
from vault.errors import N_, NotFound, Usage
from vault.model.chain import head_of
from vault.model.event import Head
from vault.operations import audit
from vault.operations.verify import verify

ABOUT = About(
    _("Show who did what, and verify that the record holds."),
    detail=_(
        "Without options: all of it, newest last. The last line is the head of the log: keep it elsewhere, and "
        "--verify --head tells later whether anything before it was cut off or rewritten. With the passphrase "
        "--verify checks authentications too; a watch key checks the chain and the register alone."
    ),
    examples=(
        ("certvault audit --by sommer --secrets", _("what Sommer could know")),
        ("certvault audit --holder müller --since 2026-01-01 --csv log.csv", _("for a spreadsheet")),
        ("certvault audit --verify", _("whether the log contradicts itself or the register")),
    ),
    exits=(5, 6, 7, 15),
    opens="register",
)


def _head(text: str | Head) -> Head:
    if isinstance(text, Head):
        return text
    try:
        return head_of(text)
    except ValueError:
        what = N_("--head takes COUNT:HASH, as certvault audit shows it")
        raise Usage(what=what) from None


Pair = Annotated[
    str | None, typer.Option("--pair", metavar=_("PAIR"), help=_("On this certificate."), show_default=False)
]
Holder = Annotated[
    str | None,
    typer.Option("--holder", metavar=_("NAME"), help=_("On what this holder has."), show_default=False),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by", metavar=_("NAME"), help=_("Done by this person, key or user of the system."), show_default=False
    ),
]
Since = Annotated[
    date | None,
    typer.Option("--since", metavar=_("DATE"), help=_("From this day on."), parser=day, show_default=False),
]
Until = Annotated[
    date | None,
    typer.Option("--until", metavar=_("DATE"), help=_("Until this day, with it."), parser=day, show_default=False),
]
Secrets = Annotated[
    bool,
    typer.Option("--secrets", help=_("By what somebody could know a PIN or have a file."), show_default=False),
]
Csv = Annotated[
    str | None,
    typer.Option("--csv", metavar=_("FILE"), help=_("As CSV, into this new file; - to print it."), show_default=False),
]
Verify = Annotated[
    bool, typer.Option("--verify", help=_("Verify the whole log against the register."), show_default=False)
]
Head_ = Annotated[
    Head | None,
    typer.Option(
        "--head",
        metavar=_("COUNT:HASH"),
        help=_("With --verify: a head that was noted earlier."),
        parser=_head,
        show_default=False,
    ),
]


def command(
    ctx: typer.Context,
    pair: Pair = None,
    holder: Holder = None,
    by: By = None,
    since: Since = None,
    until: Until = None,
    secrets: Secrets = False,
    csv: Csv = None,
    verifying: Verify = False,
    head: Head_ = None,
) -> None:
    """Show or verify the audit log."""
    session: Session = ctx.obj
    _check(verifying, head, bool(pair or holder or by or since or until or secrets or csv), csv, session)
    with session.watch() as watch:
        if verifying:
            render.verified(session, verify(watch, against=head))
            return
        zone = session.zone(watch)
        question = audit.Question(
            _pair(session, watch, pair) if pair else None,
            holder,
            by,
            _midnight(since, zone) if since else None,
            _midnight(until + timedelta(days=1), zone) if until else None,
            secrets,
        )
        upto = audit.head(watch)
        entries = audit.entries(watch, audit.wanted(watch, question), upto=upto)
        if csv is not None:
            render.spreadsheet(entries, csv)
        else:
            render.listing(session, upto, entries, zone)


def _check(verifying: bool, head: Head | None, narrowed: bool, csv: str | None, session: Session) -> None:
    """Raise Usage for options that mean nothing together."""
    if verifying and narrowed:
        raise Usage(what=N_("--verify looks at the whole log: it takes no option that narrows it, and no --csv"))
    if head is not None and not verifying:
        raise Usage(what=N_("--head goes with --verify"))
    if csv is not None and session.json:
        raise Usage(what=N_("--csv and --json are two answers: choose one"))


def _pair(session: Session, watch: Watch, name: str) -> str:
    """The pair's id; one that was deleted is still in the log."""
    try:
        return choose.pair(session, watch, [name]).id
    except NotFound:
        return audit.gone_pair(watch, name)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone)
