"""Of every certificate that ran out while it was needed: was it announced in time, and if not, why not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from tests.simulation.days import day
from tests.simulation.history import Certificate, History
from tests.simulation.judge import Judge

OFTEN = 3
EARLY = 14
LATE = timedelta(days=3)
"""Who renews later than so long before the end renews late."""
LOOKS = (90, 60, 45, 30, 14, 7, 3, 0)


class Expiry(NamedTuple):
    """How often and how many days before its end somebody was told, and what kept people from being told; nothing where
    it was often and early enough."""

    certificate: Certificate
    times: int
    days: int
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        """For a list."""
        one = self.certificate
        told = f"told {self.times} times, {self.days} days before" if self.times else "never told"
        return f"{one.id}, ends {day(one.ends)}: {told}; {', '.join(self.reasons)}"


def expiries(history: History, judge: Judge) -> Iterator[Expiry]:
    """Those of the simulated time. Of one that is neither announced nor explained, the judge says that it is wrong."""
    last = history.nights[-1].at
    for one in history.certificates.values():
        if one.came < one.ends < last and one.current.at(one.ends - LATE):
            yield _expiry(history, judge, one)


def _expiry(history: History, judge: Judge, one: Certificate) -> Expiry:
    reach = judge.reach[one.id]
    times, days = _announced(one, reach.told)
    if times >= OFTEN and days >= EARLY:
        return Expiry(one, times, days, ())
    could = _announced(one, reach.chances)
    found = Expiry(one, times, days, tuple(_reasons(history, judge, one)))
    if (could[0] >= OFTEN and could[1] >= EARLY) or not found.reasons:
        judge.wrong.append(f"not announced, though {could} was possible: {found}")
    return found


def _announced(one: Certificate, told: dict[int, datetime]) -> tuple[int, int]:
    before = [at for threshold, at in told.items() if threshold > 0]
    return len(before), max([(day(one.ends) - day(at)).days for at in before], default=0)


def _reasons(history: History, judge: Judge, one: Certificate) -> Iterator[str]:
    """What kept people from being told as long as a threshold was the tightest."""
    looks = [one.ends - timedelta(days=days, seconds=1) for days in LOOKS]
    rules = [judge.rules.days(one, at) for at in looks]
    if any(_few(rule) for rule in rules):
        yield "few thresholds were chosen"
    elif len(set(rules)) > 1:
        yield "thresholds were changed"
    first = next(night.at for night in history.nights if night.at >= one.came)
    left = (day(one.ends) - day(first)).days
    if _few([days for days in rules[-1] if days <= left]):
        yield "it came late"
    reach = judge.reach[one.id]
    lost = [why for threshold, why in reach.blocked.items() if threshold > 0 and threshold not in reach.chances]
    yield from sorted(set().union(*lost))


def _few(thresholds: Sequence[int]) -> bool:
    return len(thresholds) < OFTEN or max(thresholds) < EARLY
