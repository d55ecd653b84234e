"""``certvault config``: what the agency has set, and its defaults."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import choose, passwords
from cli.about import About
from cli.render import config as render
from cli.session import Session
from cli.texts import _
from vault.custody import Custody, Watch
from vault.errors import N_, Usage
from vault.operations import settings
from vault.operations.find import profile_named
from vault.ports.store import Reader

EACH = "\n\n".join(name + ": " + _(setting.says) for name, setting in settings.SETTINGS.items())
CLERK = ("certvault config set mailbox zertifikate@agentur.example", _("mails forwarded from there"))
EARLY = ("certvault config set warn-days 90 30 7 --provider arag", _("be told earlier of those of one provider"))
ABOUT = About(_("See and change the vault's settings."), detail=EACH, examples=(CLERK,), json=False)

Name = Annotated[str, typer.Argument(metavar=_("NAME"), help=", ".join(settings.SETTINGS), show_default=False)]
Provider = Annotated[
    str | None,
    typer.Option("--provider", metavar=_("NAME"), help=_("Only for the links and certificates of one provider.")),
]
Holder = Annotated[
    str | None,
    typer.Option("--holder", metavar=_("NAME"), help=_("Only for the links and certificates of one holder.")),
]
Values = Annotated[list[str], typer.Argument(metavar=_("VALUE..."), help=_("The new value."), show_default=False)]


def show(ctx: typer.Context) -> None:
    """Show the settings."""
    session: Session = ctx.obj
    with session.watch() as watch, watch.reading() as reader:
        found = [render.Row(name, None, settings.standing(watch, reader, name)) for name in settings.SETTINGS]
        for name, scope in settings.scoped(reader).values():
            value = settings.standing(watch, reader, name, scope)
            found += [render.Row(name, scope, value, _whose(reader, scope))] if value.chosen else []
    render.answer(session, found)


def set_(ctx: typer.Context, name: Name, value: Values, provider: Provider = None, holder: Holder = None) -> None:
    """Change a setting."""
    session: Session = ctx.obj
    with session.custody() as custody:
        scope = _scope(session, custody, provider, holder)
        settings.change(custody, name, " ".join(value), scope, at=session.now())
        _answer(session, custody, name, scope)


def unset(ctx: typer.Context, name: Name, provider: Provider = None, holder: Holder = None) -> None:
    """Let a setting have its default again."""
    session: Session = ctx.obj
    with session.custody() as custody:
        scope = _scope(session, custody, provider, holder)
        settings.unset(custody, name, scope, at=session.now())
        _answer(session, custody, name, scope)


def _answer(session: Session, custody: Custody, name: str, scope: settings.Scope | None) -> None:
    with custody.reading() as reader:
        value = settings.standing(custody, reader, name, scope)
        whose = "" if scope is None else _whose(reader, scope)
    render.answer(session, [render.Row(name, scope, value, whose)])


def _scope(session: Session, watch: Watch, provider: str | None, holder: str | None) -> settings.Scope | None:
    """For whom the setting is. Raises Usage, NotFound and Ambiguous."""
    if provider is not None and holder is not None:
        raise Usage(what=N_("--provider and --holder do not go together"))
    if provider is not None:
        return settings.Scope("provider", profile_named(provider, session.profiles).name)
    return None if holder is None else settings.Scope("holder", choose.holder(session, watch, holder).id)


def _whose(reader: Reader, scope: settings.Scope) -> str:
    """What people call them."""
    if scope.kind == "provider":
        return scope.id
    found = reader.holder(scope.id)
    return scope.id if found is None else found.name


Forget = Annotated[bool, typer.Option("--forget", help=_("Forget the one that is kept."), show_default=False)]


def mail_password(ctx: typer.Context, forget: Forget = False) -> None:
    """Keep the password of the mail server."""
    session: Session = ctx.obj
    render.kept(session, passwords.forgotten(session) if forget else passwords.kept(session), forgotten=forget)


SUBCOMMANDS = {
    "show": (show, About(_("Show the settings, and which of them are defaults."), opens="register")),
    "set": (
        set_,
        About(_("Change a setting."), detail=EACH, examples=(CLERK, EARLY), exits=(6, 7), opens="pairs"),
    ),
    "unset": (
        unset,
        About(
            _("Let a setting have its default again."),
            examples=(("certvault config unset timezone", _("days are counted in Berlin again")),),
            exits=(6, 7),
            opens="pairs",
        ),
    ),
    "mail-password": (
        mail_password,
        About(
            _("Keep the password by which mails go out, in the keyring of this machine."),
            detail=_(
                "Server and user stand in config.toml of your own configuration folder, below [mail]. A job that runs "
                "while nobody is logged in reads no keyring: there a file with mode 0600 is right, which password-file "
                "names."
            ),
            examples=(
                ("certvault config mail-password", _("typed once, for this user of this machine")),
                ("certvault config mail-password --forget", _("it is no longer needed")),
            ),
            exits=(3,),
        ),
    ),
}
