"""A holder leaves: what there is of him, and, when it was handed out, all of it settled in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vault.custody import Custody
from vault.errors import Busy
from vault.ledger import aside
from vault.ledger.events import record
from vault.ledger.targets import drop
from vault.model.event import Head
from vault.model.holder import Holder
from vault.model.ids import Random
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.request import Request
from vault.model.target import Target
from vault.model.texts import salted
from vault.ports.store import Reader

_OPEN = frozenset({"open", "gone"})
"""States of a link, as it is kept, in which somebody is still told of it."""


class Leaving(NamedTuple):
    """What there is of a holder: his current pairs, and those put away before; the links and halves that are open; what
    was asked for him and not answered; the places where something is installed."""

    holder: Holder
    current: Sequence[Pair]
    older: Sequence[Pair]
    links: Sequence[Link]
    requests: Sequence[Request]
    targets: Sequence[Target]

    @property
    def anything(self) -> bool:
        """Whether anything of him is still in use or waits."""
        return bool(self.current or self.links or self.requests or self.targets)


class Left(NamedTuple):
    """What was settled; ``head`` is the end of the audit log after it."""

    what: Leaving
    head: Head


def leaving(custody: Custody, holder: Holder) -> Leaving:
    """What there is of ``holder``."""
    with custody.reading() as reader:
        return _leaving(reader, holder)


def settle(custody: Custody, planned: Leaving, reason: str, *, at: datetime, random: Random) -> Left:
    """Retire the pairs, discard links and halves, withdraw requests and drop places as planned: all or nothing.

    The last event, ``offboarded``, says how much it was. Everything is kept, and ``reinstate`` takes each back. Raises
    Busy where something is no longer as it was planned, so that nothing is settled that was not handed out; NoRoom.
    """
    holder = planned.holder
    with custody.writing() as writer:
        if writer.holder(holder.id) != holder or _leaving(writer, holder) != planned:
            raise Busy
        for one in planned.requests:
            aside.withdraw(custody, writer, pair=one.pair, link=one.link, holder=holder.id, at=at)
        for pair in planned.current:
            aside.retire(custody, writer, pair, salted(random, reason=reason), at=at)
        for link in planned.links:
            aside.discard(custody, writer, link, at=at)
        for target in planned.targets:
            drop(custody, writer, target, at=at)
        counted = {"pairs": str(len(planned.current)), "links": str(len(planned.links))}
        record(custody, writer, "offboarded", salted(random, reason=reason), at=at, holder=holder.id, **counted)
        return Left(planned, writer.head())


def _leaving(reader: Reader, holder: Holder) -> Leaving:
    every = sorted(reader.pairs_of_holder(holder.id, every=True), key=lambda pair: (pair.not_after, pair.id))
    return Leaving(
        holder,
        [pair for pair in every if pair.state == "current"],
        [pair for pair in every if pair.state != "current"],
        [link for link in reader.links_of(holder.id) if link.state in _OPEN],
        [one for one in reader.requests() if one.holder == holder.id],
        [target for target in reader.targets_of([holder.id]) if target.dropped is None],
    )
