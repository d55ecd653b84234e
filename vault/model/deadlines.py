"""When a provider deletes the file behind a link."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo


def deadline(received: datetime, days: int | None, precise: bool, zone: tzinfo) -> datetime | None:
    """The moment, in UTC, at which a file is deleted ``days`` after its mail was ``received``. None where it never is.

    Where the time of the mail is known (``precise``), a day is 24 hours. Where only its day is known, ``days`` calendar
    days are counted from that day's midnight in ``zone``: the earliest that it can be.
    """
    if days is None:
        return None
    if precise:
        return (received + timedelta(days=days)).astimezone(UTC)
    day = received.astimezone(zone).date() + timedelta(days=days)
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)
