"""The register as days of a calendar: when certificates run out, and when files behind links are deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

from vault.custody import Watch
from vault.freedays import free_days
from vault.model.ack import Acks
from vault.model.due import Kind
from vault.model.event import Last
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.thresholds import Days, Free, early
from vault.model.times import local
from vault.operations.people import state
from vault.operations.register import PAGE
from vault.operations.settings import zone
from vault.operations.warning import link_days, warn_days

if TYPE_CHECKING:
    from vault.ports.store import Reader

T = TypeVar("T")

KEPT = timedelta(days=60)
"""How long after its day something that is settled is still told: so long a calendar may not have been read."""
NEVER = 9999
"""The year of a certificate that does not run out (RFC 5280, section 4.1.2.5)."""
SETTINGS = ("setting-changed", "setting-unset")


class Day(NamedTuple):
    """What is on a ``day``: a certificate runs out, or the file behind a link is deleted; where it is ``settled``, that
    no longer matters.

    ``last`` is the last event that can have changed any of it, so its number only ever rises. ``early`` are the days
    before at which people want to know, ``quiet`` is the day before which nobody does, because somebody took note.
    """

    about: Literal["certificate", "link"]
    id: str
    provider: str
    holder: Holder | None
    day: date
    settled: bool
    last: Last
    early: tuple[int, ...]
    quiet: date | None = None


class _Rules(NamedTuple):
    """What is needed to make days of dates; ``changed`` is the last event that set any of it."""

    zone: tzinfo
    certificates: Days
    links: Days
    windows: Mapping[str, int]
    free: Free
    acks: Acks
    changed: Last

    def early_of(self, record: Pair | Link, date_: datetime) -> tuple[int, ...]:
        if isinstance(record, Pair):
            found = self.certificates.of(record.provider, record.holder, self.windows.get(record.provider))
        else:
            found = self.links.of(record.provider, record.holder)
        return early(date_, found, self.zone, self.free)

    def quiet(self, kind: Kind, id_: str) -> date | None:
        ack = self.acks.get((kind, id_))
        return local(ack.until, self.zone).date() if ack else None


def days(watch: Watch, *, windows: Mapping[str, int], at: datetime) -> Iterator[Day]:
    """Everything that has its day, page by page, each in a transaction of its own.

    What is settled is told until :data:`KEPT` after its day, so that a calendar strikes it out. ``windows`` are the
    providers' renewal windows, in days before the end. Raises SettingChanged.
    """
    with watch.reading() as reader:
        changed = reader.last_event(SETTINGS) or Last(0, datetime(1970, 1, 1, tzinfo=UTC))
        rules = _Rules(
            zone(watch, reader),
            warn_days(watch, reader),
            link_days(watch, reader),
            windows,
            free_days(state(watch, reader)),
            reader.acks(at),
            changed,
        )
        links = [link for link in reader.links(every=True) if _ahead(link, at)]
    for pairs in _pairs(watch):
        with watch.reading() as reader:
            yield from _of_pairs(reader, [pair for pair in pairs if _told(pair, at)], rules)
    for some in _pages(links):
        with watch.reading() as reader:
            yield from _of_links(reader, some, rules)


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


def _of_pairs(reader: Reader, pairs: Sequence[Pair], rules: _Rules) -> Iterator[Day]:
    holders = reader.holders(list({pair.holder for pair in pairs}))
    own = reader.last_events("pair", [pair.id for pair in pairs])
    theirs = reader.last_events("holder", list(holders))
    for pair in pairs:
        yield Day(
            "certificate",
            pair.id,
            pair.provider,
            holders.get(pair.holder),
            local(pair.not_after, rules.zone).date(),
            pair.state != "current",
            _latest(own.get(pair.id), theirs.get(pair.holder), rules.changed),
            rules.early_of(pair, pair.not_after),
            rules.quiet("certificate-expiry", pair.id),
        )


def _of_links(reader: Reader, links: Sequence[Link], rules: _Rules) -> Iterator[Day]:
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
                local(link.deadline, rules.zone).date(),
                link.state != "open" or link.parked,
                _latest(own.get(link.id), theirs.get(link.holder or ""), rules.changed),
                rules.early_of(link, link.deadline),
                rules.quiet("link-deletion", link.id),
            )


def _latest(*found: Last | None) -> Last:
    return max(one for one in found if one is not None)


def _pages(rows: Sequence[T]) -> Iterable[Sequence[T]]:
    return (rows[start : start + PAGE] for start in range(0, len(rows), PAGE))
