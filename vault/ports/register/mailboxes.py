"""What operations ask of the register: how far mailboxes were read, and their passwords."""

from __future__ import annotations

from typing import Protocol

from vault.model.mark import ReadUpTo
from vault.secret import MailPassword


class MailboxesReader(Protocol):
    """Reading how far mailboxes were read, and their passwords."""

    def read_up_to(self, account: str, folder: str) -> ReadUpTo | None:
        """How far a folder of a mail account was read, or None."""
        ...

    def mail_password(self, account: str) -> MailPassword | None:
        """The password that is kept for exactly this account."""
        ...


class MailboxesWriter(MailboxesReader, Protocol):
    """Writing them too."""

    def read_mailbox(self, account: str, folder: str, mark: ReadUpTo) -> None:
        """Note how far a folder of a mail account was read."""
        ...

    def keep_mail_password(self, account: str, password: MailPassword | None) -> None:
        """Keep the password of an account in place of an older one; None forgets it."""
        ...
