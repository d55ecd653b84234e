"""When the file behind a link is deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from vault.model.deadlines import deadline

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_known_time_counts_days_of_24_hours() -> None:
    """Where the minute of the mail is known, a day is 24 hours, over a change of clocks too."""
    received = datetime(2019, 10, 20, 5, 31, tzinfo=UTC)
    assert deadline(received, 21, True, BERLIN) == datetime(2019, 11, 10, 5, 31, tzinfo=UTC)


def test_a_known_day_counts_days_of_the_calendar() -> None:
    """Where only the day is known, the deadline is the midnight that begins the last day, over a change of clocks."""
    received = datetime(2019, 10, 19, 22, tzinfo=UTC)
    assert deadline(received, 21, False, BERLIN) == datetime(2019, 11, 9, 23, tzinfo=UTC)


def test_a_day_that_is_not_at_midnight_is_its_day() -> None:
    """Of a moment that is not precise only the local day counts: the deadline is the earliest that it can be."""
    assert deadline(datetime(2019, 9, 30, 5, 31, tzinfo=UTC), 21, False, BERLIN) == datetime(
        2019, 10, 20, 22, tzinfo=UTC
    )


def test_what_is_not_deleted_has_no_deadline() -> None:
    """A provider that keeps its files has no deadline."""
    assert deadline(datetime(2019, 9, 30, tzinfo=UTC), None, True, BERLIN) is None


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)), st.integers(1, 3650))  # noqa: DTZ001
def test_a_vague_deadline_is_never_later_than_the_precise_one(received: datetime, days: int) -> None:
    """Not knowing the time of day makes a deadline earlier, by less than a day and the shift of the clocks."""
    precise, vague = (deadline(received, days, known, BERLIN) for known in (True, False))
    assert precise is not None
    assert vague is not None
    assert timedelta(hours=-1) <= precise - vague < timedelta(hours=26)
