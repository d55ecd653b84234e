"""The database as it was before a migration: a copy beside it, proven before the migration begins."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from vault.errors import N_, NoRoom, Phrase
from vault.secret import RegisterKey
from vault.store.connection import connect
from vault.store.migrations import BEFORE, Migration, check
from vault.store.snapshot import checked, copied


def keep(connection: Any, path: Path, key: RegisterKey, migrations: Sequence[Migration]) -> None:
    """Copy the database at ``path``, which is older than ``migrations``, to the file :data:`BEFORE` beside it.

    The copy is opened and every page of it read before it has its name. Where another process has migrated meanwhile,
    there is nothing to keep. Raises NoRoom, Busy, Damaged.
    """
    new = path.with_name(f".{BEFORE}.{os.getpid()}.new")
    try:
        new.unlink(missing_ok=True)  # of a process that had this number and was killed
        try:
            copied(connection, path, new, key)
            with closing(connect(new, key)) as copy:
                older = check(copy, new, migrations) < len(migrations)
                checked(copy, new)
            if older:
                new.replace(path.with_name(BEFORE))
        finally:
            new.unlink(missing_ok=True)
    except OSError as error:
        raise NoRoom(path=str(new), why=Phrase(N_("the system says: {text}"), text=error.strerror)) from None
