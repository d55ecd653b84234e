"""What the agency has set: its time zone, its own mail addresses, and how long old pairs stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from vault.custody import Custody, Watch
from vault.errors import N_, Phrase, Usage

if TYPE_CHECKING:
    from vault.ports.store import Reader

TIMEZONE = "timezone"
MAILBOX = "mailbox"
RETENTION = "retention"
MAIL_SERVER = "mail-server"
LONGEST_RETENTION = 36500
LONGEST = 4000
"""Characters of a value."""


class Setting(NamedTuple):
    """What can be set: its value where nobody set it, what makes of a typed value the one that is kept (it raises
    Usage), and one sentence on what it is for."""

    default: str
    checked: Callable[[str], str]
    says: str


class Value(NamedTuple):
    """A setting as it stands; not ``chosen`` where it is the default."""

    value: str
    chosen: bool


def zone(watch: Watch, reader: Reader) -> tzinfo:
    """The time zone in which the vault counts days.

    One that is none counts as not set, so that nobody who changes it past the program can keep a watch from warning.
    Raises SettingChanged where the root key is at hand and says that it was changed so.
    """
    return _zone_or_default(watch.setting(reader, TIMEZONE))


def zone_to_show(reader: Reader) -> tzinfo:
    """The same for showing days of what was done already, where a setting that was changed is no error."""
    return _zone_or_default(reader.setting(TIMEZONE))


def own_addresses(watch: Watch, reader: Reader) -> frozenset[str]:
    """The agency's own mail addresses, in small letters: none of them is ever a holder's. Raises SettingChanged."""
    return frozenset((watch.setting(reader, MAILBOX) or "").lower().split())


def mail_server(watch: Watch, reader: Reader) -> str:
    """The mail server whose word on a mail's sender counts, in small letters; empty where none is set.

    Raises SettingChanged.
    """
    return (watch.setting(reader, MAIL_SERVER) or "").lower()


def retention(custody: Custody, reader: Reader) -> timedelta:
    """How long a superseded or retired pair stays. Raises SettingChanged."""
    return timedelta(days=int(custody.setting(reader, RETENTION) or SETTINGS[RETENTION].default))


def standing(watch: Watch, reader: Reader, name: str) -> Value:
    """A setting as it stands. Raises SettingChanged, and Usage for one that there is not."""
    value = watch.setting(reader, _known(name))
    return Value(value or SETTINGS[name].default, bool(value))


def settings(watch: Watch, reader: Reader) -> dict[str, str]:
    """All settings with their values. Raises SettingChanged."""
    return {name: standing(watch, reader, name).value for name in SETTINGS}


def change(custody: Custody, name: str, value: str, *, at: datetime) -> None:
    """Set ``name`` to ``value``, authenticated and recorded. Raises Usage for a value that cannot be."""
    checked = SETTINGS[_known(name)].checked(_typed(value))
    _put(custody, name, checked, {"name": name, "value": checked}, at)


def unset(custody: Custody, name: str, *, at: datetime) -> None:
    """Let ``name`` have its default again. Recorded; it is kept empty, because a row that is not there proves nothing.

    Raises Usage.
    """
    _put(custody, _known(name), "", {"name": name}, at)


def _put(custody: Custody, name: str, value: str, told: dict[str, str], at: datetime) -> None:
    from vault.ledger.events import record  # every command reads settings, one writes them

    with custody.writing() as writer:
        writer.put_setting(name, value, custody.setting_auth(name, value))
        record(custody, writer, "setting-changed" if value else "setting-unset", at=at, **told)


def _known(name: str) -> str:
    if name not in SETTINGS:
        names = ", ".join(SETTINGS)
        raise Usage(what=Phrase(N_("there is no setting {name}; there are: {names}"), name=name, names=names))
    return name


def _typed(value: str) -> str:
    text = value.strip()
    if not text:
        hint = N_("To have the default again: certvault config unset NAME")
        raise Usage(what=N_("the value is empty"), hint=hint)
    if len(text) > LONGEST or not text.isprintable():
        raise Usage(what=N_("the value is too long, or has characters in it that cannot be seen"))
    return text


def _timezone(value: str) -> str:
    if _zone(value) is None:
        raise Usage(what=Phrase(N_("{value} is no time zone; write for example Europe/Berlin"), value=value))
    return value


def _server(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,253}", value):
        raise Usage(what=Phrase(N_("{value} is no name of a mail server"), value=value))
    return value.lower()


def _days(value: str) -> str:
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else LONGEST_RETENTION + 1
    if number > LONGEST_RETENTION:
        what = N_("{value} is no number of days from 0 to {highest}")
        raise Usage(what=Phrase(what, value=value, highest=LONGEST_RETENTION))
    return str(number)


def _addresses(value: str) -> str:
    addresses = value.replace(",", " ").split()
    for address in addresses:
        local, at, host = address.rpartition("@")
        if not (local and at and host):
            raise Usage(what=Phrase(N_("{value} is no mail address"), value=address))
    return " ".join(addresses).lower()


def _zone_or_default(name: str | None) -> tzinfo:
    return (_zone(name) if name else None) or ZoneInfo(SETTINGS[TIMEZONE].default)


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None


SETTINGS = {
    TIMEZONE: Setting("Europe/Berlin", _timezone, N_("Where days are counted, for example Europe/Berlin.")),
    MAILBOX: Setting("", _addresses, N_("The agency's own mail addresses: they are never a holder's.")),
    MAIL_SERVER: Setting(
        "",
        _server,
        N_(
            "The name with which your mail server begins its Authentication-Results, for example mx.agentur.example: "
            "what it says of a mail's sender is believed."
        ),
    ),
    RETENTION: Setting(
        "365", _days, N_("Days that a superseded or retired certificate stays before certvault purge takes it.")
    ),
}
"""Every setting. All are kept with an authentication that takes the root key."""
