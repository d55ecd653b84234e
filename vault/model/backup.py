"""The last backup that was proven by opening every pair: what the register knows of it, and when it is too old."""

from datetime import datetime, timedelta
from typing import Literal, NamedTuple, Self

from vault.model.times import moment, text

LATEST = "backup"
"""The setting that keeps it: authenticated under the events key, because it can silence a warning."""
OLDEST = timedelta(days=30)

Why = Literal["never", "old", "same-disk"]
"""Why a fresh backup on another disk is missing."""


class Latest(NamedTuple):
    """When the newest ``opened`` backup was made, and whether on the disk that the vault lies on."""

    at: datetime
    same_disk: bool

    def text(self) -> str:
        """As the setting keeps it."""
        return f"{text(self.at)} {'same' if self.same_disk else 'other'}-disk"

    @classmethod
    def of(cls, setting: str | None) -> Self | None:
        """What the setting says; None where it is not set, or says what no program wrote."""
        at, _, disk = (setting or "").partition(" ")
        try:
            return cls(moment(at), disk != "other-disk")
        except ValueError:
            return None


class Missing(NamedTuple):
    """A fresh backup on another disk is missing: why, and since when."""

    why: Why
    since: datetime


def missing(latest: Latest | None, first_pair: datetime | None, at: datetime) -> Missing | None:
    """Why a fresh backup on another disk is missing, or None where nobody need be told.

    A vault is left in peace for 30 days from its first pair on, and after each ``opened`` backup on another disk; one
    on the same disk is told at once.
    """
    if first_pair is None:
        return None
    if latest is None:
        return Missing("never", first_pair) if at - first_pair >= OLDEST else None
    if latest.same_disk:
        return Missing("same-disk", latest.at)
    return Missing("old", latest.at) if at - latest.at >= OLDEST else None
