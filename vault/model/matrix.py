"""What one holder has at one provider, in one cell: pure rules over rows of the register and a moment.

Days are calendar days of the vault's time zone; 0 is today.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Literal, NamedTuple

from vault.model.due import CERTIFICATE_WARNING, LINK_CRITICAL, successors
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.times import days_between

State = Literal[
    "expired",
    "link-expired",
    "link-running-out",
    "running-out",
    "waiting-for-pin",
    "waiting-for-file",
    "current",
    "missing",
]
STATES: tuple[State, ...] = (
    "expired",
    "link-expired",
    "link-running-out",
    "running-out",
    "waiting-for-pin",
    "waiting-for-file",
    "current",
    "missing",
)
"""The states, the most urgent first; of several things in a cell the most urgent is shown."""
GAPS = frozenset({"expired", "link-expired", "missing"})
"""The states in which there is no valid certificate, and none is on its way."""
_RANK = {state: rank for rank, state in enumerate(STATES)}


class Cell(NamedTuple):
    """What one holder has at one provider.

    ``date`` is when the certificate runs out or the file behind the link is deleted (None where there is neither),
    ``days_left`` the days until then, ``ref`` the id of that pair or link, ``of`` how many things there are, of
    which this is the most urgent: 0 for ``missing``. ``install`` is at how many places one of them is to be installed.
    """

    state: State
    date: datetime | None = None
    days_left: int | None = None
    ref: str | None = None
    of: int = 0
    install: int = 0


MISSING = Cell("missing")


def row(
    pairs: Iterable[Pair],
    links: Iterable[Link],
    at: datetime,
    zone: tzinfo,
    install: Mapping[str, int] = MappingProxyType({}),
) -> dict[str, Cell]:
    """The cells of one holder by provider, of his pairs and of those of his links that need somebody.

    Only current pairs count. A certificate and the open link that brings its successor are one thing: what the link
    needs. A provider where he has nothing is left out. ``install`` says of pairs at how many places each is to be
    installed.
    """
    current = [pair for pair in pairs if pair.state == "current"]
    needing = [link for link in links if link.needs_at(at) is not None]
    successor = successors(current, needing, at)
    spoken_for = {link.id for link in successor.values()}
    found: dict[str, list[Cell]] = {}
    for pair in current:
        cell = _of_pair(pair, successor.get(pair.id), at, zone)
        found.setdefault(pair.provider, []).append(cell._replace(install=install.get(pair.id, 0)))
    for link in needing:
        if link.id not in spoken_for:
            found.setdefault(link.provider, []).append(_of_link(link, at, zone))
    return {provider: _most_urgent(cells) for provider, cells in found.items()}


def _most_urgent(cells: Sequence[Cell]) -> Cell:
    """The worst; of several the one whose date comes first."""
    worst = min(
        cells, key=lambda cell: (_RANK[cell.state], math.inf if cell.days_left is None else cell.days_left, cell.ref)
    )
    return worst._replace(of=len(cells), install=sum(cell.install for cell in cells))


def _of_pair(pair: Pair, successor: Link | None, at: datetime, zone: tzinfo) -> Cell:
    if successor is not None:
        return _of_link(successor, at, zone)
    days = days_between(at, pair.not_after, zone)
    state: State = "running-out" if days <= CERTIFICATE_WARNING else "current"
    return Cell("expired" if pair.not_after <= at else state, pair.not_after, days, pair.id)


def _of_link(link: Link, at: datetime, zone: tzinfo) -> Cell:
    date = None if link.parked or link.state == "gone" else link.deadline
    days = None if date is None else days_between(at, date, zone)
    return Cell(_needed(link, days, at), date, days, link.id)


def _needed(link: Link, days: int | None, at: datetime) -> State:
    needs = link.needs_at(at)
    if needs == "new-link":
        return "link-expired"
    if days is not None and days <= LINK_CRITICAL:
        return "link-running-out"
    return "waiting-for-file" if needs == "file" else "waiting-for-pin"
