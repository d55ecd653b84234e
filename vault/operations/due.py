"""What needs somebody, soonest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, tzinfo
from heapq import merge
from itertools import chain, groupby, islice
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from vault.custody import Watch
from vault.model.backup import LATEST, Latest, missing
from vault.model.due import (
    Due,
    of_backup,
    of_certificate,
    of_link,
    partners,
    settled,
    soonest_first,
    successors,
    with_pins,
)
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.pair import Pair
from vault.operations.duties import entries, to_install, unanswered
from vault.operations.settings import zone
from vault.operations.warning import request_days, warn_days
from vault.operations.watching import blind

if TYPE_CHECKING:
    from vault.model.ack import Acks
    from vault.ports.store import Reader

PAGE = 500
"""Entries that are in memory at once."""
_NONE: Mapping[str, int] = {}
_DATE = attrgetter("date")


class DueRow(NamedTuple):
    """One entry with its holder; ``quiet`` is until when nobody is told of it, because somebody took note."""

    due: Due
    holder: Holder | None
    quiet: datetime | None = None


def due(
    watch: Watch, *, at: datetime, within: timedelta, windows: Mapping[str, int] = _NONE, every: bool = False
) -> Iterator[DueRow]:
    """Certificates that run out, and links whose file is about to be deleted, ``within`` this time; soonest first.

    A certificate whose successor's link is here is one entry with it. So are a request without an answer, a certificate
    that must be activated, a fresh backup that is missing, and what keeps people from being warned. ``windows`` are the
    providers' renewal windows, in days before the end. What is to be installed is told however long the old one still
    runs, because it can be done now. What somebody took note of is left out, unless ``every`` is
    asked for.

    The cost follows the answer, not the vault. Certificates are read page by page, each page in a transaction of its
    own: an answer of any length takes little memory and holds up nobody while it is printed. Raises SettingChanged.
    """
    until = at + within + timedelta(days=1)  # calendar days: a whole one more, cut off below
    with watch.reading() as reader:
        there = zone(watch, reader)
        first = reader.expiring(until, limit=PAGE)
        successor = _successors(reader, first, until, at)
        spoken_for = {link.id for link in successor.values()}
        requests = unanswered(reader)
        asked = {one.about for one in requests}
        warn = warn_days(watch, reader)

        def certificate(pair: Pair) -> Due:
            first, *_ = warn.of(pair.provider, pair.holder, windows.get(pair.provider))
            return of_certificate(pair, at, there, successor.get(pair.id), warning=first, asked=asked)

        links = [link for link in reader.unsettled_links(until) if link.id not in spoken_for]
        pins = _partners(reader, links)
        others = [of_link(link, at, there, asked=link.id in asked) for link in _needing(reader, links, at)]
        told = spoken_for | {one.id for one in others if one.id not in pins}
        others += entries(reader, requests, at, there, request_days(watch, reader)) + _backup(watch, reader, at, there)
        others += to_install(reader, warn, windows, at, there) + blind(watch, reader, at, there)
        acks = reader.acks(at)
        pairs = chain(first, _behind(watch, first, until))
        everything = with_pins(_soonest_first(map(certificate, pairs), others), pins, told)
        soon = ((one, _quiet_until(one, acks, at)) for one in everything if _soon(one, within.days))
        found = (one for one in soon if every or one[1] is None)
        rows = _with_holders(reader, list(found) if len(first) < PAGE else [])  # as a rule, that is all
    yield from rows
    while page := list(islice(found, PAGE)):
        with watch.reading() as reader:
            rows = _with_holders(reader, page)
        yield from rows


def _soonest_first(certificates: Iterator[Due], others: list[Due]) -> Iterator[Due]:
    """As :func:`soonest_first`, of ``certificates`` that come in the order of their dates, and are many."""
    merged = merge(certificates, soonest_first(others), key=_DATE)
    return (one for _, same in groupby(merged, key=_DATE) for one in soonest_first(same))


def _successors(reader: Reader, page: list[Pair], until: datetime, at: datetime) -> dict[str, Link]:
    """The links that bring successors. Of all pairs, whose first ``page`` is here, those with links are kept."""
    seen, linked = set[str](), set[str]()
    mailed: list[Link] = []
    pairs: list[Pair] = []
    while page:
        for holder in {pair.holder for pair in page} - seen:
            seen.add(holder)
            if links := reader.open_links_of(holder):
                linked.add(holder)
                mailed += links
        pairs += [pair for pair in page if pair.holder in linked]
        page = reader.expiring(until, after=page[-1], limit=PAGE) if len(page) == PAGE else []
    return successors(pairs, mailed, at)


def _partners(reader: Reader, links: list[Link]) -> dict[str, str]:
    pins = [link for link in links if link.kind == "pin" and link.holder]
    theirs = [link for holder in {pin.holder for pin in pins if pin.holder} for link in reader.open_links_of(holder)]
    return partners(pins, theirs)


def _behind(watch: Watch, page: list[Pair], until: datetime) -> Iterator[Pair]:
    """The pairs behind the first ``page``."""
    while len(page) == PAGE:
        with watch.reading() as reader:
            page = reader.expiring(until, after=page[-1], limit=PAGE)
        yield from page


def _soon(due: Due, days: int) -> bool:
    return due.days_left <= days or due.kind == "install"


def _quiet_until(due: Due, acks: Acks, at: datetime) -> datetime | None:
    if not acks:
        return None
    from vault.model.ack import quiet_until  # most often nobody took note of anything

    return quiet_until(due, acks, at)


def _with_holders(reader: Reader, page: list[tuple[Due, datetime | None]]) -> list[DueRow]:
    holders = reader.holders(list({one.holder for one, _quiet in page if one.holder}))
    return [DueRow(one, holders.get(one.holder or ""), quiet) for one, quiet in page]


def _backup(watch: Watch, reader: Reader, at: datetime, zone: tzinfo) -> list[Due]:
    latest = Latest.of(watch.setting(reader, LATEST))
    lacking = missing(latest, reader.first_added(), at)
    return [] if lacking is None else [of_backup(watch.vault_id, lacking, at, zone)]


def _needing(reader: Reader, links: list[Link], at: datetime) -> list[Link]:
    return [
        link
        for link in links
        if not (link.holder and settled(link, reader.pairs_of_holder(link.holder, every=True), at))
    ]
