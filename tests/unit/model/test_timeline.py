"""What runs out in which month."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from vault.model.timeline import MONTHS, timeline

BERLIN = ZoneInfo("Europe/Berlin")
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59), timezones=st.just(UTC))  # noqa: DTZ001


def test_months_begin_with_this_one() -> None:
    """Eighteen of them, over the turn of the year; what ended is past, what comes after them is later."""
    ends = [
        AT - timedelta(days=3),
        AT,
        AT + timedelta(days=1),
        datetime(2026, 12, 31, 22, 30, tzinfo=UTC),  # still December in Berlin
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),  # January there
        datetime(2028, 4, 30, 21, 59, tzinfo=UTC),
        datetime(2028, 4, 30, 22, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    ]
    found = timeline(ends, AT, BERLIN)
    assert len(found.months) == MONTHS
    assert [month.first for month in found.months][:3] == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert found.months[-1] == (date(2028, 4, 1), 1)
    assert [month.ending for month in found.months][:4] == [1, 1, 1, 0]
    assert (found.past, found.later) == (2, 2)


@given(st.lists(MOMENTS), st.datetimes(datetime(1970, 1, 1), datetime(9990, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_everything_is_counted_once(ends: list[datetime], at: datetime) -> None:
    """Whatever the dates are: none is lost and none is told twice."""
    found = timeline(ends, at, BERLIN)
    assert found.past + sum(month.ending for month in found.months) + found.later == len(ends)
    assert found.past == sum(end <= at for end in ends)
