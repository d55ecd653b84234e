"""The dates of mails as German and English mail programs write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

YEARS = range(2000, 2101)
"""The years that are believed; the insurers' certificate services are younger."""

_NAMES = """
    jan januar january jän jänner; feb februar february; mär märz maerz mrz mar march; apr april; mai may;
    jun juni june; jul juli july; aug august; sep sept september; okt oktober oct october; nov november;
    dez dezember dec december
"""
_MONTHS = {word: number for number, words in enumerate(_NAMES.split(";"), 1) for word in words.split()}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY, _YEAR = r"(?<![\d.:/-])(?P<day>\d{1,2})", r"(?P<year>\d{4})(?!\d)"
_SHORT_YEAR = r"(?P<year>\d{4}(?!\d)|\d{2}(?= \d{1,2}:))"
_DATES = tuple(
    re.compile(form, re.ASCII if form.isascii() else 0)
    for form in (
        rf"{_DAY}\.?(?:st|nd|rd|th)?[ -]?(?:of )?{_MONTH},?[ -]?{_SHORT_YEAR}",
        rf"\b{_MONTH} {_DAY}(?:st|nd|rd|th)?,? {_YEAR}",
        rf"{_DAY}\. ?(?P<month>\d{{1,2}})\. ?(?P<year>\d{{4}}|\d{{2}})(?![\d.:]| ?uhr)",
        r"(?<!\d)(?P<year>\d{4})(?P<between>[-/])(?P<month>\d{2})(?P=between)(?P<day>\d{2})(?!\d)",
    )
)
_SLASHES = re.compile(r"(?<!\d)(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4}|\d{2})(?!\d)")
_HALF = re.compile(r"\d ?[ap]\.?m\b")
_TIME = re.compile(
    r"(?<![\d.:])(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?(?![\d:])(?:\.\d+)?"
    r" ?(?P<half>[ap]\.?m\b\.?)?(?: ?uhr\b| ?h\b)?(?P<rest>.{0,20})"
)
_OFFSET = re.compile(r"^[ (]{0,3}(?:gmt|utc)? ?(?P<sign>[+\u2212-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?!\d)")
_ZONE = re.compile(r"^[ (]{0,3}(?P<name>[a-z]{1,4})\b")
_ZONES = {"mesz": 2, "cest": 2, "mez": 1, "cet": 1, "gmt": 0, "utc": 0, "ut": 0, "z": 0, "wez": 0, "wet": 0, "bst": 1}
_ZONES |= {"oez": 2, "eet": 2, "oesz": 3, "eest": 3, "wesz": 1, "west": 1}
_ZONES |= {"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7}


class Moment(NamedTuple):
    """When a mail was sent, in UTC. Where only the day is known ``precise`` is false and it is that day's midnight."""

    at: datetime
    precise: bool


def moment(text: str, zone: tzinfo) -> Moment | None:
    """The moment that ``text`` tells, read in ``zone`` where it names none itself; None where it is no date for sure.

    Refused: 01/10/2019, unless its clock has AM or PM (Britons and Americans differ), days that do not exist, several
    dates, years outside :data:`YEARS`. A weekday is not compared.
    """
    plain = _without_slashes(" ".join(text[:300].lower().replace("\u200e", "").replace("\u200f", "").split()))
    days = {found for form in _DATES for m in form.finditer(plain) if (found := _day(m)) is not None}
    if len(days) != 1 or _SLASHES.search(plain):
        return None
    (day,) = days
    first = min(m.start() for form in _DATES for m in form.finditer(plain))
    return (
        _timed(day, _without_dates(plain[first:]), zone)
        or _timed(day, _without_dates(plain[:first]), zone)
        or day_only(day, zone)
    )


def day_only(day: date, zone: tzinfo) -> Moment:
    """The first moment of ``day`` in ``zone``."""
    return Moment(datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC), precise=False)


def _day(found: re.Match[str]) -> date | None:
    month = _MONTHS.get(found["month"]) or int(found["month"])
    year = int(found["year"]) + (2000 if len(found["year"]) == 2 else 0)
    try:
        return date(year, month, int(found["day"])) if year in YEARS else None
    except ValueError:
        return None


def _without_slashes(text: str) -> str:
    """``text`` with 30/09/2019 and 09/30/2019 turned round; what may be either stays, unless its clock is American."""
    is_american = _HALF.search(text) is not None

    def turned(found: re.Match[str]) -> str:
        first, second, year = (int(found[name]) for name in ("first", "second", "year"))
        if first <= 12 and second <= 12 and not is_american:
            return found[0]
        month, day = (second, first) if first > 12 else (first, second)
        return f"{year + 2000 if year < 100 else year}-{month:02}-{day:02}"

    return _SLASHES.sub(turned, text)


def _without_dates(text: str) -> str:
    for form in _DATES:
        text = form.sub(" ", text)
    return text.replace("t", " ", 1) if text.startswith(" t") else text


def _timed(day: date, text: str, zone: tzinfo) -> Moment | None:
    found = _TIME.search(text)
    if found is None:
        return None
    hour, half = int(found["hour"]), (found["half"] or "")[:1]
    if half and not 1 <= hour <= 12:
        return None
    hour = hour % 12 + (12 if half == "p" else 0) if half else hour
    try:
        local = datetime(day.year, day.month, day.day, hour, int(found["minute"]), int(found["second"] or 0))  # noqa: DTZ001
    except ValueError:
        return None
    return Moment(local.replace(tzinfo=_zone(found["rest"]) or zone).astimezone(UTC), precise=True)


def _zone(rest: str) -> timezone | None:
    """The zone that is named behind a time."""
    if offset := _OFFSET.match(rest):
        distance = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        return timezone(distance if offset["sign"] == "+" else -distance) if distance < timedelta(hours=15) else None
    named = _ZONE.match(rest)
    hours = _ZONES.get(named["name"]) if named else None
    return None if hours is None else timezone(timedelta(hours=hours))
