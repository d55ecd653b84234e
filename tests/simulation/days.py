"""The judge's own calendar: days of Berlin, the holidays of four states as their laws name them, and thresholds.

Nothing here asks the code under test. Easter is reckoned after Gauss, as completed by Lichtenberg (Physikalisch-
Technische Bundesanstalt, "Wann ist Ostern?").
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
EVERYWHERE = ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))
AFTER_EASTER = (-2, 1, 39, 50)
"""Good Friday, Easter Monday, Ascension, Whit Monday."""
CORPUS_CHRISTI = 60
STATES: dict[str, tuple[tuple[tuple[int, int], ...], bool]] = {
    "BY": (((1, 6), (11, 1)), True),
    "NW": (((11, 1),), True),
    "HE": ((), True),
    "SN": (((10, 31),), False),
    "": ((), False),
}
"""Fixed holidays of a state beside those of all, and whether Corpus Christi is one in the whole of it."""


def day(at: datetime) -> date:
    """The day in Berlin."""
    return at.astimezone(BERLIN).date()


def begins(one: date) -> datetime:
    """The first moment of a day in Berlin, in UTC."""
    return datetime.combine(one, time(), BERLIN).astimezone(UTC)


def moment(one: date, hour: int, minute: int = 0, second: int = 0, *, again: bool = False) -> datetime:
    """What a clock in Berlin shows on a day, in UTC; ``again`` for the second time, where it is turned back."""
    shown = datetime(one.year, one.month, one.day, hour, minute, second, tzinfo=BERLIN, fold=int(again))
    return shown.astimezone(UTC)


def easter(year: int) -> date:
    """Easter Sunday."""
    k = year // 100
    m = 15 + (3 * k + 3) // 4 - (8 * k + 13) // 25
    s = 2 - (3 * k + 3) // 4
    a = year % 19
    d = (19 * a + m) % 30
    r = (d + a // 11) // 29
    og = 21 + d - r
    sz = 7 - (year + year // 4 + s) % 7
    return date(year, 3, 1) + timedelta(days=og + 7 - (og - sz) % 7 - 1)


@cache
def holidays(state: str, year: int) -> frozenset[date]:
    """The holidays of a state; none where no state is chosen."""
    if not state:
        return frozenset()
    fixed, corpus_christi = STATES[state]
    moving = (*AFTER_EASTER, CORPUS_CHRISTI) if corpus_christi else AFTER_EASTER
    found = {date(year, *one) for one in (*EVERYWHERE, *fixed)}
    found |= {easter(year) + timedelta(days=days) for days in moving}
    if state == "SN":  # the Wednesday before 23 November: penance and prayer
        found.add(max(date(year, 11, one) for one in range(16, 23) if date(year, 11, one).weekday() == 2))
    return frozenset(found)


@cache
def works(one: date, state: str) -> bool:
    """Whether people work on a day."""
    return one.weekday() < 5 and one not in holidays(state, one.year)


@cache
def to_tell(ends: date, before: int, state: str) -> date:
    """The day of a threshold: so many days before a date, or the last working day before that."""
    one = ends - timedelta(days=before)
    while not works(one, state):
        one -= timedelta(days=1)
    return one


def tightest(ends: datetime, thresholds: Iterable[int], at: datetime, state: str) -> int | None:
    """The tightest threshold that is behind us; from the end on 0, and each week one more: -7, -14."""
    today, last = day(at), day(ends)
    if at >= ends:
        return -7 * ((today - last).days // 7)
    return min((one for one in thresholds if to_tell(last, one, state) <= today), default=None)


def following(ends: datetime, thresholds: Iterable[int], at: datetime, state: str) -> datetime:
    """When the next threshold is behind us."""
    last = day(ends)
    if at >= ends:
        return begins(last + timedelta(days=7 * ((day(at) - last).days // 7 + 1)))
    ahead = [ends, *(begins(to_tell(last, one, state)) for one in thresholds)]
    return min(one for one in ahead if one > at)
