"""What operations ask of the store: the register, and the sealed values that it keeps but cannot read.

Nothing here names a database. ``reading()`` and ``writing()`` are one transaction each; what a writer did counts only
when its block ends without an error. A transaction is short: never over network, prompt, Argon2id or PKCS#12.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from vault.model.pair import Pair
from vault.ports.register.books import BooksReader, BooksWriter
from vault.ports.register.duties import DutiesReader, DutiesWriter
from vault.ports.register.events import EventsReader, EventsWriter
from vault.ports.register.holders import HoldersReader, HoldersWriter
from vault.ports.register.links import LinksReader, LinksWriter
from vault.ports.register.mailboxes import MailboxesReader, MailboxesWriter
from vault.ports.register.pairs import PairsReader, PairsWriter
from vault.ports.register.reminders import RemindersReader, RemindersWriter
from vault.ports.register.targets import TargetsReader, TargetsWriter
from vault.secret import RegisterKey


class Renewal(Protocol):
    """What becomes of sealed and authenticated values while a store is copied under other keys."""

    def pair(self, pair: Pair, sealed: bytes) -> bytes:
        """The sealed value of ``pair`` in the new store. What it raises ends the copying."""
        ...

    def parked(self, link: str, sealed: bytes) -> bytes:
        """The file that waits with ``link`` in the new store."""
        ...

    def setting(self, name: str, value: str, auth: bytes) -> bytes:
        """The authentication of a setting in the new store."""
        ...


class Reader(
    BooksReader,
    HoldersReader,
    LinksReader,
    PairsReader,
    EventsReader,
    MailboxesReader,
    DutiesReader,
    RemindersReader,
    TargetsReader,
    Protocol,
):
    """One consistent view of the register."""


class Writer(
    BooksWriter,
    HoldersWriter,
    LinksWriter,
    PairsWriter,
    EventsWriter,
    MailboxesWriter,
    DutiesWriter,
    RemindersWriter,
    TargetsWriter,
    Reader,
    Protocol,
):
    """A view that can be changed. What breaks a rule of the store raises Fault (a bug) or Damaged."""


class Store(Protocol):
    """A store of one vault."""

    def reading(self) -> AbstractContextManager[Reader]:
        """One consistent view. Raises Busy, NoRoom or Damaged, at its beginning or when something is asked of it.

        Its iterators end with it: asked later, they raise Fault.
        """
        ...

    def writing(self) -> AbstractContextManager[Writer]:
        """One transaction: all of it counts, or nothing. Raises Busy, NoRoom or Damaged."""
        ...

    def snapshot(self, path: Path, key: RegisterKey) -> None:
        """Write a copy of it to the new file ``path``, under ``key``: one state, however many write meanwhile.

        It has a salt of its own. The others are let in between its parts; who is overtaken again and again copies all
        in one go. Raises NoRoom, Busy, Damaged.
        """
        ...

    def another(self, path: Path, key: RegisterKey, vault_id: str) -> Store:
        """The store of the vault ``vault_id`` in the file ``path``, opened with ``key``. Raises as opening one does."""
        ...

    def check(self) -> None:
        """Read every page, index and reference. Raises Damaged."""
        ...

    def wipe(self) -> None:
        """Write the store anew, so that no byte of what was deleted stays in its files.

        Nobody else may have it open. Raises Busy, NoRoom or Damaged; then it is as it was.
        """
        ...

    def unwiped(self) -> bool:
        """Whether something was deleted for good and :meth:`wipe` did not end since."""
        ...

    def renewed(self, path: Path, key: RegisterKey, renewal: Renewal) -> None:
        """Write all that is in it to the new file ``path``, under ``key``, with sealed values as ``renewal`` says.

        What is left of one that failed is the caller's to delete. Raises WouldOverwrite, NoRoom, Damaged, and what
        ``renewal`` raises.
        """
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
