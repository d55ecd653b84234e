"""Moments and calendar days.

A moment is an aware ``datetime`` in UTC with whole seconds. Text form: ISO 8601 with ``Z``.
"""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def utc(moment: datetime) -> datetime:
    """``moment`` in UTC, whole seconds. Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def text(moment: datetime) -> str:
    """``2026-11-22T07:40:00Z``."""
    return f"{utc(moment):%Y-%m-%dT%H:%M:%SZ}" if moment.year >= 1000 else utc(moment).isoformat()[:19] + "Z"


def moment(written: str) -> datetime:
    """The inverse of :func:`text`. Raises ValueError."""
    return utc(datetime.fromisoformat(written))


def local(moment: datetime, zone: tzinfo) -> datetime:
    """``moment`` in ``zone``; in UTC where the calendar ends, for 9999-12-31T23:59:59Z is a date in certificates.

    Source: RFC 5280, section 4.1.2.5: the value for a certificate without a well-defined expiration date.
    """
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def days_between(start: datetime, end: datetime, zone: tzinfo) -> int:
    """Calendar days from ``start`` to ``end`` as a wall calendar in ``zone`` counts them; 0 is the same day."""
    return (local(end, zone).date() - local(start, zone).date()).days
