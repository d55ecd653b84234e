"""``certvault init``: create the vault."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import creating
from cli.about import About
from cli.render import created as render
from cli.session import Session
from cli.texts import _

ABOUT = About(
    _("Create the vault."),
    detail=_(
        "You choose a passphrase and get a recovery code. That code opens the vault when the passphrase is lost. "
        "It is shown once: print it or write it down, and keep it where you keep contracts. "
        "With --group the users of a group on this machine share the vault, each with a key of his own "
        "(certvault keys add passphrase); everybody else stays outside."
    ),
    examples=(
        ("certvault init", _("in the usual place, with questions")),
        ("certvault --vault D:\\Tresor init", _("in a folder of your choice")),
        ("certvault init --passphrase-file P --recovery-file R", _("without a terminal")),
        ("certvault init --recovery-file sheet.html", _("with a recovery sheet to print")),
        ("certvault --vault /srv/certvault init --group agency", _("for several people on one server")),
    ),
    exits=(3, 15, 17),
)

PassphraseFile = Annotated[
    Path | None,
    typer.Option(
        "--passphrase-file", metavar=_("FILE"), help=_("File with the passphrase in one line."), show_default=False
    ),
]
RecoveryFile = Annotated[
    Path | None,
    typer.Option(
        "--recovery-file",
        metavar=_("FILE"),
        help=_("Write the recovery code to this new file; .html gives a sheet to print."),
        show_default=False,
    ),
]
Group = Annotated[
    str | None,
    typer.Option(
        "--group",
        metavar=_("NAME"),
        help=_("Let the users of this group share the vault (Linux, macOS)."),
        show_default=False,
    ),
]
NoRecovery = Annotated[bool, typer.Option("--no-recovery", help=_("Make no recovery code."), show_default=False)]


def command(
    ctx: typer.Context,
    passphrase_file: PassphraseFile = None,
    recovery_file: RecoveryFile = None,
    no_recovery: NoRecovery = False,
    group: Group = None,
) -> None:
    """Create the vault."""
    from vault.sharing import group_named

    session: Session = ctx.obj
    session.passphrase_file = passphrase_file or session.passphrase_file
    sharing = None if group is None else group_named(group)
    creating.check_folder(session, sharing)
    way = creating.way(recovery_file, none=no_recovery)
    passphrase = creating.passphrase(session)
    code = creating.created(session, passphrase, way, sharing)
    render.answer(session, code if way.shown else None, recovery_file)
