"""What runs out when: a count for each month to come, so that a wave is seen before it is here."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import NamedTuple

from vault.model.times import local

MONTHS = 18


class Month(NamedTuple):
    """How many are ``ending`` in the month that begins on ``first``."""

    first: date
    ending: int


class Timeline(NamedTuple):
    """How many have run out before, how many do in each of the ``months`` from this one on, and how many later."""

    past: int
    months: tuple[Month, ...]
    later: int


def timeline(ends: Iterable[datetime], at: datetime, zone: tzinfo) -> Timeline:
    """When things end whose last moments are ``ends``, by calendar months of ``zone``.

    What ended earlier this month counts as past alone.
    """
    start = _number(at, zone)
    counts = Counter(-1 if end <= at else min(_number(end, zone) - start, MONTHS) for end in ends)
    months = tuple(Month(_first(start + one), counts[one]) for one in range(MONTHS))
    return Timeline(counts[-1], months, counts[MONTHS])


def _number(moment: datetime, zone: tzinfo) -> int:
    there = local(moment, zone)
    return there.year * 12 + there.month - 1


def _first(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)
