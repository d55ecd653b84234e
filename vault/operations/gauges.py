"""The register as numbers for monitoring: moments in absolute time, so that an old report tells no lie."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import NamedTuple

from vault.custody import Watch
from vault.model.backup import LATEST, Latest
from vault.model.link import Needs
from vault.model.pair import State
from vault.operations.register import PairRow, links, pairs

LISTED = 1000
"""Certificates that are told one by one: those that run out soonest. Monitoring that keeps a row for each of a hundred
thousand is of no use to anybody."""


class Gauges(NamedTuple):
    """``soonest`` are the current pairs that run out first, at most :data:`LISTED`; ``first`` is when the first of each
    provider does, ``states`` how many pairs there are by provider and state, ``needs`` how many links by provider and
    what they need.

    ``backup`` is when the newest backup was made, ``opened`` the newest that was proven by opening every pair, ``runs``
    when the job that warns had its last good run, by the name of its key. ``open`` is at how many places another pair
    is to be installed, by provider and target profile.
    """

    soonest: list[PairRow]
    first: dict[str, datetime]
    states: Counter[tuple[str, State]]
    needs: Counter[tuple[str, Needs]]
    backup: datetime | None
    opened: Latest | None
    runs: dict[str, datetime]
    open: Counter[tuple[str, str]]


def gauges(watch: Watch, *, at: datetime) -> Gauges:
    """What there is to measure. Raises SettingChanged."""
    soonest: list[PairRow] = []
    first: dict[str, datetime] = {}
    states: Counter[tuple[str, State]] = Counter()
    for row in pairs(watch, "", {}, every=True):
        pair = row.pair
        states[pair.provider, pair.state] += 1
        if pair.state == "current":
            first.setdefault(pair.provider, pair.not_after)
            if len(soonest) < LISTED:
                soonest.append(row)
    needing = ((row.link.provider, row.link.needs_at(at)) for row in links(watch))
    with watch.reading() as reader:
        made = reader.last_event(("backup-made",))
        runs = {run.slot: run.at for run in reader.runs()}
        waiting = reader.to_install(at)
        profiles = {one.id: one.profile for one in reader.targets([each.target for each in waiting])}
        opened = Latest.of(watch.setting(reader, LATEST))
    needs: Counter[tuple[str, Needs]] = Counter((provider, each) for provider, each in needing if each is not None)
    open_ = Counter((one.provider, profiles[one.target]) for one in waiting)
    return Gauges(soonest, first, states, needs, made.at if made else None, opened, runs, open_)
