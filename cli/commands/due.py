"""``certvault due``: what needs somebody, soonest first."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from cli.about import About
from cli.options import whole_number
from cli.render import due as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage
from vault.operations.due import due

ABOUT = About(
    _("Show what needs somebody, soonest first."),
    detail=_(
        "Certificates that run out, must be activated or installed, links whose file is about to be deleted, requests "
        "without an answer. What somebody took note of with certvault ack is left out. A watch key is enough, so a "
        "scheduled job can run it that can read no PIN."
    )
    + "\n\n"
    + _(
        "With --nagios it is a plugin for Nagios, Icinga and others: one line with figures for graphs, and the exit "
        "code 0 (nothing), 1 (soon), 2 (urgent or too late) or 3 (nobody can say: every fault of its own)."
    ),
    examples=(
        ("certvault due --within 90", _("the next three months")),
        ("certvault due --json --watch-key-file watch.key", _("for a scheduled job")),
        ("certvault due --nagios --no-names --watch-key-file watch.key", _("for a monitoring system")),
    ),
    opens="register",
)

Within = Annotated[
    int,
    typer.Option(
        "--within", metavar=_("DAYS"), help=_("How far to look ahead."), parser=whole_number("--within", 0, 36500)
    ),
]
Nagios = Annotated[
    bool, typer.Option("--nagios", help=_("One line and an exit code for a monitoring system."), show_default=False)
]
NoNames = Annotated[
    bool,
    typer.Option("--no-names", help=_("With --nagios: ids in place of holders' names."), show_default=False),
]
All = Annotated[bool, typer.Option("--all", help=_("What somebody took note of, too."), show_default=False)]


def command(
    ctx: typer.Context, within: Within = 60, every: All = False, nagios: Nagios = False, no_names: NoNames = False
) -> None:
    """Show what needs somebody, soonest first."""
    session: Session = ctx.obj
    if nagios and session.json:
        raise Usage(what=N_("--nagios and --json are two forms of an answer: say one of them."))
    if no_names and not nagios:
        raise Usage(what=N_("--no-names goes with --nagios."))
    at = session.now()
    with session.watch() as watch:
        found = due(watch, at=at, within=timedelta(days=within), windows=session.windows(), every=every)
        zone = session.zone(watch)
        if not nagios:
            render.answer(session, found, zone, at=at, within=within)
            return
        from cli.render import nagios as plugin

        told = plugin.of_rows(found, session.titles(), zone, within=within, names=not no_names)
    raise typer.Exit(plugin.put(told))
