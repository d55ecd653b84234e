"""A statement that changes exactly one row."""

from __future__ import annotations

from vault.errors import N_, Fault, Phrase
from vault.store.reader import SqlReader


class Changing(SqlReader):
    """Changes within one transaction."""

    def _one(self, sql: str, values: tuple[object, ...]) -> None:
        changed = self._transaction.change(sql, values)
        if changed != 1:
            raise Fault(what=Phrase(N_("{count} records were changed in place of one"), count=changed))
