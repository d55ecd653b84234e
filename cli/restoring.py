"""Restoring a backup: the file is checked before the passphrase is asked, and a person says yes to its keys."""

from __future__ import annotations

from pathlib import Path

from cli import prompt, unlock
from cli.render.backup import alive
from cli.session import Session
from cli.texts import _
from vault import opening, packing
from vault.operations.restore import Arising, Restored, restore
from vault.operations.trust import slots_in


def restored(session: Session, file: Path, *, accept_keys: bool) -> Restored:
    """Restore the backup in ``file``. Raises what the operation raises."""
    backup = packing.read(file)
    found = slots_in(backup)
    opening.check_place(session.folder, shared=found.group)

    def accepted(arising: Arising) -> bool:
        return accept_keys or _asked(session, arising)

    return restore(
        backup,
        session.folder,
        unlock.root_key(session, found),
        accept=accepted,
        open_database=opening.database,
        user=session.user,
        at=session.now(),
        random=session.random,
    )


def _asked(session: Session, arising: Arising) -> bool:
    """Whether a person lets these keys open the vault. Raises KeysWouldComeAlive where nobody can be asked."""
    if session.json or not prompt.possible():
        raise arising.refused()
    for line in alive(arising):
        prompt.tell(line)
    return prompt.yes(_("May they open it?"))
