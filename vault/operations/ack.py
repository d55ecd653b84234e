"""Take note of what is due: nobody is told of it for a while. Each is an event, and none silences for good."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from vault.custody import Watch
from vault.errors import N_, NotDue, NothingToNote, Usage
from vault.freedays import free_days
from vault.ledger.events import record
from vault.model.ack import LONGEST, WHEN_TOO_LATE, Ack
from vault.model.backup import LATEST, Latest, missing
from vault.model.due import Kind, successors
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.target import Installation
from vault.model.thresholds import next_crossing
from vault.model.times import text, utc
from vault.operations.duties import unanswered
from vault.operations.good_time import in_good_time
from vault.operations.people import state
from vault.operations.settings import zone
from vault.operations.warning import link_days, request_days, warn_days
from vault.ports.store import Reader, Writer

About = Pair | Link | Installation | None
"""What can be noted; None is the backup that is missing."""
_PAIR: tuple[Kind, ...] = ("certificate-expiry", "request-unanswered", "activation")
_LINK: tuple[Kind, ...] = ("link-deletion", "half-waiting", "request-unanswered")


class _About(NamedTuple):
    """What is noted: its kinds and id, the next moments at which more would be told of it, and whether it is due."""

    kinds: tuple[Kind, ...]
    id: str
    next: tuple[datetime, ...]
    ends: datetime | None
    due: bool


def ack(
    watch: Watch,
    about: About,
    until: datetime | None = None,
    *,
    windows: Mapping[str, int],
    at: datetime,
) -> datetime:
    """Take note of all that is due about a pair or link, or that something is to be installed at one place; of None:
    that a backup is missing. Gives until when it holds.

    Without ``until`` it holds until the next threshold. It ends when the certificate has run out or the file is
    deleted; what is too late already is quiet for 7 days at most. Noting a pair notes the link of its successor too,
    and wherever it is to be installed. Raises NotDue for what nobody is told of, NothingToNote for what is not due yet,
    Usage for a moment that is past or too far away.
    """
    if until is not None and not at < until <= at + LONGEST:
        raise Usage(what=N_("the day is past, or more than a year away"))
    with watch.writing() as writer:
        found = list(_all(watch, writer, about, windows, at))
        if not any(one.due for one in found):
            raise NothingToNote(about=N_("the backup") if about is None else about.id)
        end = until or min(moment for one in found for moment in one.next)
        for one in found:
            end = min(end, at + WHEN_TOO_LATE if one.ends and one.ends <= at else one.ends or end)
        for one in found:
            for kind in one.kinds:
                writer.put_ack(Ack(kind, one.id, utc(until or end), utc(at), watch.actor.user))
        _record(watch, writer, "acknowledged", about, at, until=text(end))
    return end


def withdraw(watch: Watch, about: About, *, windows: Mapping[str, int], at: datetime) -> bool:
    """Tell of it again; gives whether it was noted. Raises NotDue."""
    with watch.writing() as writer:
        found = _all(watch, writer, about, windows, at)
        ended = [writer.end_ack(kind, one.id) for one in found for kind in one.kinds]
        if any(ended):
            _record(watch, writer, "acknowledgement-withdrawn", about, at)
    return any(ended)


def activated(watch: Watch, pair: Pair, *, at: datetime) -> bool:
    """Note that a pair was activated at its provider; gives whether that was open until now."""
    with watch.writing() as writer:
        ended = writer.end_activation(pair.id)
        if ended:
            record(watch, writer, "activated", at=at, pair=pair.id, holder=pair.holder)
    return ended


def _record(watch: Watch, writer: Writer, what: str, about: About, at: datetime, **details: str) -> None:
    if isinstance(about, Installation):
        (target,) = writer.targets([about.target])
        told = {"target": target.id, "profile": target.profile, **details}
        record(watch, writer, what, at=at, pair=about.wanted, holder=target.holder, **told)
        return
    pair = about.id if isinstance(about, Pair) else None
    link = about.id if isinstance(about, Link) else None
    record(watch, writer, what, at=at, pair=pair, link=link, holder=about.holder if about else None, **details)


def _all(watch: Watch, reader: Reader, about: About, windows: Mapping[str, int], at: datetime) -> Iterator[_About]:
    there = zone(watch, reader)
    if about is None:
        lacking = missing(Latest.of(watch.setting(reader, LATEST)), reader.first_added(), at)
        yield _About(("backup",), watch.vault_id, (at + WHEN_TOO_LATE,), None, lacking is not None)
    elif isinstance(about, Link):
        now = reader.link(about.id) or about
        if now.state in {"claimed", "discarded"}:
            raise NotDue(id=now.id)
        yield _link(watch, reader, now, at, there)
    elif isinstance(about, Installation):
        found = [one for one in reader.to_install(at) if one.id == about.id]
        if not found:
            raise NotDue(id=about.id)
        yield from _installations(watch, reader, found, windows, at, there)
    else:
        pair = reader.pair(about.id) or about
        if pair.state != "current":
            raise NotDue(id=pair.id)
        yield _pair(watch, reader, pair, windows, at, there)
        links = successors(reader.pairs_of_holder(pair.holder), reader.open_links_of(pair.holder), at)
        if pair.id in links:
            yield _link(watch, reader, links[pair.id], at, there)
        wanted = [one for one in reader.installations_of([pair.lineage]) if one.open]
        there_too = {one.id for one in reader.to_install(at)} if wanted else set()
        found = [one for one in wanted if one.id in there_too]
        yield from _installations(watch, reader, found, windows, at, there)


def _installations(
    watch: Watch,
    reader: Reader,
    found: Sequence[Installation],
    windows: Mapping[str, int],
    at: datetime,
    there: tzinfo,
) -> Iterator[_About]:
    holders = {one.id: one.holder for one in reader.targets([each.target for each in found])}
    free = free_days(state(watch, reader))
    for one in found:
        days = warn_days(watch, reader).of(one.provider, holders[one.target], windows.get(one.provider))
        crossing = next_crossing(one.until or one.since, days, at, there, free)
        yield _About(("install",), one.id, (crossing,), one.until, due=True)


def _pair(watch: Watch, reader: Reader, pair: Pair, windows: Mapping[str, int], at: datetime, there: tzinfo) -> _About:
    days = warn_days(watch, reader).of(pair.provider, pair.holder, windows.get(pair.provider))
    waiting = [one.since for one in reader.activations() if one.pair == pair.id]
    waiting += _requested(watch, reader, pair.id)
    free = free_days(state(watch, reader))
    dates = [next_crossing(pair.not_after, days, at, there, free)]
    dates += [next_crossing(one, (), at, there) for one in waiting]
    due = any(one <= at for one in waiting) or not in_good_time(watch, reader, pair, windows, at)
    return _About(_PAIR, pair.id, tuple(dates), pair.not_after, due)


def _link(watch: Watch, reader: Reader, link: Link, at: datetime, there: tzinfo) -> _About:
    days = link_days(watch, reader).of(link.provider, link.holder)
    ends = None if link.parked else link.deadline
    free = free_days(state(watch, reader))
    dates = [next_crossing(ends or link.received, days, at, there, free)]
    dates += [next_crossing(one, (), at, there) for one in _requested(watch, reader, link.id)]
    return _About(_LINK, link.id, tuple(dates), ends, due=True)


def _requested(watch: Watch, reader: Reader, about: str) -> list[datetime]:
    days = request_days(watch, reader)
    return [one.overdue(days) for one in unanswered(reader) if one.about == about]
