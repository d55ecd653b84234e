"""``certvault list``: the pairs that are here, and who has what at which provider."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.about import About
from cli.render import pairs as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage
from vault.operations.register import pairs

ABOUT = About(
    _("List the certificates, soonest to run out first."),
    detail=_(
        "With --matrix: holders by providers. A cell says until when a certificate is valid, or what is wrong: it runs "
        "out within 60 days or is expired, a link waits for its PIN, runs out within 7 days or is expired. Of several "
        "things the most urgent is shown, with how many more there are. Superseded and retired certificates do not "
        "count. A provider has a column where anybody has a certificate or an open link from it, a holder has a row "
        "where he has one from any of them, or never had anything; what he has not is missing. Links whose holder is "
        "not known yet stand in certvault links."
    ),
    examples=(
        ("certvault list müller", _("those of one holder")),
        ("certvault list --all", _("superseded and retired ones too")),
        ("certvault list --matrix --gaps", _("who lacks a certificate, and where")),
        ("certvault list --matrix --csv matrix.csv", _("all of it for a spreadsheet")),
    ),
    exits=(15, 17),
    opens="register",
)

Words = Annotated[
    list[str] | None,
    typer.Argument(metavar=_("[WORDS]"), help=_("Words of holder and provider."), show_default=False),
]
All = Annotated[bool, typer.Option("--all", help=_("Superseded and retired ones too."), show_default=False)]
AsMatrix = Annotated[bool, typer.Option("--matrix", help=_("Holders by providers."), show_default=False)]
Gaps = Annotated[
    bool,
    typer.Option(
        "--gaps", help=_("With --matrix: only holders to whom something is missing or expired."), show_default=False
    ),
]
Csv = Annotated[
    str | None,
    typer.Option(
        "--csv",
        metavar=_("FILE"),
        help=_("With --matrix: as CSV, into this new file; - to print it."),
        show_default=False,
    ),
]


def command(
    ctx: typer.Context,
    words: Words = None,
    every: All = False,
    as_matrix: AsMatrix = False,
    gaps: Gaps = False,
    csv: Csv = None,
) -> None:
    """List the certificates that are here."""
    session: Session = ctx.obj
    name = " ".join(words or ())
    _check(session, every=every, as_matrix=as_matrix, gaps=gaps, csv=csv)
    if as_matrix:
        _matrix(session, name, gaps=gaps, csv=csv)
        return
    with session.watch() as watch:
        found = pairs(watch, name, session.readable, every=every)
        render.listing(session, found, session.zone(watch), every=every)


def _check(session: Session, *, every: bool, as_matrix: bool, gaps: bool, csv: str | None) -> None:
    """Raise Usage for options that mean nothing together."""
    if as_matrix and every:
        raise Usage(what=N_("--matrix is about what counts now: it takes no --all"))
    if not as_matrix and (gaps or csv is not None):
        raise Usage(what=N_("--gaps and --csv go with --matrix"))
    if csv is not None and session.json:
        raise Usage(what=N_("--csv and --json are two answers: choose one"))


def _matrix(session: Session, name: str, *, gaps: bool, csv: str | None) -> None:
    from cli.render import matrix as table
    from vault.operations.matrix import matrix

    at = session.now()
    with session.watch() as watch:
        found = matrix(watch, name, session.readable, at=at, gaps=gaps)
        zone = session.zone(watch)
        if csv is not None:
            table.spread(session, found, zone, csv)
        else:
            table.answer(session, found, at, zone)
