"""Asking for where pairs are installed."""
# ruff: noqa: S608 - what is put into a statement are lists of columns, every value is bound

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vault.store.reading.asking import Asking, beginning_with
from vault.store.rows import INSTALLATION, TARGET, seconds, to_installation, to_target

if TYPE_CHECKING:
    from vault.model.target import Installation, Target


class SqlTargets(Asking):
    """A :class:`vault.ports.register.targets.TargetsReader`."""

    def targets(self, ids: Sequence[str]) -> list[Target]:
        """The targets with these ids, in the order in which they were added."""
        return _in_order(self._of(to_target, f"SELECT {TARGET} FROM target WHERE id", ids))

    def targets_of(self, holders: Sequence[str]) -> list[Target]:
        """The targets of these holders, in the order in which they were added."""
        return _in_order(self._of(to_target, f"SELECT {TARGET} FROM target WHERE holder", holders))

    def targets_after(self, after: str, *, limit: int) -> list[Target]:
        """A page of all targets, in the order of their ids: at most ``limit`` of those whose id is above ``after``."""
        sql = f"SELECT {TARGET} FROM target WHERE id > ? ORDER BY id LIMIT ?"
        return self._transaction.all(to_target, sql, (after, limit))

    def targets_with_prefix(self, prefix: str) -> list[Target]:
        """The targets whose id begins with ``prefix``, in the order of their ids."""
        sql = f"SELECT {TARGET} FROM target WHERE id >= ? AND id < ? ORDER BY id"
        return self._transaction.all(to_target, sql, beginning_with(prefix))

    def installations_at(self, targets: Sequence[str]) -> list[Installation]:
        """What belongs into these targets, by provider."""
        return _by_provider(self._of(to_installation, f"SELECT {INSTALLATION} FROM installation WHERE target", targets))

    def installations_of(self, lineages: Sequence[str]) -> list[Installation]:
        """Where the pairs of these lineages belong."""
        sql = f"SELECT {INSTALLATION} FROM installation WHERE lineage"
        return _by_provider(self._of(to_installation, sql, lineages))

    def installations_with_prefix(self, prefix: str) -> list[Installation]:
        """Those whose id begins with ``prefix``, in the order of their ids."""
        sql = f"SELECT {INSTALLATION} FROM installation WHERE id >= ? AND id < ? ORDER BY id"
        return self._transaction.all(to_installation, sql, beginning_with(prefix))

    def to_install(self, at: datetime) -> list[Installation]:
        """Where another pair is wanted than the one that is there, which has not run out at this moment."""
        found: list[Installation] = []
        for rule, values in (("until > ?", (seconds(at),)), ("until IS NULL", ())):
            sql = (
                f"SELECT {INSTALLATION} FROM installation INDEXED BY installation_open"
                f" WHERE dropped IS NULL AND wanted IS NOT NULL AND wanted IS NOT pair AND {rule}"
                " AND EXISTS (SELECT 1 FROM target WHERE target.id = installation.target AND target.dropped IS NULL)"
                " ORDER BY until, since, id"
            )
            found += self._transaction.all(to_installation, sql, values)
        return found


def _in_order(targets: list[Target]) -> list[Target]:
    return sorted(targets, key=lambda one: (one.added, one.id))


def _by_provider(found: list[Installation]) -> list[Installation]:
    return sorted(found, key=lambda one: (one.provider, one.since, one.id))
