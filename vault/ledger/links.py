"""Write what happened to a link, with its event."""

from __future__ import annotations

from datetime import datetime

from vault.custody import Watch
from vault.ledger.events import record
from vault.model.link import Link


def write_link(watch: Watch, link: Link, what: str, *, at: datetime, **details: str) -> Link:
    """Write the changed ``link`` and the event ``what`` in one transaction; gives the link back."""
    with watch.writing() as writer:
        writer.update_link(link)
        record(watch, writer, what, at=at, link=link.id, holder=link.holder, **details)
    return link


def park_file(watch: Watch, link: Link, file: bytes, what: str, *, at: datetime, **details: str) -> Link:
    """Keep a file that came without proof: sealed to the inbox, with its link, until its PIN is here."""
    sealed = watch.put_in(link.id, file)
    parked = link._replace(parked=True)
    with watch.writing() as writer:
        writer.update_link(parked)
        writer.park(link.id, sealed)
        record(watch, writer, what, at=at, link=link.id, holder=link.holder, **details)
    return parked
