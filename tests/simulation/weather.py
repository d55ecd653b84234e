"""When the job runs, and what goes wrong on the way: missed nights, dead servers, refused addresses, kills."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from tests.simulation.days import moment
from tests.simulation.history import Span

HOURS = ((2, 30), (6, 45), (0, 0), (23, 55))
"""When the job runs, one after another: 2:30 is there twice, or not at all, when clocks are changed."""
SEASON = 60
"""Days after which the hour is another one."""
MAIL, CHAT = "mail", "chat"


class Try(NamedTuple):
    """A time at which the job is to run. ``missed``: nobody was there. ``killed``: at which message, and whether it had
    left when the process died."""

    at: datetime
    missed: bool = False
    killed: tuple[int, bool] | None = None


def tries(random: Random, begin: date, days: int) -> dict[date, list[Try]]:
    """The times of each day."""
    gone = _missed(random, days)
    return {
        begin + timedelta(days=number): sorted(_of(random, begin + timedelta(days=number), number, gone))
        for number in range(days)
    }


def outages(random: Random, begin: date, days: int, addresses: list[str]) -> list[Span]:
    """A mail server that is dead for days, a chat too; and addresses that are refused for weeks, three at once."""
    found = [
        _span(random, begin, days, channel, "", longest)
        for channel, every, longest in ((MAIL, 45, 9), (CHAT, 90, 5))
        for _ in range(max(1, days // every))
    ]
    found += [_span(random, begin, days, MAIL, random.choice(addresses), 14) for _ in range(max(1, days // 80))]
    together = _span(random, begin, days, MAIL, "", 10)
    return found + [together._replace(address=one) for one in random.sample(addresses, 4)]


def _missed(random: Random, days: int) -> set[int]:
    gone = {number for number in range(days) if random.random() < 0.04}
    for _ in range(max(1, days // 60)):
        first = random.randrange(days)
        gone |= set(range(first, first + random.randint(2, 9)))
    if days > 365:  # nobody saw for weeks that the computer was off
        first = random.randrange(60, days - 60)
        gone |= set(range(first, first + 24))
    return gone


def _of(random: Random, day: date, number: int, gone: set[int]) -> Iterator[Try]:
    hour, minute = HOURS[number // SEASON % len(HOURS)]
    times = list(dict.fromkeys(moment(day, hour, minute, again=again) for again in (False, True)))
    for at in times:
        killed = (random.randrange(4), random.random() < 0.7) if random.random() < 0.06 else None
        yield Try(at, number in gone, None if number in gone else killed)
    if number in gone and random.random() < 0.2:
        yield Try(moment(day, 9, 12))  # made up for when the computer was switched on
    if number not in gone and random.random() < 0.05:
        yield Try(moment(day, 11, 30))  # by hand


def _span(random: Random, begin: date, days: int, channel: str, address: str, longest: int) -> Span:
    first = begin + timedelta(days=random.randrange(days))
    begins = moment(first, random.randrange(24))
    return Span(channel, address, begins, begins + timedelta(hours=random.randint(6, 24 * longest)))
