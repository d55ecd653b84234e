"""What the job that warns knows of itself: when it last looked, and what keeps it from warning."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from vault.model.due import Due, of_trouble
from vault.model.watcher import FRESH, Run, troubles

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.ports.store import Reader

_JOBS = frozenset({"watch", "keyring"})
"""The kinds of keys that jobs have."""


def idle(watch: Watch, *, at: datetime) -> datetime | None:
    """Until when ``remind`` has nothing to do; None where there may be something.

    It has nothing to do where nothing was written since the last good run and no threshold is crossed. That it looked
    is noted where the last note is half a day old.
    """
    with watch.reading() as reader:
        run = reader.run(watch.actor.slot)
        if run is None or not run.idle(reader.head().number, at):
            return None
    if at - run.at >= FRESH:
        with watch.writing() as writer:
            writer.put_run(run._replace(at=at))
    return run.next


def blind(watch: Watch, reader: Reader, at: datetime, zone: tzinfo) -> list[Due]:
    """What keeps people from being warned."""
    unsent: dict[str, datetime] = {}
    for (channel, _recipient), since in reader.outages().items():
        unsent[channel] = min(since, unsent.get(channel, since))
    jobs = [slot.name for slot in watch.slots.slots if slot.kind in _JOBS]
    return [of_trouble(one, at, zone) for one in troubles(reader.runs(), jobs, unsent, watch.vault_id, at)]


def count(watch: Watch, *, at: datetime) -> Run:
    """The last run by this key, with how many pairs there must be by now; notes it where there are fewer."""
    with watch.reading() as reader:
        events, found = reader.head().number, reader.count_pairs()
        run = reader.run(watch.actor.slot) or Run(watch.actor.slot, at, 0, at, found)
        if run.events:
            added, gone = (reader.count_events(what, after=run.events) for what in ("pair-added", "purge"))
            run = run._replace(pairs=max(run.pairs + added - gone, 0))
    fewer = None if found >= run.pairs else run.fewer or at
    counted = run._replace(events=events, next=at, pairs=max(run.pairs, found), fewer=fewer)
    if run.events and fewer != run.fewer:
        with watch.writing() as writer:
            writer.put_run(counted)
    return counted


def accept(watch: Watch, *, at: datetime) -> bool:
    """Take note that there are fewer pairs than there were; gives whether that was told until now."""
    from vault.ledger.events import record  # a job only looks

    with watch.writing() as writer:
        told = [run for run in writer.runs() if run.fewer is not None]
        for run in told:
            writer.put_run(run._replace(pairs=writer.count_pairs(), events=writer.head().number, fewer=None, next=at))
        if told:
            record(watch, writer, "acknowledged", at=at)
    return bool(told)
