"""What the agency has set: its time zone, and its own mail addresses."""

from __future__ import annotations

from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from vault.custody import Custody
from vault.errors import N_, Phrase, Usage
from vault.ledger.events import record
from vault.ports.store import Reader

TIMEZONE = "timezone"
MAILBOX = "mailbox"
DEFAULTS = {TIMEZONE: "Europe/Berlin", MAILBOX: ""}
"""Every setting and its value where nobody set it. ``mailbox``: addresses with blanks between, never a holder's."""


def zone(reader: Reader) -> tzinfo:
    """The time zone in which the vault counts days."""
    return ZoneInfo(reader.setting(TIMEZONE) or DEFAULTS[TIMEZONE])


def own_addresses(reader: Reader) -> frozenset[str]:
    """The agency's own mail addresses, in small letters: none of them is ever a holder's."""
    return frozenset((reader.setting(MAILBOX) or "").lower().split())


def settings(reader: Reader) -> dict[str, str]:
    """All settings with their values."""
    return {name: reader.setting(name) or default for name, default in DEFAULTS.items()}


def change(custody: Custody, name: str, value: str, *, at: datetime) -> None:
    """Set ``name`` to ``value``, authenticated and recorded. Raises Usage for a value that cannot be."""
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
        try:
            ZoneInfo(value)
        except (ValueError, OSError, KeyError):
            raise Usage(
                what=Phrase(N_("{value} is no time zone; write for example Europe/Berlin"), value=value)
            ) from None
        return value
    addresses = value.replace(",", " ").split()
    for address in addresses:
        if "@" not in address:
            raise Usage(what=Phrase(N_("{value} is no mail address"), value=address))
    return " ".join(addresses).lower()
