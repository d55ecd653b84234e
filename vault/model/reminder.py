"""What people were told, what they are told now, and who: pure rules."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from vault.model.ack import Acks, quiet_end
from vault.model.due import CERTIFICATE_CRITICAL, LINK_CRITICAL, RANK, Due, Severity
from vault.model.thresholds import Days, Free, crossed, next_crossing

MAIL = "mail"
"""The channel that goes to an address of its own for each recipient; the others tell everything to whom they reach."""
_ADDRESS = re.compile(r"[^\s@<>,;:\"'()\[\]\\]{1,64}@[^\s@<>,;:\"'()\[\]\\]{1,253}")
_LONGEST = 320
_CRITICAL = {
    "certificate-expiry": (CERTIFICATE_CRITICAL,),
    "install": (CERTIFICATE_CRITICAL,),
    "link-deletion": (LINK_CRITICAL,),
}


class Crossing(NamedTuple):
    """A threshold that was crossed: of the thing of this kind and id, by the date that it is about."""

    kind: str
    id: str
    date: datetime
    threshold: int

    def covers(self, other: Crossing) -> bool:
        """Whether who was told of this one was told of ``other``: of the same, and at least as tight."""
        return self[:3] == other[:3] and self.threshold <= other.threshold


class Reminder(NamedTuple):
    """That ``recipient`` was told of a crossing by ``channel``."""

    crossing: Crossing
    recipient: str
    channel: str


class Calendar(NamedTuple):
    """What turns a date into days on which people are told."""

    zone: tzinfo
    warn: Days
    link: Days
    windows: Mapping[str, int]
    free: Free

    def days(self, due: Due) -> tuple[int, ...]:
        """The thresholds of a thing: none for what has been waiting since a date, which is told each week.

        Of an old certificate that is still installed they are its own.
        """
        if due.kind in {"certificate-expiry", "install"}:
            return self.warn.of(due.provider, due.holder, self.windows.get(due.provider))
        return self.link.of(due.provider, due.holder) if due.kind == "link-deletion" else ()

    def crossings(self, due: Due, acks: Acks, at: datetime) -> list[Crossing]:
        """What was crossed of an entry, the tightest of each date: its own and that of the link in it.

        What somebody took note of is left out.
        """
        found = []
        for part in _parts(due):
            if quiet_end(part, acks, at) is not None:
                continue
            threshold = crossed(part.date, self.days(part), at, self.zone, self.free)
            if threshold is not None:
                found.append(Crossing(part.kind, part.id, part.date, threshold))
        return found

    def told(self, due: Due, at: datetime) -> Due:
        """The entry as people are told of it: as urgent as it is on the days that were brought forward to this one.

        So what is critical from a Sunday on is told as critical on the Friday before, and to whom that is told.
        """
        found = (due.severity, *(self._severity(part, at) for part in _parts(due)))
        return due._replace(severity=max(found, key=RANK.__getitem__))

    def _severity(self, part: Due, at: datetime) -> Severity:
        if part.kind not in _CRITICAL or part.date <= at:
            return part.severity
        if crossed(part.date, _CRITICAL[part.kind], at, self.zone, self.free) is not None:
            return "critical"
        begun = crossed(part.date, self.days(part), at, self.zone, self.free) is not None
        return "warning" if begun else part.severity

    def next(self, due: Due, at: datetime) -> datetime:
        """When more is crossed of an entry."""
        return min(next_crossing(part.date, self.days(part), at, self.zone, self.free) for part in _parts(due))


class People(NamedTuple):
    """Who is told, as the agency has set it: the office, and who else from a severity on. All are mail addresses."""

    office: tuple[str, ...] = ()
    escalate: tuple[str, ...] = ()
    severity: Severity = "critical"

    def of(self, due: Due, responsible: str) -> list[str]:
        """Whom to tell of an entry: who is responsible for its holder, where that is a mail address, else the office.

        Each once. An empty list means that nobody was named.
        """
        first = address(responsible)
        told = [first] if first else list(self.office)
        if RANK[due.severity] >= RANK[self.severity]:
            told += self.escalate
        return list(dict.fromkeys(told))


def address(text: str) -> str | None:
    """The one mail address in a text such as ``Petra Sommer <sommer@agentur.example>``, in small letters."""
    found = _ADDRESS.findall(text[:_LONGEST]) if text.isprintable() else []
    return found[0].lower() if len(found) == 1 else None


def news(crossings: Iterable[Crossing], told: Collection[Crossing]) -> list[Crossing]:
    """The crossings of which somebody who was ``told`` of those was told nothing."""
    return [one for one in crossings if not any(other.covers(one) for other in told)]


def _parts(due: Due) -> Iterator[Due]:
    yield due
    if due.link is not None:
        yield due.link
