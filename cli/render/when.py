"""Days as people read them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from cli.texts import _, language, ngettext
from vault.model.times import local


def day(moment: datetime, zone: tzinfo) -> str:
    """The calendar day of ``moment`` in ``zone``: 22.11.2026 in German, 2026-11-22 in English."""
    there = local(moment, zone)
    if language() == "de":
        return f"{there.day:02}.{there.month:02}.{there.year:04}"
    return f"{there.year:04}-{there.month:02}-{there.day:02}"


def minute(moment: datetime, zone: tzinfo) -> str:
    """The day and the time of day of ``moment`` in ``zone``."""
    there = local(moment, zone)
    return f"{day(moment, zone)} {there.hour:02}:{there.minute:02}"


def beginning(moment: datetime, zone: tzinfo) -> str:
    """The day of ``moment`` in ``zone`` where it is the first of that day, else the time of day too."""
    there = local(moment, zone)
    return minute(moment, zone) if there.hour or there.minute else day(moment, zone)


def days(count: int) -> str:
    """How far away a day is: today, in 5 days, 3 days ago."""
    if count == 0:
        return _("today")
    if count == 1:
        return _("tomorrow")
    if count == -1:
        return _("yesterday")
    return (
        ngettext("in {n} day", "in {n} days", count) if count > 0 else ngettext("{n} day ago", "{n} days ago", -count)
    )
