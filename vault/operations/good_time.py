"""Whether a certificate is still in good time, so that nobody is told of it and nobody need do anything."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from vault.freedays import free_days
from vault.model.due import CERTIFICATE_WARNING
from vault.model.thresholds import crossed
from vault.model.times import days_between
from vault.operations.people import state
from vault.operations.settings import zone
from vault.operations.warning import warn_days

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.model.pair import Pair
    from vault.ports.store import Reader


def in_good_time(watch: Watch, reader: Reader, pair: Pair, windows: Mapping[str, int], at: datetime) -> bool:
    """Whether no threshold of a certificate is crossed, and more than 60 days are left. Raises SettingChanged."""
    there, free = zone(watch, reader), free_days(state(watch, reader))
    days = warn_days(watch, reader).of(pair.provider, pair.holder, windows.get(pair.provider))
    told = crossed(pair.not_after, days, at, there, free) is not None
    return not told and days_between(at, pair.not_after, there) > CERTIFICATE_WARNING
