"""The report as a calendar (RFC 5545): one entry a day that matters, with alarms before it.

What each program makes of it, as their makers write: Outlook wants ``DTSTAMP`` and its own properties for a whole day
that keeps nobody busy; it and others take an entry with a known ``UID`` and a higher ``SEQUENCE`` for the newer one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from icalendar import Alarm, Calendar, Event, vDuration

from cli.texts import _, ngettext
from vault.model.ids import SHORT
from vault.model.leaving import unlinked
from vault.model.shown import shown
from vault.operations.dates import Day

MARK = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//certvault//report//"
"""How every such calendar begins."""
MORNING = timedelta(hours=9)
"""When an alarm goes off on its day."""
_BEGIN, _END = b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n"


class Made(NamedTuple):
    """Of which vault the calendar is, when it was made, its ``today``, what people call the providers, and whether
    holders are named."""

    vault: str
    at: datetime
    today: date
    titles: Mapping[str, str]
    names: bool


def lines(made: Made, days: Iterable[Day]) -> Iterator[str]:
    """The calendar, entry by entry."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//certvault//report//EN")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("certvault: certificates"))
    calendar.add("x-published-ttl", vDuration(timedelta(days=1)))
    begin, end = calendar.to_ical().decode().split("END:", 1)
    yield begin
    for day in days:
        yield _entry(made, day)
    yield "END:" + end


def _entry(made: Made, day: Day) -> str:
    whose = _whose(made, day)
    event = Event()
    event.add("uid", f"{day.id}@{made.vault}.certvault")
    event.add("last-modified", day.last.at)
    event.add("sequence", day.last.number)
    event.add("dtstart", day.day)
    event.add("dtend", day.day + timedelta(days=1))
    event.add("summary", _settled(_what(day, whose), day))
    event.add("description", _step(day))
    text: bytes = event.to_ical()
    alarms = b"" if day.settled else b"".join(_alarm(early) for early in _early(day, made.today))
    return (text.removesuffix(_END) + _same(made.at, settled=day.settled) + alarms + _END).decode()


@cache
def _same(at: datetime, *, settled: bool) -> bytes:
    """What every entry says, made once: most of the time goes into making lines."""
    event = Event()
    event.add("dtstamp", at)
    event.add("status", "CANCELLED" if settled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("x-microsoft-cdo-alldayevent", "TRUE")
    event.add("x-microsoft-cdo-busystatus", "FREE")
    text: bytes = event.to_ical()
    return text.removeprefix(_BEGIN).removesuffix(_END)


def _early(day: Day, today: date) -> Iterator[int]:
    """The alarms ahead, and the last one that is past: who was away hears of that one alone. Somebody who took note
    hears again on the day that he named."""
    noted = day.quiet is not None and day.quiet > today
    left = (day.day - (day.quiet if noted and day.quiet else today)).days
    if left >= 0:
        past = [left] if noted else [early for early in day.early if early >= left]
        yield from [*past[-1:], *(early for early in day.early if early < left)]


@cache
def _alarm(early: int) -> bytes:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", ngettext("Certificates: {n} day left", "Certificates: {n} days left", early))
    alarm.add("trigger", MORNING - timedelta(days=early))
    text: bytes = alarm.to_ical()
    return text


def _whose(made: Made, day: Day) -> str:
    provider = unlinked(shown(made.titles.get(day.provider, day.provider)))
    if day.holder is None:
        return ", ".join((_("holder not known yet"), provider))
    return f"{unlinked(shown(day.holder.name)) if made.names else day.holder.id[:SHORT]}, {provider}"


def _what(day: Day, whose: str) -> str:
    if day.about == "certificate":
        return _("Certificate runs out: {whose}").format(whose=whose)
    return _("Download link is deleted: {whose}").format(whose=whose)


def _settled(what: str, day: Day) -> str:
    return _("Settled: {what}").format(what=what) if day.settled else what


def _step(day: Day) -> str:
    command = "show" if day.about == "certificate" else "fetch"
    return f"certvault {command} {day.id[:SHORT]}"
