"""Asking for how far mailboxes were read, and their passwords."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.secret import MailPassword
from vault.store.connection import Row
from vault.store.reading.asking import Asking, one_text

if TYPE_CHECKING:
    from vault.model.mark import ReadUpTo


class SqlMailboxes(Asking):
    """A :class:`vault.ports.register.mailboxes.MailboxesReader`."""

    def read_up_to(self, account: str, folder: str) -> ReadUpTo | None:
        """How far a folder of a mail account was read, or None."""
        sql = "SELECT validity, last FROM mailbox WHERE account = ? AND folder = ?"
        return self._transaction.one(_read_up_to, sql, (account, folder))

    def mail_password(self, account: str) -> MailPassword | None:
        """The password that is kept for exactly this account."""
        sql = "SELECT password FROM mailbox_password WHERE account = ?"
        return self._transaction.one(_password, sql, (account,))


def _read_up_to(row: Row) -> ReadUpTo:
    from vault.model.mark import ReadUpTo  # one command reads mailboxes

    return ReadUpTo(int(row[0]), int(row[1]))


def _password(row: Row) -> MailPassword:
    return MailPassword(one_text(row))
