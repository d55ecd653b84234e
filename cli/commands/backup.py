"""``certvault backup``: the whole vault in one file, proven before it has its name."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli import progress
from cli.about import About
from cli.options import whole_number
from cli.render import backup as render
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage
from vault.operations.backup import backup
from vault.operations.series import Kept, backup_into

ABOUT = About(
    _("Back up the whole vault into one file."),
    detail=_(
        "The file is read again and proven before it gets its name. With the passphrase its grade is opened: every "
        "certificate was opened with its PIN. With a watch key it is intact: every record is the one in the vault. "
        "It opens with the same keys as the vault. Others may go on working meanwhile. Keep it on another disk."
    ),
    examples=(
        ("certvault backup /media/stick/certvault.backup", _("one file, which must not be there yet")),
        ("certvault backup --keep 14 /mnt/backup", _("a new file with a date; the newest 14 stay")),
    ),
    exits=(8, 15, 17),
    opens="register",
)

Target = Annotated[
    Path, typer.Argument(metavar=_("FILE"), help=_("The new file; with --keep a folder."), show_default=False)
]
Keep = Annotated[
    str | None,
    typer.Option(
        "--keep",
        metavar=_("N"),
        help=_("Name the file by its date, and delete this vault's older ones but N. The newest opened one stays."),
        show_default=False,
    ),
]


def command(ctx: typer.Context, file: Target, keep: Keep = None) -> None:
    """Back up the vault."""
    session: Session = ctx.obj
    kept = None if keep is None else whole_number("--keep", 1, 100_000)(keep)
    if file.is_dir() is (kept is None):
        raise Usage(what=_wrong(folder=kept is not None))
    with session.watch() as watch, progress.counted(_("Opening every certificate")) as shown:
        at = session.now()
        if kept is None:
            done = Kept(backup(watch, file, at=at, random=session.random, progress=shown))
        else:
            done = backup_into(watch, file, kept, at=at, random=session.random, progress=shown)
    render.answer(session, done)


def _wrong(*, folder: bool) -> str:
    if folder:
        return N_("With --keep a folder is named, which must be there.")
    return N_("That is a folder; name a new file in it, or say --keep N.")
