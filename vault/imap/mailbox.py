"""One folder on a mail server: its mails by their numbers, in small batches."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from vault.errors import (
    N_,
    MailServerNotReachable,
    MoveNotPossible,
    NoSuchMailFolder,
    Phrase,
    Usage,
)
from vault.imap import utf7
from vault.imap.connection import Connection, Limits
from vault.imap.login import log_in
from vault.imap.told import told
from vault.model.account import Account
from vault.model.shown import shown
from vault.secret import MailPassword, MailToken

LONGEST = 32 << 20
"""Bytes of a mail that is fetched."""
MOST_MAILS = 1_000_000
"""Mails of one folder whose numbers are taken."""
_BATCH, _BATCH_SIZE = 25, 4 << 20
_MOST_FOLDERS = 40
_FLAGS = {"seen": "\\Seen", "flagged": "\\Flagged", "answered": "\\Answered"}
_FLAG = re.compile(r"[A-Za-z0-9_$.-]{1,50}")
_NUMBER = re.compile(rb"[0-9]{1,10}")
_UID, _SIZE = re.compile(rb"\bUID (\d{1,10})\b"), re.compile(rb"\bRFC822\.SIZE (\d{1,19})\b")
_LISTED = re.compile(rb'\((?P<flags>[^)]*)\) (?:"\\?(?P<between>.)"|NIL) (?P<name>.*)', re.DOTALL)


class Wish(NamedTuple):
    """What shall become of the mails that brought a link: a folder to move them to, a flag to give them."""

    move_to: str = ""
    flag: str = ""


@contextmanager
def opened(
    account: Account,
    secret: MailPassword | MailToken,
    context: ssl.SSLContext,
    wish: Wish | None = None,
    limits: Limits | None = None,
) -> Iterator[ImapMailbox]:
    """The folder of ``account`` while the block runs, read-only where nothing is wished.

    Raises MailServerNotReachable, MailServerNotTrusted, MailServerUnencrypted, MailLogInRefused, NoSuchMailFolder,
    MoveNotPossible.
    """
    with told(account):
        connection = Connection(account, context, limits or Limits())
    try:
        with told(account):
            log_in(connection, account, secret)
            connection.abilities = connection.able()
            mailbox = ImapMailbox(connection, account, wish or Wish())
        yield mailbox
    finally:
        _leave(connection)


class ImapMailbox:
    """Implements :class:`vault.ports.mailbox.Mailbox`."""

    def __init__(self, connection: Connection, account: Account, wish: Wish) -> None:
        self.account = account
        self._connection = connection
        self._flag = _flag(wish.flag)
        self._between = self._delimiter()
        self._move_to = self._moving(wish.move_to)
        self._select(read_only=not wish.move_to and not wish.flag)
        said = connection.response("UIDVALIDITY")[1][0]
        self.validity = int(said) if isinstance(said, bytes) and _NUMBER.fullmatch(said) else None

    def after(self, uid: int) -> Sequence[int]:
        """The numbers above ``uid``, in their order."""
        lines = self._ask("UID", "SEARCH", "UID", f"{uid + 1}:*", size=MOST_MAILS * 11)
        found = sorted(
            {int(word) for line in lines if isinstance(line, bytes) for word in line.split() if _NUMBER.fullmatch(word)}
        )
        return [number for number in found[:MOST_MAILS] if number > uid]  # * is the last one, also below

    def mails(self, uids: Sequence[int]) -> Iterator[tuple[int, bytes | None]]:
        """The mails with these numbers, in their order: few at a time, and none whole that is too long."""
        sizes = self._sizes(uids)
        for batch in _batches(uids, sizes):
            if sizes[batch[0]] > LONGEST:
                yield batch[0], None
                continue
            found = self._bodies(batch, 2 * sum(sizes[uid] for uid in batch))  # some servers only guess a size
            yield from ((uid, found[uid]) for uid in batch if uid in found)

    def settle(self, uids: Sequence[int]) -> None:
        """Flag and move these mails, as it was wished."""
        if not uids:
            return
        some = _set(uids)
        if self._flag:
            self._ask("UID", "STORE", some, "+FLAGS.SILENT", f"({self._flag})")
        if not self._move_to:
            return
        if "MOVE" in self._connection.abilities:
            self._ask("UID", "MOVE", some, self._move_to)
        else:
            self._ask("UID", "COPY", some, self._move_to)
            self._ask("UID", "STORE", some, "+FLAGS.SILENT", "(\\Deleted)")
            self._ask("UID", "EXPUNGE", some)

    def _sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How long they are; those that are gone are left out."""
        lines = self._ask("UID", "FETCH", _set(uids), "(UID RFC822.SIZE)", size=200 * len(uids))
        pairs = ((_UID.search(line), _SIZE.search(line)) for line in lines if isinstance(line, bytes))
        wanted = set(uids)
        return {int(u[1]): int(s[1]) for u, s in pairs if u and s and int(u[1]) in wanted}

    def _bodies(self, uids: Sequence[int], size: int) -> dict[int, bytes]:
        answer = self._ask("UID", "FETCH", _set(uids), "(UID BODY.PEEK[])", size=size)
        found: dict[int, bytes] = {}
        for number, part in enumerate(answer):
            if isinstance(part, tuple):  # what stands before the mail, and the mail
                behind = answer[number + 1] if number + 1 < len(answer) else b""
                uid = _UID.search(part[0]) or (_UID.search(behind) if isinstance(behind, bytes) else None)
                if uid:
                    found[int(uid[1])] = part[1]
            elif uid := _UID.search(part or b""):
                found.setdefault(int(uid[1]), b"")
        return found

    def _delimiter(self) -> str:
        """What the server writes between the levels of its folders."""
        for line in self._ask("LIST", '""', '""'):
            if isinstance(line, bytes) and (found := _LISTED.match(line)) and found["between"]:
                return found["between"].decode("ascii", "replace")
        return "/"

    def _name(self, folder: str) -> str:
        """A folder's name in quotes, as the protocol has it."""
        written = utf7.encoded(folder.replace("/", self._between)).decode("ascii")
        return '"' + written.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def _select(self, *, read_only: bool) -> None:
        self._connection.allow(0)
        answer, _ = self._connection.select(self._name(self.account.folder), readonly=read_only)
        if answer != "OK":
            raise self._no_folder(self.account.folder)

    def _moving(self, folder: str) -> str:
        """The name of the folder to move to, which must be there; empty where nothing is moved."""
        if not folder:
            return ""
        if not self._connection.abilities & {"MOVE", "UIDPLUS"}:
            raise MoveNotPossible(host=self.account.host)
        name = self._name(folder)
        self._connection.allow(0)
        if self._connection.status(name, "(UIDNEXT)")[0] != "OK":
            raise self._no_folder(folder)
        return name

    def _no_folder(self, folder: str) -> NoSuchMailFolder:
        return NoSuchMailFolder(folder=folder, host=self.account.host, folders=", ".join(self._folders()))

    def _folders(self) -> Iterator[str]:
        """The first folders that there are."""
        for line in self._ask("LIST", '""', '"*"', size=1 << 20)[:_MOST_FOLDERS]:
            whole = b" ".join(line) if isinstance(line, tuple) else line
            if whole and (found := _LISTED.match(whole)):
                name = (
                    re.sub(rb"^\{\d+\} ", b"", found["name"]).strip(b'"').replace(b'\\"', b'"').replace(b"\\\\", b"\\")
                )
                yield shown(utf7.decoded(name).replace(self._between, "/"))

    def _ask(self, command: str, *arguments: str, size: int = 0) -> list[Any]:
        """The answers to a command. Raises MailServerNotReachable where the server refuses it."""
        ask: Callable[..., tuple[str, list[Any]]] = getattr(self._connection, command.lower())
        with told(self.account):
            self._connection.allow(size)
            answer, found = ask(*arguments)
        if answer != "OK":
            said = b" ".join(part for part in found if isinstance(part, bytes)).decode("utf-8", "replace")
            why = Phrase(N_("it refused {command} and said: {text}"), command=arguments[0], text=shown(said, 200))
            raise MailServerNotReachable(host=self.account.host, why=why)
        return found


def _leave(connection: Connection) -> None:
    """Say goodbye where somebody still listens, and hang up."""
    try:
        connection.allow(0)
        connection.logout()
    except (OSError, imaplib.IMAP4.error, ValueError):
        connection.shutdown()


def _flag(name: str) -> str:
    """A flag as the protocol writes it. Raises Usage."""
    if name and not _FLAG.fullmatch(name):
        raise Usage(what=Phrase(N_("A flag is one word of letters and digits, which this is not: {name}"), name=name))
    return _FLAGS.get(name.lower(), name)


def _set(uids: Sequence[int]) -> str:
    return ",".join(map(str, uids))


def _batches(uids: Sequence[int], sizes: dict[int, int]) -> Iterator[list[int]]:
    """``uids`` that are there, few enough at a time; one that is too long is alone."""
    batch: list[int] = []
    size = 0
    for uid in (uid for uid in uids if uid in sizes):
        if batch and (len(batch) >= _BATCH or size + sizes[uid] > _BATCH_SIZE):
            yield batch
            batch, size = [], 0
        batch.append(uid)
        size += sizes[uid]
    if batch:
        yield batch
