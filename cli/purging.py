"""Deleting for good: a person says yes, and gets a receipt."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from cli import prompt
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _
from vault.custody import Custody
from vault.errors import N_, ConfirmationNeeded, NoRoom, Usage, WouldOverwrite
from vault.files.writing import write_new
from vault.model.shown import shown
from vault.operations import purge

DELETED = N_("What was shown is deleted, and the audit log has it. Only the receipt is missing.")


def check(receipt: Path | None, *, dry_run: bool, yes: bool) -> None:
    """Refuse options that mean nothing together, and a receipt that would overwrite a file."""
    if dry_run and (yes or receipt is not None):
        raise Usage(what=N_("--dry-run deletes nothing: it goes with neither --yes nor --receipt."))
    if receipt is not None and os.path.lexists(receipt):
        raise WouldOverwrite(path=str(receipt))


def confirmed(session: Session, question: str, *, yes: bool) -> bool:
    """Whether it shall be done. Raises ConfirmationNeeded where nobody can be asked."""
    if yes:
        return True
    if session.json or not prompt.possible():
        raise ConfirmationNeeded(what=N_("Nothing was deleted: nobody said yes."), hint=N_("Say --yes to delete."))
    if prompt.yes(question):
        return True
    prompt.tell(_("Nothing was deleted."))
    return False


def finish(custody: Custody, path: Path | None, receipt: Mapping[str, object]) -> None:
    """What follows when it is deleted: the receipt, where one is wanted, and the wiping, whatever came of that."""
    try:
        if path is not None:
            _write(path, receipt)
    finally:
        purge.wipe(custody)


def tell(session: Session, receipt: Path | None) -> None:
    """Say where the receipt is."""
    if receipt is not None and not session.json:
        Paper().write(_("The receipt: {path}").format(path=shown(str(receipt), 1000)))


def _write(path: Path, receipt: Mapping[str, object]) -> None:
    """Write what was done into a new file, readable by its owner alone. Raises WouldOverwrite, NoRoom."""
    text = json.dumps(receipt, ensure_ascii=False, indent=2) + "\n"
    try:
        write_new(path, text.encode())
    except (NoRoom, WouldOverwrite) as error:
        error.hint = DELETED
        raise
