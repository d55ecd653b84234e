"""The dates of mails: what is understood, and what is not believed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.mail.dates import YEARS, Moment, moment

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = datetime(2019, 9, 30, 5, 31, tzinfo=UTC)

TO_THE_MINUTE = [
    "Montag, 30. September 2019 07:31",
    "Montag, den 30. September 2019 um 07:31 Uhr",
    "Montag, den 30.09.2019 um 07:31 Uhr",
    "Montag, 30. September 2019 um 07.31 Uhr",
    "Mo., 30. Sept. 2019 um 07:31 Uhr",
    "Mo., 30.09.2019, 07:31",
    "30.09.2019 um 07:31",
    "30.09.19, 07:31",
    "30.9.2019 7:31",
    "07:31 Uhr am 30.09.2019",
    "30. September 2019 um 07:31 MESZ",
    "Mon, Sep 30, 2019 at 7:31 AM",
    "Mon, Sep 30, 2019 at 7:31\u202fAM",
    "Monday, September 30, 2019 7:31 AM",
    "Monday, September 30th, 2019 7:31 a.m.",
    "Monday, 30 September 2019 07:31",
    "30 September 2019 at 07:31 CEST",
    "30 September 2019 at 06:31 BST",
    "Mon, 30 Sep 2019 07:31:00 +0200",
    "Mon, 30 Sep 2019 05:31:00 -0000",
    "Mon, 30 Sep 2019 05:31:00 +0000 (UTC)",
    "Montag, 30. September 2019, 01:31:00 -0400",
    "30.09.19  06:31  (GMT+01:00)",
    "September 30, 2019 at 7:31:00 AM GMT+2",
    "2019-09-30 07:31",
    "2019-09-30T05:31:00Z",
    "2019-09-30T05:31:00.123Z",
    "2019/09/30 07:31",
    "30/09/2019 07:31",
    "09/30/2019 7:31 AM",
    "9/30/19 7:31 AM",
    "Mon, 30 Sep 19 07:31:00 +0200",
    "\u200e30.\u00a0September 2019 07:31",
]
DAY_ONLY = ["Montag, 30. September 2019", "30.09.2019", "Monday, September 30, 2019", "30.09.2019 um 25:99 Uhr"]
REFUSED = [
    "10/09/2019 07:31",
    "31/31/2019 07:31",
    "1/2/19",
    "30.09. 07:31",
    "30.09. 19 Uhr",
    "30 Sep 07:31",
    "31. Februar 2020 07:31",
    "30.09.2019 und 01.10.2019",
    "01/10/2019 oder 30.09.2019",
    "30.09.1999 07:31",
    "30.09.2191 07:31",
    "September 2019",
    "Montag, 07:31",
    "heute um 07:31",
    "192.168.20.19",
    "",
]


@pytest.mark.parametrize("written", TO_THE_MINUTE)
def test_a_date_with_its_time_is_read(written: str) -> None:
    """German and English dates of mail programs are one and the same minute."""
    assert moment(written, BERLIN) == Moment(MINUTE, precise=True)


def test_with_an_american_clock_the_month_comes_first() -> None:
    """10/09/2019 7:31 AM is the ninth of October: whoever writes the day first counts 24 hours."""
    assert moment("10/09/2019 7:31 AM CEST", BERLIN) == Moment(datetime(2019, 10, 9, 5, 31, tzinfo=UTC), precise=True)


@pytest.mark.parametrize("written", DAY_ONLY)
def test_a_day_is_its_midnight(written: str) -> None:
    """Where no usable time is told, it is the day's first moment in the given zone, and said to be no more."""
    assert moment(written, BERLIN) == Moment(datetime(2019, 9, 29, 22, tzinfo=UTC), precise=False)


@pytest.mark.parametrize("written", REFUSED)
def test_what_is_no_date_for_sure_is_refused(written: str) -> None:
    """Ambiguous, impossible and incomplete dates are not guessed."""
    assert moment(written, BERLIN) is None


def test_noon_and_midnight_in_english() -> None:
    """12 AM is midnight and 12 PM is noon."""
    assert moment("Sep 30, 2019 12:00 AM", UTC) == Moment(datetime(2019, 9, 30, tzinfo=UTC), precise=True)
    assert moment("Sep 30, 2019 12:00 PM", UTC) == Moment(datetime(2019, 9, 30, 12, tzinfo=UTC), precise=True)


def test_an_hour_that_comes_twice_is_the_earlier_one() -> None:
    """In the night when the clocks go back the earlier of two moments is taken: a deadline is never too late."""
    assert moment("27.10.2019 02:30", BERLIN) == Moment(datetime(2019, 10, 27, 0, 30, tzinfo=UTC), precise=True)


@given(st.text(max_size=400))
def test_any_text_is_a_moment_in_utc_or_none(written: str) -> None:
    """No text makes the reader fail, and what it gives is aware and within the years that are believed."""
    found = moment(written, BERLIN)
    assert found is None or (found.at.tzinfo is UTC and YEARS[0] - 1 <= found.at.year <= YEARS[-1] + 1)


@given(st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)).map(lambda d: d.replace(microsecond=0)))  # noqa: DTZ001
def test_what_programs_write_is_read_back(at: datetime) -> None:
    """Every moment survives the RFC 5322 form, the German numeric form and ISO 8601."""
    aware = at.replace(tzinfo=UTC)
    for written in (f"{at:%a, %d %b %Y %H:%M:%S} +0000", f"{at:%d.%m.%Y um %H:%M:%S} UTC", f"{at:%Y-%m-%dT%H:%M:%SZ}"):
        assert moment(written, BERLIN) == Moment(aware, precise=True)
