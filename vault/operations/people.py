"""Who is told, when, and in which German state, as the agency has set it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault.model.due import RANK
from vault.model.reminder import People
from vault.operations.settings import ESCALATE, ESCALATE_FROM, OFFICE, SETTINGS, SIGN_OF_LIFE, STATE, WEEKDAYS

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.ports.store import Reader


def people(watch: Watch, reader: Reader) -> People:
    """Who is told. Raises SettingChanged."""
    office, escalate = (tuple((watch.setting(reader, name) or "").split()) for name in (OFFICE, ESCALATE))
    severity = watch.setting(reader, ESCALATE_FROM)
    return People(office, escalate, severity if severity in RANK else "critical")


def state(watch: Watch, reader: Reader) -> str:
    """The German state whose holidays count; empty for none. Raises SettingChanged."""
    return watch.setting(reader, STATE) or ""


def weekday(watch: Watch, reader: Reader) -> int | None:
    """The day of the sign of life, 0 for Monday; None for no day. Raises SettingChanged."""
    day = watch.setting(reader, SIGN_OF_LIFE) or SETTINGS[SIGN_OF_LIFE].default
    return WEEKDAYS.index(day) if day in WEEKDAYS else None if day == "off" else 0
