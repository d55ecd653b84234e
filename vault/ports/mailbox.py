"""What operations ask of a mailbox on a server."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from vault.model.account import Account


class Mailbox(Protocol):
    """An opened folder. What goes wrong on the way is a MailServerNotReachable."""

    @property
    def account(self) -> Account:
        """Whose folder it is."""
        ...

    @property
    def validity(self) -> int | None:
        """What the numbers of mails hold for (UIDVALIDITY, RFC 3501); None where the server promises nothing."""
        ...

    def after(self, uid: int) -> Sequence[int]:
        """The numbers (UID) above ``uid`` of mails that are there, in their order."""
        ...

    def mails(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """The mails with these numbers that are still there; None for one that is longer than a mail can be."""
        ...

    def settle(self, uids: Sequence[int]) -> None:
        """Do with these mails what was asked for when the folder was opened: nothing, flag or move them."""
        ...
