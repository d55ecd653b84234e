"""``certvault config``: what the agency has set, and its defaults."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.about import About
from cli.render import config as render
from cli.session import Session
from cli.texts import _
from vault.operations import settings

EACH = "\n\n".join(name + ": " + _(setting.says) for name, setting in settings.SETTINGS.items())
CLERK = ("certvault config set mailbox zertifikate@agentur.example", _("mails forwarded from there"))
ABOUT = About(_("See and change the vault's settings."), detail=EACH, examples=(CLERK,), json=False)

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=", ".join(settings.SETTINGS), show_default=False)]
Values = Annotated[list[str], typer.Argument(metavar=_("VALUE..."), help=_("The new value."), show_default=False)]


def show(ctx: typer.Context) -> None:
    """Show the settings."""
    session: Session = ctx.obj
    with session.watch() as watch, watch.reading() as reader:
        found = {name: settings.standing(watch, reader, name) for name in settings.SETTINGS}
    render.answer(session, found)


def set_(ctx: typer.Context, name: Name, value: Values) -> None:
    """Change a setting."""
    session: Session = ctx.obj
    with session.custody() as custody:
        settings.change(custody, name, " ".join(value), at=session.now())
        with custody.reading() as reader:
            found = {name: settings.standing(custody, reader, name)}
    render.answer(session, found)


def unset(ctx: typer.Context, name: Name) -> None:
    """Let a setting have its default again."""
    session: Session = ctx.obj
    with session.custody() as custody:
        settings.unset(custody, name, at=session.now())
        with custody.reading() as reader:
            found = {name: settings.standing(custody, reader, name)}
    render.answer(session, found)


SUBCOMMANDS = {
    "show": (show, About(_("Show the settings, and which of them are defaults."), opens="register")),
    "set": (set_, About(_("Change a setting."), detail=EACH, examples=(CLERK,), opens="pairs")),
    "unset": (
        unset,
        About(
            _("Let a setting have its default again."),
            examples=(("certvault config unset timezone", _("days are counted in Berlin again")),),
            opens="pairs",
        ),
    ),
}
