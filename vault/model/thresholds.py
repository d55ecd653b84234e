"""How early people are told, and on which day: pure rules over dates, days and a moment.

A threshold is a number of days before a date. From the date on, 0 is told, and then one more for each week since: -7,
-14. The smaller, the tighter.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from vault.model.times import days_between, local

CERTIFICATE = (60, 30, 14, 7, 3, 1)
LINK = (14, 7, 3, 1)
"""A file behind a link is there for about 21 days."""
WEEK = 7
FURTHEST = 3650
"""Days before a date at which people can be told at the earliest."""
MOST = 20
_NONE: Mapping[tuple[str, str], tuple[int, ...]] = {}

Free = Callable[[date], bool]
"""Whether nobody works on a day."""


class Days(NamedTuple):
    """The thresholds of one kind: those ``chosen`` for a holder or a provider, those of the whole ``vault``, else the
    usual ones. ``chosen`` has them by ``("holder", id)`` and ``("provider", name)``; the holder's come first."""

    usual: tuple[int, ...]
    vault: tuple[int, ...] = ()
    chosen: Mapping[tuple[str, str], tuple[int, ...]] = _NONE

    def of(self, provider: str, holder: str | None, window: int | None = None) -> tuple[int, ...]:
        """Those of a holder's certificate or link, largest first.

        Where nobody chose, the opening of the provider's renewal ``window`` (days before the end) stands in place of
        the first of the usual ones.
        """
        found = self.chosen.get(("holder", holder or "")) or self.chosen.get(("provider", provider)) or self.vault
        if found or window is None:
            return found or self.usual
        return (window, *(days for days in self.usual[1:] if days < window))

    def furthest(self, windows: Iterable[int] = ()) -> int:
        """The largest threshold of any, by the renewal ``windows`` that there are."""
        every = (self.usual, self.vault, *self.chosen.values(), windows)
        return max(days for each in every for days in each)


def thresholds(text: str) -> tuple[int, ...]:
    """The thresholds in a text of numbers, largest first, each once. Raises ValueError where it has none or others."""
    words = text.replace(",", " ").split()
    if not 0 < len(words) <= MOST or not all(word.isascii() and word.isdecimal() and len(word) < 5 for word in words):
        raise ValueError(text)
    found = sorted({int(word) for word in words}, reverse=True)
    if found[0] > FURTHEST or found[-1] < 1:
        raise ValueError(text)
    return tuple(found)


def weekend(day: date) -> bool:
    """Saturday and Sunday."""
    return day.weekday() >= 5


def brought_forward(day: date, free: Free) -> date:
    """The last working day that is not after ``day``. Where nobody works for a month, ``day`` itself."""
    for back in range(31):
        if back < day.toordinal() and not free(day - timedelta(days=back)):
            return day - timedelta(days=back)
    return day


def crossed(date_: datetime, days: Sequence[int], at: datetime, zone: tzinfo, free: Free = weekend) -> int | None:
    """The tightest threshold of a date that is crossed at a moment; None where all of them lie ahead.

    A threshold is crossed with the beginning of its day in ``zone``, and where nobody works on that day, with the last
    working day before it; 0 with the moment itself.
    """
    if at >= date_:
        return -(max(days_between(date_, at, zone), 0) // WEEK) * WEEK
    today, last = local(at, zone).date(), local(date_, zone).date()
    behind = [each for each in days if _day(last, each, free) <= today]
    return min(behind, default=None)


def early(date_: datetime, days: Sequence[int], zone: tzinfo, free: Free = weekend) -> tuple[int, ...]:
    """How many days before the day of a date people are told, largest first: its thresholds, as far before as the last
    working day lies."""
    last = local(date_, zone).date()
    return tuple(sorted({(last - _day(last, each, free)).days for each in days}, reverse=True))


def next_crossing(date_: datetime, days: Sequence[int], at: datetime, zone: tzinfo, free: Free = weekend) -> datetime:
    """The first moment after ``at`` at which a tighter threshold is crossed."""
    if at >= date_:
        weeks = max(days_between(date_, at, zone), 0) // WEEK + 1
        return _begins(local(date_, zone).date() + timedelta(weeks=weeks), zone)
    return min((one for one in _ahead(date_, days, zone, free) if one > at), default=date_)


def _ahead(date_: datetime, days: Sequence[int], zone: tzinfo, free: Free) -> Iterator[datetime]:
    last = local(date_, zone).date()
    yield date_
    for each in days:
        yield _begins(_day(last, each, free), zone)


def _day(last: date, days: int, free: Free) -> date:
    """The day of a threshold. The calendar begins with the year 1, and certificates name any date."""
    return brought_forward(date.fromordinal(max(last.toordinal() - days, 1)), free)


def _begins(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day in ``zone``, in UTC."""
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        return datetime.combine(day, time(), UTC)
