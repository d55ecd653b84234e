"""What is due beside dates and links: requests without an answer, and certificates that must be activated, or
installed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from vault.model.due import Due, of_activation, of_installation, of_request

if TYPE_CHECKING:
    from vault.model.request import Request
    from vault.model.thresholds import Days
    from vault.ports.store import Reader


def unanswered(reader: Reader) -> list[Request]:
    """What providers were asked for and did not answer yet, the oldest first."""
    requests = reader.requests()
    if not requests:
        return []
    from vault.model.request import answered  # most often nobody was asked for anything

    holders = sorted({one.holder for one in requests if one.holder})
    links, pairs = reader.unclaimed_links_of(holders), reader.current_of(holders)
    return [one for one in requests if not answered(one, links, pairs)]


def entries(reader: Reader, requests: list[Request], at: datetime, zone: tzinfo, days: int) -> list[Due]:
    """Those of ``requests`` that should have been answered within so many days, and what must be activated."""
    late = [of_request(one, at, zone, days) for one in requests if one.overdue(days) <= at]
    return late + [of_activation(one, at, zone) for one in reader.activations()]


def to_install(reader: Reader, warn: Days, windows: Mapping[str, int], at: datetime, zone: tzinfo) -> list[Due]:
    """The pairs that are not installed where they belong. How early that is a warning, ``warn`` and the renewal
    ``windows`` say, as for the old certificate that is there."""
    found = reader.to_install(at)
    targets = {one.id: one for one in reader.targets([each.target for each in found])} if found else {}
    due = []
    for one in found:
        target = targets[one.target]
        first, *_ = warn.of(one.provider, target.holder, windows.get(one.provider))
        due.append(of_installation(one, target, at, zone, warning=first))
    return due
