"""The log of a rescued vault: taken over as long as it holds, recorded anew behind that, and true of what came out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from vault.custody import Custody
from vault.ledger.events import record
from vault.model.chain import event_hash
from vault.model.event import Recorded, Wanted
from vault.model.replay import ANEW
from vault.model.texts import LOST, lost_text, misfits
from vault.operations.audit import PAGE
from vault.operations.comparing import told
from vault.operations.verify import Walk
from vault.ports.store import Reader, Writer

Authentic = Callable[[Recorded], bool | None]


def retell(
    custody: Custody, writer: Writer, events: Iterable[Recorded], authentic: Authentic, at: datetime
) -> Iterator[int]:
    """Write ``events``, in the order of their numbers, into the empty log of ``writer``.

    From the first one on that does not follow from the one before it, each is recorded anew, with its old number as
    the detail ``rescued``: that it was so then, nothing proves any more. Gives the numbers of those that were not
    written by certvault at all, and are left out.
    """
    walk, whole = Walk(custody.vault_id, custody.slots.generation, authentic), True
    for one in events:
        step = walk.take(one)
        whole = whole and all(step)
        if whole:
            writer.add_event(one)
        elif step.authentic:
            _anew(custody, writer, one, at)
        else:
            yield one.number
    _begin(custody, writer, at)


def account(custody: Custody, writer: Writer, *, at: datetime) -> list[str]:
    """Let the log say of each pair what became of it, where it does not, so that it agrees with the register.

    Gives the ids of the pairs that are in the log alone, and are lost.
    """
    lost: list[str] = []
    for replay, pairs in told(writer):
        for pair, sealed in replay.unlike(pairs):
            by = {"by": pair.superseded_by} if pair.superseded_by else {}
            details = {"state": pair.state, "sealed": sealed.hex(), "proof": pair.proof, **by}
            record(custody, writer, "pair-rescued", at=at, pair=pair.id, holder=pair.holder, **details)
        for id_ in replay.left():
            record(custody, writer, "pair-lost", at=at, pair=id_)
            lost.append(id_)
    return lost


def account_for_texts(custody: Custody, writer: Writer, *, at: datetime) -> list[tuple[int, str]]:
    """Let the log say of each text that an event commits to, and that is not there, that it is lost.

    Gives the number of its event and its name. What was forgotten is not lost.
    """
    forgotten = writer.forgotten()
    missing = [
        (one.number, name)
        for one in _log(writer)
        for kind, name, _ in misfits(one, forgotten=forgotten.get(one.event.holder or "", 0) > one.number)
        if kind == "text-missing"
    ]
    for number, name in missing:
        record(custody, writer, LOST, at=at, **lost_text(number, name))
    return missing


def _begin(custody: Custody, writer: Writer, at: datetime) -> None:
    if not writer.head().number:
        record(custody, writer, "vault-created", at=at, vault=custody.vault_id)


def _anew(custody: Custody, writer: Writer, found: Recorded, at: datetime) -> None:
    _begin(custody, writer, at)
    if found.event.what == "vault-created":
        return  # there is one
    details = tuple(sorted((*found.event.details, (ANEW, str(found.number)))))
    event, head = found.event._replace(details=details), writer.head()
    hash_ = event_hash(head.hash, head.number + 1, event)
    auth = custody.authenticated(hash_, head.number + 1)
    writer.add_event(Recorded(head.number + 1, event, hash_, auth, found.texts))


def _log(reader: Reader) -> Iterator[Recorded]:
    after = 0
    while page := reader.events(Wanted(), after=after, limit=PAGE):
        yield from page
        after = page[-1].number
