"""What the agency has set: its time zone, its own mail addresses, and how long old pairs stay."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from vault.custody import Custody, Watch
from vault.errors import N_, Phrase, Usage
from vault.ports.store import Reader

TIMEZONE = "timezone"
MAILBOX = "mailbox"
RETENTION = "retention"
DEFAULTS = {TIMEZONE: "Europe/Berlin", MAILBOX: "", RETENTION: "365"}
"""Every setting and its value where nobody set it. ``mailbox``: addresses with blanks between, never a holder's.
``retention``: days that a superseded or retired pair stays before ``purge`` takes it."""
LONGEST_RETENTION = 36500


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


def retention(custody: Custody, reader: Reader) -> timedelta:
    """How long a superseded or retired pair stays. Raises SettingChanged."""
    return timedelta(days=int(custody.setting(reader, RETENTION) or DEFAULTS[RETENTION]))


def settings(watch: Watch, reader: Reader) -> dict[str, str]:
    """All settings with their values. Raises SettingChanged."""
    return {name: watch.setting(reader, name) or default for name, default in DEFAULTS.items()}


def change(custody: Custody, name: str, value: str, *, at: datetime) -> None:
    """Set ``name`` to ``value``, authenticated and recorded. Raises Usage for a value that cannot be."""
    from vault.ledger.events import record  # every command reads settings, one writes them

    checked = _checked(name, value)
    with custody.writing() as writer:
        writer.put_setting(name, checked, custody.setting_auth(name, checked))
        record(custody, writer, "setting-changed", at=at, name=name, value=checked)


def _checked(name: str, value: str) -> str:
    if name not in DEFAULTS:
        raise Usage(
            what=Phrase(N_("there is no setting {name}; there are: {names}"), name=name, names=", ".join(DEFAULTS))
        )
    if name == TIMEZONE:
        if _zone(value) is None:
            raise Usage(what=Phrase(N_("{value} is no time zone; write for example Europe/Berlin"), value=value))
        return value
    return _days(value) if name == RETENTION else _addresses(value)


def _days(value: str) -> str:
    number = int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else LONGEST_RETENTION + 1
    if number > LONGEST_RETENTION:
        what = N_("{value} is no number of days from 0 to {highest}")
        raise Usage(what=Phrase(what, value=value, highest=LONGEST_RETENTION))
    return str(number)


def _addresses(value: str) -> str:
    addresses = value.replace(",", " ").split()
    for address in addresses:
        if "@" not in address:
            raise Usage(what=Phrase(N_("{value} is no mail address"), value=address))
    return " ".join(addresses).lower()


def _zone_or_default(name: str | None) -> tzinfo:
    return (_zone(name) if name else None) or ZoneInfo(DEFAULTS[TIMEZONE])


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None
