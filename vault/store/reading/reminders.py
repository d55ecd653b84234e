"""Asking for what people were told, what could not be sent, and when a job last looked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vault.store.connection import Row
from vault.store.reading.asking import Asking, one_number
from vault.store.rows import moment, to_reminder, to_run

if TYPE_CHECKING:
    from vault.model.reminder import Reminder
    from vault.model.watcher import Run

_RUN = "SELECT slot, at, events, next, pairs, fewer FROM run"


class SqlReminders(Asking):
    """A :class:`vault.ports.register.reminders.RemindersReader`."""

    def reminders(self, ids: Sequence[str]) -> list[Reminder]:
        """What was sent about these records, in any order."""
        sql = "SELECT id, kind, date, threshold, recipient, channel FROM reminder WHERE id"
        return self._of(to_reminder, sql, ids)

    def outages(self) -> dict[tuple[str, str], datetime]:
        """Since when nothing can be sent, by channel and recipient."""
        return dict(self._transaction.all(_outage, "SELECT channel, recipient, since FROM outage"))

    def runs(self) -> list[Run]:
        """The last good run by each key, in the order of their names."""
        return self._transaction.all(to_run, f"{_RUN} ORDER BY slot")

    def run(self, slot: str) -> Run | None:
        """The last good run by the key of this name."""
        return self._transaction.one(to_run, f"{_RUN} WHERE slot = ?", (slot,))

    def count_events(self, what: str, *, after: int) -> int:
        """How many events ``what`` have a number above ``after``."""
        sql = "SELECT count(*) FROM event WHERE number > ? AND what = ?"
        return self._transaction.one(one_number, sql, (after, what)) or 0


def _outage(row: Row) -> tuple[tuple[str, str], datetime]:
    return (str(row[0]), str(row[1])), moment(row[2])
