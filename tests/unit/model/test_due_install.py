"""When a pair that is not installed yet needs somebody, and how urgently."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.register import a_target, an_id, an_installation
from vault.model.due import CERTIFICATE_CRITICAL, RANK, of_installation
from vault.model.target import Installation

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - as bounds
TARGET = a_target(1)


def old(until: datetime) -> Installation:
    """Where a superseded pair is, which runs out then."""
    return an_installation(1, pair=an_id(9), until=until, at=until - 300 * DAY, by="petra")


@given(MOMENTS, st.integers(0, 400), st.integers(1, 90))
def test_it_is_the_more_urgent_the_sooner_the_old_one_runs_out(at: datetime, left: int, warning: int) -> None:
    """In good time, soon, urgent, never back, and never too late: then it needs nobody."""
    severities = [
        of_installation(old(at + left * DAY - passed * DAY + DAY), TARGET, at, BERLIN, warning=warning).severity
        for passed in range(left + 1)
    ]
    ranks = [RANK[one] for one in severities]
    assert ranks == sorted(ranks)
    assert "expired" not in severities
    assert severities[-1] == "critical"


@given(MOMENTS, st.integers(1, 400))
def test_it_is_about_the_end_of_the_old_one(at: datetime, left: int) -> None:
    """Its date; what to do is to install the pair that is wanted, at the place that it names."""
    due = of_installation(old(at + left * DAY), TARGET, at, BERLIN)
    assert (due.kind, due.id, due.holder, due.date, due.old) == (
        "install",
        an_installation(1).id,
        TARGET.holder,
        at + left * DAY,
        True,
    )
    assert (due.do, due.ref, due.target) == ("install", an_id(1), TARGET)
    assert abs(due.days_left - left) <= 1
    assert (due.severity == "critical") == (due.days_left <= CERTIFICATE_CRITICAL)


@given(MOMENTS, st.integers(0, 4000))
def test_where_none_ever_was_it_waits_since_it_belongs_there(at: datetime, days: int) -> None:
    """As a warning, from the day on which it was said."""
    due = of_installation(an_installation(1, since=at - days * DAY), TARGET, at, BERLIN)
    assert (due.severity, due.date, due.old) == ("warning", at - days * DAY, False)
    assert due.days_left <= 0


@given(st.sampled_from([None, an_id(1), an_id(2)]), st.sampled_from([None, an_id(1)]), st.booleans())
def test_what_is_open_is_what_is_wanted_and_not_there(pair: str | None, wanted: str | None, dropped: bool) -> None:
    """For scripts and for people the same: open is never what has the current one, was dropped, or has none to get."""
    now = datetime(2026, 1, 1, tzinfo=UTC)
    one = an_installation(1, pair=pair, wanted=wanted, dropped=now if dropped else None)
    assert one.open == (not dropped and wanted is not None and one.state != "current")
    assert (one.state == "missing") == (pair is None)
