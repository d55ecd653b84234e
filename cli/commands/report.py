"""``certvault report``: what is in the register, as a file for people, calendars, auditors or monitoring."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.about import About
from cli.options import whole_number
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Phrase, Usage

ABOUT = About(
    _("Write a page, a table, a calendar or metrics of what is here, without secrets."),
    detail=_(
        "The ending of the file says what it will be. .html: a page to look at, search and print: what is due, whom "
        "to call, what runs out when, who has what. .csv and .json: the register for an auditor. .ics: a calendar with "
        "alarms; taken in again, it brings the older one up to date. .prom: metrics for the text folder of "
        "Prometheus's node exporter. None of them holds a PIN or a download link.\n\n"
        "A job writes the same file every night: an older report in its place is written anew and stays as open to "
        "others as it was, a new one is private. Any other file there is left alone."
    ),
    examples=(
        ("certvault report certificates.html", _("to look at, search and print")),
        ("certvault report register.csv", _("for a spreadsheet")),
        ("certvault report certificates.ics --no-names", _("for a calendar that is kept elsewhere")),
        ("certvault report /srv/www/certificates.html --watch-key-file watch.key", _("for a scheduled job")),
    ),
    exits=(15, 17),
    opens="register",
)

Target = Annotated[
    Path,
    typer.Argument(metavar=_("FILE"), help=_("The file; its ending says what it will be."), show_default=False),
]
Within = Annotated[
    str | None,
    typer.Option(
        "--within",
        metavar=_("DAYS"),
        help=_("With .html: how far to look ahead for what is due; 60 unless said."),
        show_default=False,
    ),
]
NoNames = Annotated[
    bool,
    typer.Option("--no-names", help=_("With .ics and .prom: ids in place of the holders' names."), show_default=False),
]


def command(ctx: typer.Context, file: Target, within: Within = None, no_names: NoNames = False) -> None:
    """Write a report."""
    from cli import reporting

    session: Session = ctx.obj
    kind = reporting.kind(file)
    if within is not None and kind != ".html":
        raise Usage(what=N_("--within goes with .html"))
    if no_names and kind not in reporting.LEAVING:
        raise Usage(what=Phrase(N_("--no-names goes with {endings}"), endings=", ".join(reporting.LEAVING)))
    ahead = whole_number("--within", 0, 36500)(within or "60")
    with session.watch() as watch:
        wish = reporting.Wish(session, watch, session.now(), ahead, names=not no_names)
        reporting.write(wish, kind, file)
    reporting.answer(session, kind, file)
