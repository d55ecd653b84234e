"""What a report tells of the register. A watch key is enough: no PIN, no download link is in any of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from vault.custody import Watch
from vault.model.due import Severity
from vault.model.pair import Pair
from vault.model.timeline import Timeline, timeline
from vault.operations.due import DueRow, due
from vault.operations.register import PAGE, LinkRow, links
from vault.operations.settings import zone

MOST = 5000
"""Rows that are kept of what is due."""


class Owed(NamedTuple):
    """What is due: the soonest rows, at most :data:`MOST`, and how many there are in all of each severity."""

    rows: list[DueRow]
    counts: Counter[Severity]


def owed(watch: Watch, *, at: datetime, within: timedelta, windows: Mapping[str, int]) -> Owed:
    """What is due ``within`` this time, soonest first. Raises as :func:`vault.operations.due.due`."""
    rows: list[DueRow] = []
    counts: Counter[Severity] = Counter()
    for row in due(watch, at=at, within=within, windows=windows):
        counts[row.due.severity] += 1
        if len(rows) < MOST:
            rows.append(row)
    return Owed(rows, counts)


def calls(watch: Watch, *, at: datetime) -> list[LinkRow]:
    """The links that wait for a PIN, soonest deadline first: whom to call."""
    return [row for row in links(watch) if row.link.needs_at(at) == "pin"]


def course(watch: Watch, *, at: datetime) -> Timeline:
    """How many current certificates run out in which month."""
    with watch.reading() as reader:
        there = zone(watch, reader)
    return timeline((pair.not_after for pair in current(watch)), at, there)


def current(watch: Watch) -> Iterator[Pair]:
    """The current pairs, soonest to run out first, page by page."""
    last: Pair | None = None
    while True:
        with watch.reading() as reader:
            page = list(reader.pairs(after=last, limit=PAGE))
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1]
