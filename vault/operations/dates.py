"""The register as days of a calendar: when certificates run out, and when files behind links are deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from vault.custody import Watch
from vault.model.event import Last
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.times import local
from vault.operations.register import PAGE
from vault.operations.settings import zone

if TYPE_CHECKING:
    from vault.ports.store import Reader

T = TypeVar("T")

KEPT = timedelta(days=60)
"""How long after its day something that is settled is still told: so long a calendar may not have been read."""
NEVER = 9999
"""The year of a certificate that does not run out (RFC 5280, section 4.1.2.5)."""
SETTINGS = ("setting-changed", "setting-unset")
CERTIFICATE, LINK = (60, 30, 14, 7, 3, 1), (14, 7, 3, 1)


class Day(NamedTuple):
    """What is on a ``day``: a certificate runs out, or the file behind a link is deleted; where it is ``settled``, that
    no longer matters.

    ``last`` is the last event that can have changed any of it, so its number only ever rises. ``early`` are the days
    before at which people want to know.
    """

    about: Literal["certificate", "link"]
    id: str
    provider: str
    holder: Holder | None
    day: date
    settled: bool
    last: Last
    early: tuple[int, ...]


def days(watch: Watch, *, at: datetime) -> Iterator[Day]:
    """Everything that has its day, page by page, each in a transaction of its own. What is settled is told until
    :data:`KEPT` after its day, so that a calendar strikes it out."""
    with watch.reading() as reader:
        there = zone(watch, reader)
        changed = reader.last_event(SETTINGS) or Last(0, datetime(1970, 1, 1, tzinfo=UTC))
        links = [link for link in reader.links(every=True) if _ahead(link, at)]
    for pairs in _pairs(watch):
        with watch.reading() as reader:
            yield from _of_pairs(reader, [pair for pair in pairs if _told(pair, at)], there, changed)
    for some in _pages(links):
        with watch.reading() as reader:
            yield from _of_links(reader, some, there, changed)


def _pairs(watch: Watch) -> Iterator[list[Pair]]:
    last: Pair | None = None
    while True:
        with watch.reading() as reader:
            page = list(reader.pairs(every=True, after=last, limit=PAGE))
        yield page
        if len(page) < PAGE:
            return
        last = page[-1]


def _told(pair: Pair, at: datetime) -> bool:
    return pair.not_after.year < NEVER and (pair.state == "current" or pair.not_after >= at - KEPT)


def _ahead(link: Link, at: datetime) -> bool:
    return link.deadline is not None and link.deadline >= at - KEPT and link.deadline.year < NEVER


def _of_pairs(reader: Reader, pairs: Sequence[Pair], zone: tzinfo, changed: Last) -> Iterator[Day]:
    holders = reader.holders(list({pair.holder for pair in pairs}))
    own = reader.last_events("pair", [pair.id for pair in pairs])
    theirs = reader.last_events("holder", list(holders))
    for pair in pairs:
        yield Day(
            "certificate",
            pair.id,
            pair.provider,
            holders.get(pair.holder),
            local(pair.not_after, zone).date(),
            pair.state != "current",
            _latest(own.get(pair.id), theirs.get(pair.holder), changed),
            CERTIFICATE,
        )


def _of_links(reader: Reader, links: Sequence[Link], zone: tzinfo, changed: Last) -> Iterator[Day]:
    holders = reader.holders(list({link.holder for link in links if link.holder}))
    own = reader.last_events("link", [link.id for link in links])
    theirs = reader.last_events("holder", list(holders))
    for link in links:
        if link.deadline is not None:
            yield Day(
                "link",
                link.id,
                link.provider,
                holders.get(link.holder or ""),
                local(link.deadline, zone).date(),
                link.state != "open" or link.parked,
                _latest(own.get(link.id), theirs.get(link.holder or ""), changed),
                LINK,
            )


def _latest(*found: Last | None) -> Last:
    return max(one for one in found if one is not None)


def _pages(rows: Sequence[T]) -> Iterable[Sequence[T]]:
    return (rows[start : start + PAGE] for start in range(0, len(rows), PAGE))
