"""The days on which nobody works in a German state. A library knows the holidays, loaded when one is asked for."""

from __future__ import annotations

from datetime import date
from functools import cache

from vault.model.thresholds import Free, weekend

STATES = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")
"""ISO 3166-2:DE, without the country."""


def free_days(state: str) -> Free:
    """Whether nobody works on a day: weekends, and the holidays of the whole ``state``; without one, weekends alone."""
    if state not in STATES:
        return weekend

    def free(day: date) -> bool:
        return weekend(day) or day in _holidays(state, day.year)

    return free


@cache
def _holidays(state: str, year: int) -> frozenset[date]:
    import holidays

    return frozenset(holidays.country_holidays("DE", subdiv=state, years=year))
