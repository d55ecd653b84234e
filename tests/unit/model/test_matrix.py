"""What one holder has at one provider, in one cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.register import a_link, a_pair
from vault.model.link import Link
from vault.model.matrix import STATES, Cell, row
from vault.model.pair import Pair

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def pair(number: int, days: float, **fields: Any) -> Pair:
    """A current pair that runs out in ``days``."""
    return a_pair(number, not_before=NOW - timedelta(days=300), not_after=NOW + timedelta(days=days), **fields)


def link(number: int, days: float | None, **fields: Any) -> Link:
    """An open link whose file is deleted in ``days``, mailed before every pair began unless said."""
    deadline = None if days is None else NOW + timedelta(days=days)
    given = {"received": NOW - timedelta(days=301), **fields}
    return a_link(number, deadline=deadline, **given)


def cell(pairs: Sequence[Pair] = (), links: Sequence[Link] = ()) -> Cell:
    """The one cell of these, all at one provider."""
    (found,) = row(pairs, links, NOW, BERLIN).values()
    return found


@pytest.mark.parametrize(
    ("days", "state"),
    [(400, "current"), (61, "current"), (60, "running-out"), (0.1, "running-out"), (0, "expired"), (-1, "expired")],
)
def test_a_certificate_runs_out_within_60_days(days: float, state: str) -> None:
    """The thresholds are those of ``due``, and the date is the certificate's."""
    found = cell([pair(1, days)])
    assert (found.state, found.date, found.ref, found.of) == (state, NOW + timedelta(days=days), pair(1, 1).id, 1)


@pytest.mark.parametrize(
    ("one", "state", "dated"),
    [
        (link(1, 21), "waiting-for-pin", True),
        (link(1, 8), "waiting-for-pin", True),
        (link(1, 7), "link-running-out", True),
        (link(1, -1), "link-expired", True),
        (link(1, 21, state="gone"), "link-expired", False),
        (link(1, None), "waiting-for-pin", False),
        (link(1, 2, parked=True), "waiting-for-pin", False),
        (link(1, None, kind="pin"), "waiting-for-file", False),
    ],
)
def test_a_link_says_what_it_needs(one: Link, state: str, dated: bool) -> None:
    """What waits, what runs out within 7 days, what is over; a file that is here is deleted by nobody."""
    found = cell(links=[one])
    assert (found.state, found.date is not None, found.ref, found.of) == (state, dated, one.id, 1)


@pytest.mark.parametrize("days", [400, 30, -5])
def test_a_certificate_and_the_link_of_its_successor_are_one_thing(days: float) -> None:
    """It says what the link needs, also where the certificate ran out: something is on its way."""
    found = cell([pair(1, days)], [link(1, 20, received=NOW)])
    assert (found.state, found.of, found.ref) == ("waiting-for-pin", 1, link(1, 1).id)


@pytest.mark.parametrize("state", ["superseded", "retired"])
def test_what_does_not_count(state: str) -> None:
    """Superseded and retired pairs, links that were used or put away: as if they were not there."""
    done = [link(1, 3, state="claimed"), link(2, 3, state="discarded")]
    assert row([pair(1, -1, state=state)], done, NOW, BERLIN) == {}


def test_providers_stand_apart() -> None:
    """Each has its own cell."""
    found = row([pair(1, 400), pair(2, -1, provider="vhv")], [link(3, 20, provider="tgic")], NOW, BERLIN)
    assert {provider: one.state for provider, one in found.items()} == {
        "arag": "current",
        "vhv": "expired",
        "tgic": "waiting-for-pin",
    }


things = st.lists(
    st.tuples(st.booleans(), st.integers(-100, 500), st.sampled_from(["arag", "vhv"])), min_size=1, max_size=6
)


@given(things)
def test_of_several_the_most_urgent_is_shown_and_all_are_counted(drawn: list[tuple[bool, int, str]]) -> None:
    """Whatever stands in a cell, it is the worst of its parts alone, in any order, and nothing gets lost."""
    pairs = [pair(i, days, provider=who) for i, (is_pair, days, who) in enumerate(drawn) if is_pair]
    links = [link(i, days, provider=who) for i, (is_pair, days, who) in enumerate(drawn) if not is_pair]
    found = row(pairs, links, NOW, BERLIN)
    alone = [
        *(next(iter(row([one], (), NOW, BERLIN).items())) for one in pairs),
        *(next(iter(row((), [one], NOW, BERLIN).items())) for one in links),
    ]
    assert sum(one.of for one in found.values()) == len(drawn)
    for provider, shown in found.items():
        parts = [part for who, part in alone if who == provider]
        rank = min(STATES.index(part.state) for part in parts)
        worst = [part for part in parts if STATES.index(part.state) == rank]
        assert shown.state == STATES[rank]
        assert shown.days_left == min(part.days_left or 0 for part in worst)
        assert shown.of == len(parts)
    assert row(pairs[::-1], links[::-1], NOW, BERLIN) == found
