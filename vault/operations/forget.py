"""Forget a holder: delete for good all that names him, here and in the audit log, and nothing else of the log.

What a person may ask for (Art. 17 GDPR), and what an auditor needs all the same: that there was a holder with this id,
what was done with his pairs, when and by whom in the agency. The log commits to the names that stood in it; without
their salts nobody can tell what they were, and the chain holds as before (:mod:`vault.model.texts`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from vault.custody import Custody
from vault.errors import Busy
from vault.ledger import aside
from vault.ledger.events import record
from vault.model.actor import Actor
from vault.model.event import Head, Recorded, Wanted
from vault.model.holder import Holder
from vault.model.ids import Random
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.target import Target
from vault.model.texts import said
from vault.model.times import utc
from vault.operations.apart import FILES, LETTERS
from vault.operations.audit import PAGE
from vault.operations.purge import Backup, backups, check_log, delete, kept_aside
from vault.ports.store import Reader


class Forgetting(NamedTuple):
    """What would be deleted: the holder with all his pairs, links and targets, and ``texts`` in the audit log.

    ``merged`` are the ids and names of those who were merged into him.
    ``files`` are those that were handed out, and ``backups`` the copies that hold him: neither is touched.
    """

    holder: Holder
    merged: Sequence[tuple[str, str]]
    pairs: Sequence[Pair]
    links: Sequence[Link]
    targets: Sequence[Target]
    texts: int
    files: Sequence[str]
    backups: Sequence[Backup]


class Forgotten(NamedTuple):
    """What was deleted, when and by whom, with ``texts`` counted anew; ``head`` is the end of the log after it."""

    what: Forgetting
    texts: int
    at: datetime
    by: Actor
    head: Head


def plan(custody: Custody, holder: Holder) -> Forgetting:
    """What :func:`forget` would delete of ``holder``. Raises LogContradicts."""
    check_log(custody)
    with custody.reading() as reader:
        first, texts, files = 0, 0, dict[str, None]()
        for one in _events(reader, holder.id):
            first, texts = first or one.number, texts + len(one.texts)
            if one.event.what in FILES | LETTERS and (path := said(one).get("path")):
                files[path] = None
        held = [backup for number, backup in backups(reader) if number > first]
        return Forgetting(
            holder,
            reader.merged_into(holder.id),
            reader.pairs_of_holder(holder.id, every=True),
            reader.links_of(holder.id),
            reader.targets_of([holder.id]),
            texts,
            list(files),
            [*held, *kept_aside(custody.folder)],
        )


def forget(custody: Custody, planned: Forgetting, *, at: datetime, random: Random) -> Forgotten:
    """Delete what was planned, current pairs too, in one transaction: all of it, or nothing. ``purge.wipe`` is next.

    The last event says ``pseudonymised``, with how much was deleted and no name. Ask for a ``custody`` opened
    exclusively. Raises Busy where something is no longer as it was planned, NoRoom, Damaged.
    """
    holder = planned.holder
    with custody.writing() as writer:
        now = planned._replace(
            holder=writer.holder(holder.id) or holder,
            merged=writer.merged_into(holder.id),
            pairs=writer.pairs_of_holder(holder.id, every=True),
            links=writer.links_of(holder.id),
            targets=writer.targets_of([holder.id]),
        )
        if now != planned or writer.holder(holder.id) is None:
            raise Busy
        for pair in planned.pairs:
            if pair.state == "current":
                aside.retire(custody, writer, pair, at=at)
            delete(custody, writer, pair, at=at, random=random)
        texts = sum(len(one.texts) for one in _events(writer, holder.id))
        counted = {"pairs": str(len(planned.pairs)), "links": str(len(planned.links)), "texts": str(texts)}
        if planned.targets:
            counted["targets"] = str(len(planned.targets))
        for merged, _name in planned.merged:
            record(custody, writer, "pseudonymised", at=at, holder=merged, into=holder.id)
            writer.forget(merged)
        record(custody, writer, "pseudonymised", at=at, holder=holder.id, **counted)
        writer.forget(holder.id)
        return Forgotten(planned, texts, utc(at), custody.actor, writer.head())


def _events(reader: Reader, holder: str) -> Iterator[Recorded]:
    """The events on a holder, on those who were merged into him, and on his links."""
    after = 0
    while page := reader.events(Wanted(holder=holder), after=after, limit=PAGE):
        yield from page
        after = page[-1].number
