"""Days as people read them."""

from __future__ import annotations

from datetime import datetime, tzinfo

from cli.texts import _, language, ngettext


def day(moment: datetime, zone: tzinfo) -> str:
    """The calendar day of ``moment`` in ``zone``: 22.11.2026 in German, 2026-11-22 in English."""
    local = moment.astimezone(zone)
    if language() == "de":
        return f"{local.day:02}.{local.month:02}.{local.year:04}"
    return f"{local.year:04}-{local.month:02}-{local.day:02}"


def minute(moment: datetime, zone: tzinfo) -> str:
    """The day and the time of day of ``moment`` in ``zone``."""
    local = moment.astimezone(zone)
    return f"{day(moment, zone)} {local.hour:02}:{local.minute:02}"


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
