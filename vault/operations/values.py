"""What makes of a typed value the one that a setting keeps. Each raises Usage for a value that cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from vault.errors import N_, Phrase, Usage
from vault.model.thresholds import FURTHEST, thresholds

LONGEST_RETENTION = 36500
LONGEST_LINE = 120
_NONE: Mapping[str, str] = {}


def timezone(value: str) -> str:
    """A time zone of the IANA database."""
    if zone_of(value) is None:
        raise Usage(what=Phrase(N_("{value} is no time zone; write for example Europe/Berlin"), value=value))
    return value


def server(value: str) -> str:
    """The name of a server, in small letters."""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,253}", value):
        raise Usage(what=Phrase(N_("{value} is no name of a mail server"), value=value))
    return value.lower()


def days(value: str) -> str:
    """A number of days."""
    if not is_days(value):
        what = N_("{value} is no number of days from 0 to {highest}")
        raise Usage(what=Phrase(what, value=value, highest=LONGEST_RETENTION))
    return str(int(value))


def is_days(value: str) -> bool:
    """Whether it is a number of days that a setting can have."""
    return value.isascii() and value.isdecimal() and len(value) < 10 and int(value) <= LONGEST_RETENTION


def thresholds_of(value: str) -> str:
    """Numbers of days, the largest first."""
    try:
        return written(thresholds(value))
    except ValueError:
        what = N_("{value} are no numbers of days from 1 to {highest}; write for example 60 30 14 7 3 1")
        raise Usage(what=Phrase(what, value=value, highest=FURTHEST)) from None


def written(days: tuple[int, ...]) -> str:
    """Thresholds as a setting keeps them."""
    return " ".join(map(str, days))


def addresses(value: str) -> str:
    """Mail addresses, in small letters."""
    addresses = value.replace(",", " ").split()
    for address in addresses:
        local, at, host = address.rpartition("@")
        if not (local and at and host):
            raise Usage(what=Phrase(N_("{value} is no mail address"), value=address))
    return " ".join(addresses).lower()


def line(value: str) -> str:
    """A line of text that stands on a sheet."""
    if len(value) > LONGEST_LINE:
        raise Usage(what=Phrase(N_("that is longer than {limit} characters"), limit=LONGEST_LINE))
    return value


def zone_of(name: str) -> ZoneInfo | None:
    """The time zone of this name, or None."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


def one_of(*words: str, also: Mapping[str, str] = _NONE) -> Callable[[str], str]:
    """A check for one of these words, or one of what they are ``also`` called; blind to case."""

    def checked(value: str) -> str:
        wanted = also.get(value.lower(), value)
        for word in words:
            if word.lower() == wanted.lower():
                return word
        raise Usage(what=Phrase(N_("{value} is none of: {words}"), value=value, words=", ".join((*words, *also))))

    return checked
