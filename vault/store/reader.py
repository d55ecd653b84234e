"""What can be asked of the register."""

from __future__ import annotations

from vault.store.reading.books import SqlBooks
from vault.store.reading.duties import SqlDuties
from vault.store.reading.events import SqlEvents
from vault.store.reading.holders import SqlHolders
from vault.store.reading.links import SqlLinks
from vault.store.reading.mailboxes import SqlMailboxes
from vault.store.reading.pairs import SqlPairs
from vault.store.reading.reminders import SqlReminders
from vault.store.reading.targets import SqlTargets


class SqlReader(SqlBooks, SqlHolders, SqlLinks, SqlPairs, SqlEvents, SqlMailboxes, SqlDuties, SqlReminders, SqlTargets):
    """A :class:`vault.ports.store.Reader` on one transaction."""
