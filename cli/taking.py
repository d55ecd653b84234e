"""Taking in what ``ingest`` is given, one source after the other, with a line that says how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from typing import NamedTuple

from cli import progress, sources
from cli.session import Session
from cli.texts import ngettext
from vault.custody import Watch
from vault.errors import N_, CertvaultError, Usage
from vault.model.account import account, is_account
from vault.operations.ingest import Intake
from vault.operations.sources import Source

Seen = Callable[[Source], None]


class Way(NamedTuple):
    """What a person wishes of mailboxes on servers; the names are those of the options."""

    move_to: str = ""
    flag: str = ""
    again: bool = False
    remember_password: bool = False
    forget_password: bool = False


def check(named: Sequence[str], way: Way, *, clipboard: bool) -> None:
    """Raise Usage where nothing is named, a mailbox is named wrongly, or a wish has none."""
    if not named and not clipboard:
        raise Usage(
            what=N_("Nothing is named that could be taken in."),
            hint=N_("Name mails or folders, - for standard input, or say --clipboard."),
        )
    if way.remember_password and way.forget_password:
        raise Usage(what=N_("A password is either kept or forgotten: --remember-password replaces an older one."))
    if not [account(one) for one in named if is_account(one)] and way != Way():
        raise Usage(
            what=N_("Such a wish is for mailboxes on a server."),
            hint=N_("Write it so: imaps://user@host/Folder"),
        )


def take(session: Session, watch: Watch, intake: Intake, named: Sequence[str], way: Way, *, noted: bool) -> None:
    """Take in all that is ``named``. A mailbox that cannot be used ends it only where nothing else is there to tell."""
    for one in named:
        with _counted() as seen:
            if not is_account(one):
                intake.take(_passing(sources.in_source(one), seen))
                continue
            try:
                _mailbox(session, watch, intake, one, way, seen, noted=noted)
            except CertvaultError as error:
                if len(named) == 1 and not any(intake.ingested()):
                    raise
                intake.reject(one, error)


def _mailbox(session: Session, watch: Watch, intake: Intake, named: str, way: Way, seen: Seen, *, noted: bool) -> None:
    from cli import imap
    from vault.operations.mailbox import Reading

    with imap.opened(session, watch, account(named), way) as mailbox:
        Reading(watch, mailbox, again=way.again, noted=noted).into(intake, seen)


@contextmanager
def _counted() -> Iterator[Seen]:
    """What is told of each source on the terminal: how many there were, and what share that is."""
    numbers = count(1)
    with progress.portion() as show:
        yield lambda source: show(ngettext("{n} mail", "{n} mails", next(numbers)), source.done)


def _passing(these: Iterable[Source], seen: Seen) -> Iterator[Source]:
    for source in these:
        seen(source)
        yield source
