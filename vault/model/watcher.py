"""Whether the job that warns still sees: pure rules over what it noted of itself."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

OLDEST = timedelta(days=5)
"""A job that runs on working days alone pauses for a weekend with a holiday on either side."""
FRESH = timedelta(hours=12)
"""How old the noted run may be before one with nothing to do notes itself."""

Blind = Literal["not-run", "fewer-pairs", "not-sent"]


class Run(NamedTuple):
    """The last good run by a key, which has the name of its slot.

    ``events`` is the number of events then, ``next`` the first moment at which there is something to do although
    nothing was written. ``pairs`` is how many pairs there must be by what was added and purged; ``fewer`` is since when
    there are fewer.
    """

    slot: str
    at: datetime
    events: int
    next: datetime
    pairs: int
    fewer: datetime | None = None

    def idle(self, events: int, at: datetime) -> bool:
        """Whether a run at this moment, with so many events in the log, has nothing to do."""
        return self.events == events and self.at <= at < self.next


class Trouble(NamedTuple):
    """Why the watcher is blind, since when, and on what: a key, the vault's id, or a channel."""

    why: Blind
    on: str
    since: datetime


def troubles(
    runs: Iterable[Run], watching: Iterable[str], unsent: Mapping[str, datetime], vault: str, at: datetime
) -> Iterator[Trouble]:
    """What keeps people from being warned.

    ``watching`` are the names of the keys of jobs that there are now, ``unsent`` the channels that fail, each since
    when.
    """
    jobs = set(watching)
    noted = sorted(runs, key=lambda run: run.at)
    for run in noted:
        if run.slot in jobs and at - run.at >= OLDEST:
            yield Trouble("not-run", run.slot, run.at + OLDEST)
    if noted and noted[-1].fewer is not None:
        yield Trouble("fewer-pairs", vault, noted[-1].fewer)
    for channel, since in sorted(unsent.items()):
        yield Trouble("not-sent", channel, since)
