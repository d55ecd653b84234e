"""Record an event: its place in the chain, and its authentication where the root key is at hand."""

from __future__ import annotations

from datetime import datetime

from vault.custody import Watch
from vault.model.chain import event_hash
from vault.model.event import Event, Recorded, Text
from vault.model.texts import commitment
from vault.model.times import utc
from vault.ports.store import Writer


def record(
    watch: Watch,
    writer: Writer,
    what: str,
    texts: tuple[Text, ...] = (),
    /,
    *,
    at: datetime,
    pair: str | None = None,
    link: str | None = None,
    holder: str | None = None,
    **details: str,
) -> None:
    """Append to the audit log, inside the transaction of ``writer``, that ``what`` happened.

    ``details`` are short public facts; a secret never is one. What names a person whom certvault keeps certificates for
    is among the ``texts``, so that it can be forgotten with its ``holder``.
    """
    commitments = tuple((name, commitment(salt, text)) for name, salt, text in texts)
    event = Event(utc(at), watch.actor, what, pair, link, holder, tuple(sorted(details.items())), commitments)
    head = writer.head()
    number = head.number + 1
    hash_ = event_hash(head.hash, number, event)
    writer.add_event(Recorded(number, event, hash_, watch.authenticated(hash_, number), texts))
