"""What the agency has set: its time zone, its own mail addresses, and how long old pairs stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple
from zoneinfo import ZoneInfo

from vault.custody import Custody, Watch
from vault.errors import N_, Phrase, Usage
from vault.freedays import STATES
from vault.model.thresholds import CERTIFICATE, LINK
from vault.operations.values import addresses, days, line, one_of, server, thresholds_of, timezone, written, zone_of

if TYPE_CHECKING:
    from vault.ports.store import Reader

TIMEZONE = "timezone"
MAILBOX = "mailbox"
RETENTION = "retention"
MAIL_SERVER = "mail-server"
WARN_DAYS = "warn-days"
LINK_DAYS = "link-days"
REQUEST_DAYS = "request-days"
OFFICE = "office"
ESCALATE = "escalate"
ESCALATE_FROM = "escalate-from"
STATE = "state"
SIGN_OF_LIFE = "sign-of-life"
LANGUAGE = "language"
AGENCY = "agency"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_IN_GERMAN = {
    **dict(
        zip(("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag", "sonntag"), WEEKDAYS, strict=True)
    ),
    "sonnabend": "saturday",
    "aus": "off",
}
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
    return zone_or_default(watch.setting(reader, TIMEZONE))


def zone_to_show(reader: Reader) -> tzinfo:
    """The same for showing days of what was done already, where a setting that was changed is no error."""
    return zone_or_default(reader.setting(TIMEZONE))


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


def zone_or_default(name: str | None) -> tzinfo:
    """The time zone that is called so, else the one in which days are counted where nobody chose."""
    return (zone_of(name) if name else None) or ZoneInfo(SETTINGS[TIMEZONE].default)


SETTINGS = {
    TIMEZONE: Setting("Europe/Berlin", timezone, N_("Where days are counted, for example Europe/Berlin.")),
    MAILBOX: Setting("", addresses, N_("The agency's own mail addresses: they are never a holder's.")),
    MAIL_SERVER: Setting(
        "",
        server,
        N_(
            "The name with which your mail server begins its Authentication-Results, for example mx.agentur.example: "
            "what it says of a mail's sender is believed."
        ),
    ),
    RETENTION: Setting(
        "365", days, N_("Days that a superseded or retired certificate stays before certvault purge takes it.")
    ),
    WARN_DAYS: Setting(
        written(CERTIFICATE),
        thresholds_of,
        N_(
            "Days before the end of a certificate on which to tell of it. Where nobody chose, the first is the day "
            "from which the provider gives a new one. Also with --provider or --holder."
        ),
        scoped=True,
    ),
    LINK_DAYS: Setting(
        written(LINK),
        thresholds_of,
        N_("Days before a download link is deleted on which to tell of it. Also with --provider or --holder."),
        scoped=True,
    ),
    REQUEST_DAYS: Setting("14", days, N_("Days in which a provider answers who was asked for a new one.")),
    OFFICE: Setting("", addresses, N_("Mail addresses that are told what nobody is responsible for.")),
    ESCALATE: Setting("", addresses, N_("Mail addresses that are told too, of what is as urgent as escalate-from.")),
    ESCALATE_FROM: Setting(
        "critical",
        one_of("warning", "critical", "expired"),
        N_("From when on escalate is told: warning, critical or expired."),
    ),
    STATE: Setting(
        "",
        one_of(*STATES),
        N_(
            "The German state whose holidays count, for example BY: what falls on one, or on a weekend, is told on the "
            "working day before. Without it weekends count alone."
        ),
    ),
    SIGN_OF_LIFE: Setting(
        "monday",
        one_of(*WEEKDAYS, "off", also=_IN_GERMAN),
        N_("The day on which a message says that the watch works and when the next certificate runs out, or off."),
    ),
    LANGUAGE: Setting("de", one_of("de", "en"), N_("The language of what is sent or handed out: de or en.")),
    AGENCY: Setting(
        "",
        line,
        N_("Who you are, as it stands on what is handed out: name and telephone, for example Pool GmbH, 0211 1234-0."),
    ),
}
"""Every setting. All are kept with an authentication that takes the root key."""
