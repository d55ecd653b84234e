"""Deleting for good: a person says yes, and gets a receipt."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cli import prompt
from cli.render import purged
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_, ConfirmationNeeded, NoRoom, Usage, WouldOverwrite
from vault.files.writing import write_new
from vault.operations.purge import Plan, Purged

DELETED = N_("What was shown is deleted, and the audit log has it. Only the receipt is missing.")


def check(receipt: Path | None, *, dry_run: bool, yes: bool) -> None:
    """Refuse options that mean nothing together, and a receipt that would overwrite a file."""
    if dry_run and (yes or receipt is not None):
        raise Usage(what=N_("--dry-run deletes nothing: it goes with neither --yes nor --receipt."))
    if receipt is not None and os.path.lexists(receipt):
        raise WouldOverwrite(path=str(receipt))


def confirmed(session: Session, plan: Plan, *, yes: bool) -> bool:
    """Whether there is something to do and it shall be done. Raises ConfirmationNeeded where nobody can be asked."""
    count = len(plan.doomed)
    if yes or not count:
        return count > 0
    if session.json or not prompt.possible():
        raise ConfirmationNeeded(what=N_("Nothing was deleted: nobody said yes."), hint=N_("Say --yes to delete."))
    if prompt.yes(ngettext("Delete this {n} certificate for good?", "Delete these {n} certificates for good?", count)):
        return True
    prompt.tell(_("Nothing was deleted."))
    return False


def write_receipt(path: Path, vault: str, done: Purged) -> None:
    """Write what was done into a new file, readable by its owner alone. Raises WouldOverwrite, NoRoom."""
    text = json.dumps(purged.receipt(vault, done), ensure_ascii=False, indent=2) + "\n"
    try:
        write_new(path, text.encode())
    except (NoRoom, WouldOverwrite) as error:
        error.hint = DELETED
        raise
