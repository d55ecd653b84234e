"""``certvault settings``: the time zone, the agency's own mail addresses, how long old certificates stay."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.about import About
from cli.render import settings as render
from cli.session import Session
from cli.texts import _
from vault.operations import settings

ABOUT = About(
    _("See and change the vault's settings."),
    detail=_(
        "timezone: where days are counted, for example Europe/Berlin."
        " mailbox: the agency's own mail addresses, which are never a holder's."
        " retention: for how many days what was superseded or retired stays before certvault purge takes it."
    ),
    examples=(("certvault settings set mailbox zertifikate@agentur.example", _("mails forwarded from there")),),
    json=False,
)

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=_("timezone, mailbox or retention."), show_default=False)]
Values = Annotated[list[str], typer.Argument(metavar=_("VALUE..."), help=_("The new value."), show_default=False)]


def show(ctx: typer.Context) -> None:
    """Show the settings."""
    session: Session = ctx.obj
    with session.watch() as watch, watch.reading() as reader:
        found = settings.settings(watch, reader)
    render.answer(session, found)


def set_(ctx: typer.Context, name: Name, value: Values) -> None:
    """Change a setting."""
    session: Session = ctx.obj
    with session.custody() as custody:
        settings.change(custody, name, " ".join(value), at=session.now())
        with custody.reading() as reader:
            found = settings.settings(custody, reader)
    render.answer(session, found)


SUBCOMMANDS = {
    "show": (show, About(_("Show the settings."), opens="register")),
    "set": (set_, About(_("Change a setting."), opens="pairs")),
}
