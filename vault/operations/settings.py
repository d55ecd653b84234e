"""What the agency has set: its time zone, its own mail addresses, and how long old pairs stay."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo

from vault.custody import Custody, Watch
from vault.errors import N_, Phrase, Usage
from vault.model.thresholds import CERTIFICATE, FURTHEST, LINK, thresholds

if TYPE_CHECKING:
    from vault.ports.store import Reader

TIMEZONE = "timezone"
MAILBOX = "mailbox"
RETENTION = "retention"
MAIL_SERVER = "mail-server"
WARN_DAYS = "warn-days"
LINK_DAYS = "link-days"
REQUEST_DAYS = "request-days"
LONGEST_RETENTION = 36500
LONGEST = 4000
"""Characters of a value."""


class Setting(NamedTuple):
    """What can be set: its value where nobody set it, what makes of a typed value the one that is kept (it raises
    Usage), and one sentence on what it is for. ``scoped``: it can be set for one provider or holder too."""

    default: str
    checked: Callable[[str], str]
    says: str
    scoped: bool = False


class Scope(NamedTuple):
    """For whom a setting is, where not for the whole vault: a provider by its name, a holder by his id."""

    kind: Literal["provider", "holder"]
    id: str

    def of(self, name: str) -> str:
        """The name under which the setting ``name`` is kept for them."""
        return f"{name} {self.kind} {self.id}"


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


def scoped(reader: Reader) -> dict[str, tuple[str, Scope]]:
    """What was set for one provider or holder: the name under which it is kept, that of the setting, and for whom."""
    found: dict[str, tuple[str, Scope]] = {}
    for name in (name for name, setting in SETTINGS.items() if setting.scoped):
        for full in reader.settings_beginning(f"{name} "):
            kind, _, id_ = full.removeprefix(f"{name} ").partition(" ")
            if kind == "provider":
                found[full] = name, Scope("provider", id_)
            elif kind == "holder":
                found[full] = name, Scope("holder", id_)
    return found


def standing(watch: Watch, reader: Reader, name: str, scope: Scope | None = None) -> Value:
    """A setting as it stands. Raises SettingChanged, and Usage for one that there is not."""
    value = watch.setting(reader, _kept(name, scope))
    return Value(value or SETTINGS[name].default, bool(value))


def settings(watch: Watch, reader: Reader) -> dict[str, str]:
    """All settings with their values. Raises SettingChanged."""
    return {name: standing(watch, reader, name).value for name in SETTINGS}


def change(custody: Custody, name: str, value: str, scope: Scope | None = None, *, at: datetime) -> None:
    """Set ``name`` to ``value``, authenticated and recorded. Raises Usage for a value that cannot be."""
    kept = _kept(name, scope)
    checked = SETTINGS[name].checked(_typed(value))
    _put(custody, kept, checked, {"name": name, "value": checked}, scope, at)


def unset(custody: Custody, name: str, scope: Scope | None = None, *, at: datetime) -> None:
    """Let ``name`` have its default again. Recorded; it is kept empty, because a row that is not there proves nothing.

    Raises Usage.
    """
    _put(custody, _kept(name, scope), "", {"name": name}, scope, at)


def _put(custody: Custody, kept: str, value: str, told: dict[str, str], scope: Scope | None, at: datetime) -> None:
    from vault.ledger.events import record  # every command reads settings, one writes them

    holder = scope.id if scope and scope.kind == "holder" else None
    provider = {"provider": scope.id} if scope and scope.kind == "provider" else {}
    with custody.writing() as writer:
        writer.put_setting(kept, value, custody.setting_auth(kept, value))
        what = "setting-changed" if value else "setting-unset"
        record(custody, writer, what, at=at, holder=holder, **told, **provider)


def _kept(name: str, scope: Scope | None) -> str:
    """The name under which a setting is kept. Raises Usage."""
    if scope is None:
        return _known(name)
    if not SETTINGS[_known(name)].scoped:
        raise Usage(what=Phrase(N_("{name} is the same for every provider and holder"), name=name))
    return scope.of(name)


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
    if not is_days(value):
        what = N_("{value} is no number of days from 0 to {highest}")
        raise Usage(what=Phrase(what, value=value, highest=LONGEST_RETENTION))
    return str(int(value))


def is_days(value: str) -> bool:
    """Whether it is a number of days that a setting can have."""
    return value.isascii() and value.isdecimal() and len(value) < 10 and int(value) <= LONGEST_RETENTION


def _thresholds(value: str) -> str:
    try:
        return _written(thresholds(value))
    except ValueError:
        what = N_("{value} are no numbers of days from 1 to {highest}; write for example 60 30 14 7 3 1")
        raise Usage(what=Phrase(what, value=value, highest=FURTHEST)) from None


def _written(days: tuple[int, ...]) -> str:
    return " ".join(map(str, days))


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
    WARN_DAYS: Setting(
        _written(CERTIFICATE),
        _thresholds,
        N_(
            "Days before the end of a certificate on which to tell of it. Where nobody chose, the first is the day "
            "from which the provider gives a new one. Also with --provider or --holder."
        ),
        scoped=True,
    ),
    LINK_DAYS: Setting(
        _written(LINK),
        _thresholds,
        N_("Days before a download link is deleted on which to tell of it. Also with --provider or --holder."),
        scoped=True,
    ),
    REQUEST_DAYS: Setting("14", _days, N_("Days in which a provider answers who was asked for a new one.")),
}
"""Every setting. All are kept with an authentication that takes the root key."""
