"""``certvault doctor``: what is wrong with the vault, and what can still be read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cli import doctoring, progress, unlock
from cli.about import About
from cli.render import doctor as render
from cli.session import Session
from cli.texts import _
from vault import doctor, packing
from vault.errors import N_, Usage
from vault.keys.slots import KeySlots
from vault.operations.trust import slots_in

ABOUT = About(
    _("Look at the whole vault, and say what is wrong with it."),
    detail=_(
        "With the passphrase every certificate is opened with its PIN. With a watch key the register is looked at, and "
        "without a key the form of the files. It works where every other command refuses, and changes nothing. "
        "--rescue makes a new vault, opened by the same keys, of all that can still be read and opens; the damaged "
        "one stays as it is. With a FILE it looks at that backup, as far and as thoroughly as at a vault."
    ),
    examples=(
        ("certvault doctor", _("look at everything")),
        ("certvault doctor --rescue D:\\Neu", _("bring out what still opens, into a new vault")),
        ("certvault doctor E:\\certvault.backup", _("open every certificate in a backup, without restoring it")),
        ("certvault doctor --json --watch-key-file watch.key", _("for a scheduled job")),
    ),
    exits=(3, 4, 5, 6, 8, 15, 16, 17),
    opens="register",
)


Rescue = Annotated[
    Path | None,
    typer.Option(
        "--rescue", metavar=_("DIR"), help=_("Bring what still opens into a new vault here."), show_default=False
    ),
]


File = Annotated[
    Path | None, typer.Argument(metavar=_("[FILE]"), help=_("A backup to look at, in place of the vault."))
]


def command(ctx: typer.Context, file: File = None, rescue: Rescue = None) -> None:
    """Look at the whole vault."""
    session: Session = ctx.obj
    if rescue is not None:
        if file is not None:
            raise Usage(N_("A rescue is made of the vault: --rescue takes no FILE. A backup is restored."))
        _rescue(session, rescue)
        return
    given = doctoring.given(session, None if file is None else _slots(file))
    with progress.counted(_("Certificates opened")) as share:
        if file is None:
            report = doctor.examine(session.folder, given.key, key_path=given.path, at=session.now(), progress=share)
        else:
            report = doctor.examine_backup(
                file, given.key, key_path=given.path, at=session.now(), random=os.urandom, progress=share
            )
    render.answer(session, report)


def _slots(file: Path) -> KeySlots:
    """Who can open the backup. Raises what reading it does, before anybody is asked for a key."""
    return slots_in(packing.read(file))


def _rescue(session: Session, to: Path) -> None:
    from vault.rescue import rescue

    key = unlock.root_key(session)
    with progress.counted(_("Certificates opened")) as share:
        done = rescue(session.folder, key, to, user=session.user, at=session.now(), progress=share)
    render.rescued(session, done)
