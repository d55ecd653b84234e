"""What is to be told to whom: thresholds that were crossed and not told yet, by recipient and channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Literal, NamedTuple

from vault.crypto.hashing import sha256
from vault.custody import Watch
from vault.freedays import free_days
from vault.model.canonical import Tree, canonical
from vault.model.chain import witness
from vault.model.pair import Pair
from vault.model.reminder import MAIL, Calendar, Crossing, People, news
from vault.model.times import local, text
from vault.operations.due import DueRow, due
from vault.operations.duties import unanswered
from vault.operations.people import people, state, weekday
from vault.operations.settings import zone
from vault.operations.warning import link_days, request_days, warn_days

MOST = 200
"""Entries of one message; what is more goes into another one."""
SLACK = 31
"""Days by which a threshold can be brought forward."""
SIGN: Literal["sign-of-life"] = "sign-of-life"
_PAGE = 500


class Entry(NamedTuple):
    """One entry of a digest, and what was crossed of it."""

    row: DueRow
    crossings: tuple[Crossing, ...]


class Life(NamedTuple):
    """What a sign of life says: how many certificates are watched, which runs out first, and the head of the log."""

    pairs: int
    next: Pair | None
    head: str


class Digest(NamedTuple):
    """What one recipient is told by one channel; ``to`` is empty where the channel reaches whom it reaches.

    ``more`` counts the entries that come in further messages, ``id`` is the same for the same. ``crossings`` are noted
    when it was sent.
    """

    kind: Literal["digest", "sign-of-life", "test"]
    to: str
    channel: str
    at: datetime
    id: str
    crossings: tuple[Crossing, ...] = ()
    entries: tuple[Entry, ...] = ()
    more: int = 0
    life: Life | None = None


class Plan(NamedTuple):
    """What there is to send, and when there will be more."""

    digests: list[Digest]
    nobody: int
    next: datetime


def planned(watch: Watch, channels: Iterable[str], *, windows: Mapping[str, int], at: datetime) -> Plan:
    """What is to be sent by channels of these names: what nobody was told yet. Raises SettingChanged."""
    with watch.reading() as reader:
        calendar = Calendar(
            zone(watch, reader),
            warn_days(watch, reader),
            link_days(watch, reader),
            windows,
            free_days(state(watch, reader)),
        )
        told = people(watch, reader)
        late = [one.overdue(request_days(watch, reader)) for one in unanswered(reader)]
    ahead = max(calendar.warn.furthest(windows.values()), calendar.link.furthest()) + SLACK
    rows = due(watch, at=at, within=timedelta(days=ahead), windows=windows, every=True)
    plan = _Planning(watch, list(channels), calendar, told, at)
    for page in iter(lambda: list(islice(rows, _PAGE)), []):
        plan.take(page)
    plan.next += [moment for moment in late if moment > at]
    digests = [*plan.digests(), *_signs(watch, list(channels), calendar, told, at)]
    return Plan(digests, plan.nobody, min(plan.next))


class _Planning:
    """Entries on their way to whom they are told."""

    def __init__(self, watch: Watch, channels: list[str], calendar: Calendar, people: People, at: datetime) -> None:
        self._watch = watch
        self._channels = channels
        self._calendar = calendar
        self._people = people
        self._at = at
        self._entries: dict[tuple[str, str], list[Entry]] = {}
        self.nobody = 0
        tomorrow = local(at, calendar.zone).date() + timedelta(days=1)
        self.next = [datetime.combine(tomorrow, time(), calendar.zone).astimezone(UTC)]

    def take(self, page: list[DueRow]) -> None:
        """Add what is to be told of these."""
        with self._watch.reading() as reader:
            acks = reader.acks(self._at)
            crossed = [(row, self._calendar.crossings(row.due, acks, self._at)) for row in page if self._counts(row)]
            before = reader.reminders([one.id for _row, crossings in crossed for one in crossings])
        known: dict[tuple[str, str, str], list[Crossing]] = {}
        for told in before:
            known.setdefault((told.channel, told.recipient, told.crossing.id), []).append(told.crossing)
        for row, crossings in crossed:
            self._tell(row._replace(due=self._calendar.told(row.due, self._at)), crossings, known)

    def _counts(self, row: DueRow) -> bool:
        """Whether people are told of it at all; notes when more is to be told."""
        self.next.append(self._calendar.next(row.due, self._at))
        if row.quiet is not None:
            self.next.append(row.quiet)
        looking = row.due.why == "not-run" and row.due.id == self._watch.actor.slot
        return row.quiet is None and not looking

    def _tell(
        self, row: DueRow, crossings: list[Crossing], known: Mapping[tuple[str, str, str], list[Crossing]]
    ) -> None:
        for channel in self._channels:
            if not crossings or (row.due.why == "not-sent" and row.due.id == channel):
                continue
            recipients = [""]
            if channel == MAIL:
                recipients = self._people.of(row.due, row.holder.responsible if row.holder else "")
                self.nobody += not recipients
            for to in recipients:
                told = [each for one in crossings for each in known.get((channel, to, one.id), ())]
                if fresh := news(crossings, told):
                    self._entries.setdefault((channel, to), []).append(Entry(row, tuple(fresh)))

    def digests(self) -> Iterator[Digest]:
        """What was added, by recipient."""
        for (channel, to), entries in self._entries.items():
            for start in range(0, len(entries), MOST):
                some = tuple(entries[start : start + MOST])
                noted = tuple(one for entry in some for one in entry.crossings)
                keys: list[Tree] = [[one.kind, one.id, text(one.date), one.threshold] for one in noted]
                name, more = _id(self._watch, "digest", to, channel, keys), len(entries) - start - len(some)
                yield Digest("digest", to, channel, self._at, name, noted, some, more)


def _signs(watch: Watch, channels: list[str], calendar: Calendar, people: People, at: datetime) -> Iterator[Digest]:
    """The signs of life that were not sent since their day."""
    with watch.reading() as reader:
        day = weekday(watch, reader)
        if day is None:
            return
        today = local(at, calendar.zone).date()
        since = today - timedelta(days=(today.weekday() - day) % 7)
        begins = datetime.combine(since, time(), calendar.zone).astimezone(UTC)
        crossing = Crossing(SIGN, watch.vault_id, begins, 0)
        told = {(one.channel, one.recipient) for one in reader.reminders([watch.vault_id]) if one.crossing == crossing}
        life = Life(reader.count_current(), reader.next_expiry(), witness(reader.head()))
    for channel in channels:
        for to in people.office if channel == MAIL else ("",):
            if (channel, to) not in told:
                name = _id(watch, SIGN, to, channel, [text(crossing.date)])
                yield Digest(SIGN, to, channel, at, name, (crossing,), life=life)


def test_of(watch: Watch, to: str, channel: str, at: datetime) -> Digest:
    """A message that says that a channel works."""
    return Digest("test", to, channel, at, _id(watch, "test", to, channel, [text(at)]))


def _id(watch: Watch, kind: str, to: str, channel: str, keys: Sequence[Tree]) -> str:
    return sha256(canonical([watch.vault_id, kind, to, channel, list(keys)])).hex()[:32]
