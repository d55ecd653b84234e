"""``certvault doctor``: what is wrong with the vault, and what can still be read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import doctoring, progress, unlock
from cli.about import About
from cli.render import doctor as render
from cli.session import Session
from cli.texts import _
from vault import doctor

ABOUT = About(
    _("Look at the whole vault, and say what is wrong with it."),
    detail=_(
        "With the passphrase every certificate is opened with its PIN. With a watch key the register is looked at, and "
        "without a key the form of the files. It works where every other command refuses, and changes nothing. "
        "--rescue makes a new vault, opened by the same keys, of all that can still be read and opens; the damaged "
        "one stays as it is."
    ),
    examples=(
        ("certvault doctor", _("look at everything")),
        ("certvault doctor --rescue D:\\Neu", _("bring out what still opens, into a new vault")),
        ("certvault doctor --json --watch-key-file watch.key", _("for a scheduled job")),
    ),
    exits=(3, 4, 5, 8, 15, 16, 17),
    opens="register",
)


Rescue = Annotated[
    Path | None,
    typer.Option(
        "--rescue", metavar=_("DIR"), help=_("Bring what still opens into a new vault here."), show_default=False
    ),
]


def command(ctx: typer.Context, rescue: Rescue = None) -> None:
    """Look at the whole vault."""
    session: Session = ctx.obj
    if rescue is not None:
        _rescue(session, rescue)
        return
    given = doctoring.given(session)
    with progress.counted(_("Certificates opened")) as share:
        report = doctor.examine(session.folder, given.key, key_path=given.path, progress=share)
    render.answer(session, report)


def _rescue(session: Session, to: Path) -> None:
    from vault.rescue import rescue

    key = unlock.root_key(session)
    with progress.counted(_("Certificates opened")) as share:
        done = rescue(session.folder, key, to, user=session.user, at=session.now(), progress=share)
    render.rescued(session, done)
