"""``certvault schedule``: the system itself has the reminders sent."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cli import scheduling
from cli.about import About
from cli.options import one_of
from cli.render import schedule as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, FirstRunFailed, Usage
from vault.model.shown import shown

ABOUT = About(
    _("Have the reminders sent each day, by the system and without you."),
    examples=(
        ("certvault keys add watch --watch-key-file ~/.config/certvault/watch.key", _("once: the key for the job")),
        ("certvault schedule install --watch-key-file ~/.config/certvault/watch.key", _("each day at 7 and at 12")),
        ("certvault schedule show", _("what the system was told")),
        ("certvault schedule remove", _("no more reminders by themselves")),
    ),
    json=False,
)

WatchKeyFile = Annotated[
    Path | None,
    typer.Option(
        "--watch-key-file",
        metavar=_("FILE"),
        help=_("File with the watch key for the job. Else CERTVAULT_WATCH_KEY_FILE."),
        show_default=False,
    ),
]
At = Annotated[str, typer.Option("--at", metavar=_("TIMES"), help=_("When it runs each day."))]
With = Annotated[
    str | None,
    typer.Option(
        "--with",
        metavar=_("SYSTEM"),
        help=_("One of: {choices}. Else the first that there is.").format(choices=", ".join(scheduling.SYSTEMS)),
        parser=one_of("--with", scheduling.SYSTEMS),
        show_default=False,
    ),
]


def install(
    ctx: typer.Context,
    watch_key_file: WatchKeyFile = None,
    at: At = scheduling.TIMES,
    with_: With = None,
) -> None:
    """Have the reminders sent."""
    session: Session = ctx.obj
    named = os.environ.get("CERTVAULT_WATCH_KEY_FILE")
    key = watch_key_file or (Path(named) if named else None)
    if key is None:
        hint = N_("Make one: certvault keys add watch --watch-key-file FILE")
        raise Usage(what=N_("a job needs a watch key: say --watch-key-file FILE"), hint=hint)
    done = scheduling.install(session, key, scheduling.times(at), with_)
    render.installed(session, done)
    if done.ran.code:
        raise FirstRunFailed(status=done.ran.code, said=shown(done.ran.said, 1000).rstrip(".") or "-")


def show(ctx: typer.Context) -> None:
    """Show what the system was told."""
    session: Session = ctx.obj
    render.found(session, scheduling.found(session))


def remove(ctx: typer.Context) -> None:
    """Have no more reminders sent."""
    session: Session = ctx.obj
    render.removed(session, scheduling.remove(session))


SUBCOMMANDS = {
    "install": (
        install,
        About(
            _("Have the reminders sent each day, and run that once now."),
            detail=_(
                "On Linux by a timer of systemd that belongs to you, which makes up for times at which the machine was "
                "off, or by your crontab; on macOS by launchd, on Windows by the Task Scheduler. What runs is "
                "certvault remind with the watch key, which opens no certificate and is read from its file: no secret "
                "stands in the job. It is run once at the end, just as it will be, and what came of it is shown. "
                "Called again, it replaces the job."
            ),
            examples=(
                ("certvault schedule install --watch-key-file watch.key", _("each day at 7 and at 12")),
                ("certvault schedule install --watch-key-file watch.key --at 06:30", _("once a day")),
            ),
            exits=(3, 4, 5, 8),
        ),
    ),
    "show": (show, About(_("Show what the system was told."), exits=(4, 5))),
    "remove": (remove, About(_("Have no more reminders sent by the system."), exits=(4, 5, 6))),
}
