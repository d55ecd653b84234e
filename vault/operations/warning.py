"""How early people are told, as the agency has set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.model.thresholds import CERTIFICATE, LINK, Days, thresholds
from vault.operations.settings import LINK_DAYS, REQUEST_DAYS, SETTINGS, WARN_DAYS, scoped
from vault.operations.values import is_days

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.ports.store import Reader


def warn_days(watch: Watch, reader: Reader) -> Days:
    """How early people are told that a certificate runs out. Raises SettingChanged."""
    return _days_of(watch, reader, WARN_DAYS, CERTIFICATE)


def link_days(watch: Watch, reader: Reader) -> Days:
    """How early people are told that a link is deleted. Raises SettingChanged."""
    return _days_of(watch, reader, LINK_DAYS, LINK)


def request_days(watch: Watch, reader: Reader) -> int:
    """Days in which a provider answers. Raises SettingChanged."""
    found = watch.setting(reader, REQUEST_DAYS) or ""
    return int(found if is_days(found) else SETTINGS[REQUEST_DAYS].default)


def _days_of(watch: Watch, reader: Reader, name: str, usual: tuple[int, ...]) -> Days:
    """What is none counts as not set, so that nobody who changes it past the program keeps a watch from warning."""
    every = {full: scope for full, (of, scope) in scoped(reader).items() if of == name}
    chosen = {(scope.kind, scope.id): _parsed(watch.setting(reader, full)) for full, scope in every.items()}
    vault = _parsed(watch.setting(reader, name))
    return Days(usual, vault, {(kind, id_): days for (kind, id_), days in chosen.items() if days})


def _parsed(value: str | None) -> tuple[int, ...]:
    try:
        return thresholds(value or "")
    except ValueError:
        return ()
