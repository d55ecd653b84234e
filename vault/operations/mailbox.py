"""A mailbox on a server: its new mails are taken in, a hundred at a time, and how far it was read is noted.

A number is noted only when what its mail brought is recorded and done with, so whatever breaks off in between costs no
more than reading a few mails again. No transaction is open while anything comes over the network.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial

from vault.custody import Watch
from vault.errors import N_, SourceNotReadable
from vault.ledger.events import record
from vault.model.account import Account
from vault.model.mark import ReadUpTo
from vault.operations.ingest import Intake
from vault.operations.sources import Source
from vault.ports.mailbox import Mailbox
from vault.secret import MailPassword

AT_ONCE = 100
"""Mails after which it is noted how far the folder was read."""


class Reading:
    """The reading of one folder. ``again`` reads all mails; without ``noted`` it leaves no mark, because not all that
    they hold was looked for."""

    def __init__(self, watch: Watch, mailbox: Mailbox, *, again: bool = False, noted: bool = True) -> None:
        self._watch = watch
        self._mailbox = mailbox
        self._noted = noted and mailbox.validity is not None
        self._name = mailbox.account.login, mailbox.account.folder
        with watch.reading() as reader:
            before = reader.read_up_to(*self._name)
        known = before is not None and before.validity == mailbox.validity
        self._before = before.last if before is not None and known else 0
        self._uids = mailbox.after(0 if again or not noted else self._before)

    def into(self, intake: Intake, seen: Callable[[Source], None] = lambda _source: None) -> None:
        """Take in the mails; each is ``seen`` before. Raises MailServerNotReachable."""
        for start in range(0, len(self._uids), AT_ONCE):
            uids = self._uids[start : start + AT_ONCE]
            fruitful = intake.take(self._sources(uids, start, seen))
            self._mailbox.settle([uid for uid in uids if self._named(uid) in fruitful])
            self._note(uids[-1])

    def _sources(self, uids: Sequence[int], start: int, seen: Callable[[Source], None]) -> Iterator[Source]:
        for number, (uid, data) in enumerate(self._mailbox.mails(uids), start + 1):
            source = Source(self._named(uid), partial(_whole, data), by_hand=False, done=number / len(self._uids))
            seen(source)
            yield source

    def _named(self, uid: int) -> str:
        return f"{self._mailbox.account} ({uid})"

    def _note(self, uid: int) -> None:
        if not self._noted or self._mailbox.validity is None:
            return
        with self._watch.writing() as writer:
            writer.read_mailbox(*self._name, ReadUpTo(self._mailbox.validity, max(uid, self._before)))


def kept_password(watch: Watch, account: Account) -> MailPassword | None:
    """The password that is kept for exactly this account: scheme, user, host and port."""
    with watch.reading() as reader:
        return reader.mail_password(account.login)


def keep_password(watch: Watch, account: Account, password: MailPassword | None, *, at: datetime) -> None:
    """Keep the password of ``account``, or forget it, on record. Whoever opens the register can read it."""
    with watch.writing() as writer:
        if password is None and writer.mail_password(account.login) is None:
            return
        writer.keep_mail_password(account.login, password)
        what = "mail-password-forgotten" if password is None else "mail-password-kept"
        record(watch, writer, what, at=at, account=account.login)


def _whole(data: bytes | None) -> bytes:
    if data is None:
        raise SourceNotReadable(why=N_("it is larger than 32 MiB"))
    return data
