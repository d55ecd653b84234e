"""Whom people are told by, and what is news to them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.model.test_ack import noted
from tests.unit.model.test_due import link, pair
from vault.model.due import RANK, Severity, of_certificate
from vault.model.reminder import Calendar, Crossing, People, address, news
from vault.model.thresholds import CERTIFICATE, LINK, Days, weekend

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
CALENDAR = Calendar(BERLIN, Days(CERTIFICATE), Days(LINK), {"vhv": 90}, weekend)
STEPS = st.lists(st.timedeltas(timedelta(minutes=1), timedelta(days=40)), min_size=1, max_size=25)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sommer@agentur.example", "sommer@agentur.example"),
        ("Petra Sommer <Sommer@Agentur.example>", "sommer@agentur.example"),
        ("Petra Sommer", None),
        ("", None),
        ("a@b.example c@d.example", None),
        ("a@b.example\r\nBcc: all@evil.example", None),
        ("a@b.example\x00", None),
        ("@", None),
        ("x" * 400 + "@b.example", None),
    ],
)
def test_who_is_responsible_is_told_where_it_is_one_address(text: str, found: str | None) -> None:
    """A name, two addresses, or what would end a line of a mail is none."""
    assert address(text) == found


@given(STEPS, st.floats(1, 300), st.one_of(st.none(), st.floats(1, 300)))
def test_nothing_is_told_twice_and_nothing_is_left_out(
    steps: list[timedelta], days: float, deadline: float | None
) -> None:
    """However runs are missed: each is told once at most, only tighter ones follow, and the last is the tightest."""
    told: list[Crossing] = []
    at = NOW
    for step in steps:
        at += step
        new = link(days=deadline) if deadline is not None and NOW + timedelta(days=deadline) > at else None
        crossings = CALENDAR.crossings(of_certificate(pair(days=days), at, BERLIN, new), {}, at)
        fresh = news(crossings, told)
        assert not set(fresh) & set(told)
        for one in fresh:
            assert all(one.threshold < before.threshold for before in told if before[:3] == one[:3])
        told += fresh
        assert all(any(one.covers(each) for one in told) for each in crossings)
        assert news(crossings, told) == []


@given(STEPS, st.floats(1, 300))
def test_waiting_for_the_next_moment_misses_nothing(steps: list[timedelta], days: float) -> None:
    """Between a run and the moment that it names, nothing more is crossed."""
    at = NOW
    for step in steps:
        due = of_certificate(pair(days=days), at, BERLIN)
        before = CALENDAR.next(due, at) - timedelta(seconds=1)
        if before > at:
            assert CALENDAR.crossings(due, {}, before) == CALENDAR.crossings(due, {}, at)
        at += step


def test_another_date_is_another_reminder() -> None:
    """What was told of one date says nothing of the next, and a looser threshold nothing of a tighter one."""
    one = Crossing("backup", "V", NOW, 0)
    assert news([one], [one]) == []
    assert news([one], [one._replace(date=NOW - timedelta(days=1))]) == [one]
    assert news([one], [one._replace(threshold=7)]) == [one]
    assert news([one], [one._replace(threshold=-7)]) == []


def test_a_window_of_the_provider_counts() -> None:
    """A certificate of that provider is told from the day on which a new one can be had."""
    due = of_certificate(pair(days=85, provider="vhv"), NOW, BERLIN)
    assert [one.threshold for one in CALENDAR.crossings(due, {}, NOW)] == [90]
    assert CALENDAR.crossings(of_certificate(pair(days=85), NOW, BERLIN), {}, NOW) == []


@given(st.floats(-30, 100), st.one_of(st.none(), st.floats(-10, 30)))
def test_people_are_told_as_urgently_as_it_is_or_more_so(days: float, deadline: float | None) -> None:
    """Bringing forward never makes a thing less urgent, and never says of what has not run out that it has."""
    due = of_certificate(pair(days=days), NOW, BERLIN, None if deadline is None else link(days=deadline))
    told = CALENDAR.told(due, NOW)
    assert RANK[told.severity] >= RANK[due.severity]
    assert (told.severity == "expired") == (due.severity == "expired")
    assert told._replace(severity=due.severity) == due


def test_what_was_noted_of_one_date_leaves_the_other() -> None:
    """Of a certificate and its successor's link only the one is quiet that was noted."""
    both = of_certificate(pair(days=20), NOW, BERLIN, link(days=5))
    found = CALENDAR.crossings(both, noted("certificate-expiry", "P", NOW), NOW)
    assert [(one.kind, one.id) for one in found] == [("link-deletion", "K")]


@pytest.mark.parametrize(
    ("severity", "responsible", "told"),
    [
        ("warning", "", ["o@a.example"]),
        ("warning", "s@a.example", ["s@a.example"]),
        ("critical", "s@a.example", ["s@a.example", "b@a.example"]),
        ("expired", "b@a.example", ["b@a.example"]),
    ],
)
def test_who_is_told(severity: Severity, responsible: str, told: list[str]) -> None:
    """Who is responsible, else the office; more from a severity on; nobody twice."""
    due = of_certificate(pair(), NOW, BERLIN)._replace(severity=severity)
    assert People(("o@a.example",), ("b@a.example",)).of(due, responsible) == told
    assert People().of(due, "") == []
