"""Record an event: its place in the chain, and its authentication where the root key is at hand."""

from __future__ import annotations

from datetime import datetime

from vault.custody import Watch
from vault.model.chain import event_hash
from vault.model.event import Event, Recorded
from vault.model.times import utc
from vault.ports.store import Writer


def record(
    watch: Watch,
    writer: Writer,
    what: str,
    *,
    at: datetime,
    pair: str | None = None,
    link: str | None = None,
    holder: str | None = None,
    **details: str,
) -> None:
    """Append to the audit log, inside the transaction of ``writer``, that ``what`` happened.

    ``details`` are short public facts; a secret never is one.
    """
    event = Event(utc(at), watch.actor, what, pair, link, holder, tuple(sorted(details.items())))
    head = writer.head()
    number = head.number + 1
    hash_ = event_hash(head.hash, number, event)
    writer.add_event(Recorded(number, event, hash_, watch.authenticated(hash_, number)))
