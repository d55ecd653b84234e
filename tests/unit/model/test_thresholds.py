"""How early people are told, and on which day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.model.thresholds import (
    CERTIFICATE,
    Days,
    brought_forward,
    crossed,
    early,
    next_crossing,
    thresholds,
    weekend,
)
from vault.model.times import local

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(days=-900), timedelta(days=900)).map(lambda span: NOW + span)
STEPS = st.lists(st.integers(1, 400), min_size=1, max_size=8, unique=True).map(lambda days: tuple(sorted(days)[::-1]))
FREE = st.sets(st.dates(date(2024, 1, 1), date(2029, 1, 1)), max_size=60)


@pytest.mark.parametrize(
    ("days", "told"),
    [(90, None), (60, 60), (31, 60), (30, 30), (8, 14), (7, 7), (1, 1), (0, 0), (-6, 0), (-7, -7), (-20, -14)],
)
def test_the_tightest_threshold_behind_is_told(days: int, told: int | None) -> None:
    """60, 30, 14, 7, 3, 1, then 0, then one for each week."""
    assert crossed(NOW + timedelta(days=days), CERTIFICATE, NOW, BERLIN, lambda _day: False) == told


def test_a_day_on_which_nobody_works_is_brought_forward() -> None:
    """What falls on Sunday is told on Friday, and where Friday is a holiday, on Thursday."""
    sunday = date(2026, 11, 22)
    assert brought_forward(sunday, weekend) == date(2026, 11, 20)
    assert brought_forward(sunday, lambda day: weekend(day) or day.day == 20) == date(2026, 11, 19)
    assert brought_forward(sunday, lambda _day: True) == sunday
    end = datetime(2026, 11, 29, 12, tzinfo=UTC)  # seven days after a Sunday
    assert crossed(end, (7,), datetime(2026, 11, 20, 7, tzinfo=UTC), BERLIN) == 7
    assert crossed(end, (7,), datetime(2026, 11, 19, 7, tzinfo=UTC), BERLIN) is None


@given(MOMENTS, STEPS, MOMENTS, st.timedeltas(timedelta(), timedelta(days=900)), FREE)
def test_more_time_never_makes_it_less_tight(
    end: datetime, days: tuple[int, ...], at: datetime, later: timedelta, free: set[date]
) -> None:
    """Whatever the thresholds, the zone's clock changes and the holidays."""
    before, after = (crossed(end, days, moment, BERLIN, free.__contains__) for moment in (at, at + later))
    assert before is None or (after is not None and after <= before)


@given(MOMENTS, STEPS, MOMENTS, FREE)
def test_the_next_crossing_is_the_moment_from_which_more_is_told(
    end: datetime, days: tuple[int, ...], at: datetime, free: set[date]
) -> None:
    """Not before it, and then: so a job that sleeps until then misses nothing."""
    moment = next_crossing(end, days, at, BERLIN, free.__contains__)
    assert moment > at
    now = crossed(end, days, at, BERLIN, free.__contains__)
    if moment - at > timedelta(seconds=1):
        assert crossed(end, days, moment - timedelta(seconds=1), BERLIN, free.__contains__) == now
    then = crossed(end, days, moment, BERLIN, free.__contains__)
    assert then is not None
    assert (now is None or then < now) or local(moment, BERLIN).date() == local(end, BERLIN).date() == local(at, BERLIN)


@given(MOMENTS, STEPS, FREE)
def test_every_threshold_is_told_in_time(end: datetime, days: tuple[int, ...], free: set[date]) -> None:
    """On its day at the latest: bringing forward never makes it late."""
    for each in days:
        day = local(end, BERLIN).date() - timedelta(days=each)
        told = crossed(end, days, datetime.combine(day, time(23, 59), BERLIN), BERLIN, free.__contains__)
        assert told is not None
        assert told <= each


@pytest.mark.parametrize("end", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)])
def test_the_ends_of_the_calendar_are_dates_too(end: datetime) -> None:
    """Certificates name any: nothing is told of the far one, and the other has run out for long."""
    assert next_crossing(end, CERTIFICATE, NOW, BERLIN) > NOW
    told = crossed(end, CERTIFICATE, NOW, BERLIN)
    assert told is None if end > NOW else (told is not None and told < -700_000)


def test_the_nearest_choice_counts() -> None:
    """Holder before provider, provider before vault, vault before the renewal window, window before the usual."""
    days = Days(CERTIFICATE, (50,), {("provider", "arag"): (40,), ("holder", "H"): (20,)})
    assert (days.of("arag", "H"), days.of("arag", "X"), days.of("vhv", "X")) == ((20,), (40,), (50,))
    assert days.of("vhv", None, window=90) == (50,)
    assert Days(CERTIFICATE).of("vhv", "X") == CERTIFICATE
    assert Days(CERTIFICATE).of("vhv", "X", window=90) == (90, 30, 14, 7, 3, 1)
    assert Days(CERTIFICATE).of("vhv", "X", window=20) == (20, 14, 7, 3, 1)


@pytest.mark.parametrize("wrong", ["", "0", "sixty", "60;30", "3651", "-1", "6 0x", " ".join(["1"] * 21), "٣"])
def test_what_is_no_threshold_is_refused(wrong: str) -> None:
    """Whole days from 1 to ten years, at most twenty of them."""
    with pytest.raises(ValueError, match=r".*"):
        thresholds(wrong)


def test_thresholds_are_read_in_any_order() -> None:
    """Each once, largest first."""
    assert thresholds("7, 30 7,90") == (90, 30, 7)


@given(date_=MOMENTS, days=STEPS, free=FREE)
def test_how_early_is_a_working_day(date_: datetime, days: tuple[int, ...], free: set[date]) -> None:
    """Never later than asked for, on a day on which somebody works, each once, the furthest first."""
    last = local(date_, BERLIN).date()
    found = early(date_, days, BERLIN, lambda day: day in free or weekend(day))
    assert list(found) == sorted(set(found), reverse=True)
    assert all(min(one - each for one in found if one >= each) < 31 for each in days)
    assert all(last - timedelta(days=one) not in free for one in found)


def test_early_where_the_calendar_begins() -> None:
    """A certificate of the year 1 breaks nothing."""
    assert early(datetime(1, 1, 2, tzinfo=UTC), (7, 1), UTC, lambda _day: False) == (1,)
