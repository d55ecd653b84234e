"""Asking for the settings, and what the register knows of its slot file."""

from __future__ import annotations

from vault.store.reading.asking import Asking, beginning_with, one_blob, one_number, one_text, two_texts


class SqlBooks(Asking):
    """A :class:`vault.ports.register.books.BooksReader`."""

    def setting(self, name: str) -> str | None:
        """The value of a setting, or None."""
        return self._transaction.one(one_text, "SELECT value FROM setting WHERE name = ?", (name,))

    def settings_beginning(self, beginning: str) -> dict[str, str]:
        """The settings whose names begin so, with their values."""
        sql = "SELECT name, value FROM setting WHERE name >= ? AND name < ?"
        return dict(self._transaction.all(two_texts, sql, beginning_with(beginning)))

    def setting_auth(self, name: str) -> bytes | None:
        """The authentication that a setting was put with, or None."""
        return self._transaction.one(one_blob, "SELECT auth FROM setting WHERE name = ?", (name,))

    def slots_counter(self) -> int:
        """The counter of the slot file that belongs to this database."""
        return self._known(one_number, "SELECT (SELECT value FROM meta WHERE name = 'slots_counter')")
