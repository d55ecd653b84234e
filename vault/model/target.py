"""Where pairs are installed: a place of a holder's, and what stands there of each lineage that belongs there."""

from datetime import datetime
from typing import Literal, NamedTuple

State = Literal["current", "old", "missing"]


class Target(NamedTuple):
    """A place where a holder's pairs are installed: a software, a PC, a server.

    ``profile`` is the id of the target profile that says what the place takes, ``name`` what people call this one,
    empty where he has no other of the kind. ``dropped`` is since when it is of no interest.
    """

    id: str
    holder: str
    profile: str
    name: str
    added: datetime
    dropped: datetime | None = None


class Installation(NamedTuple):
    """That the pairs of ``lineage`` belong into ``target``, since ``since``, and which of them is said to be there.

    ``pair`` is that one, which runs out at ``until``; ``by`` said so at ``at``. All four are None where nobody said of
    any. The pair may be purged since. ``wanted`` is the lineage's current pair, None where it has none: the store sees
    to that. ``dropped`` is since when the lineage no longer belongs there.
    """

    id: str
    target: str
    lineage: str
    provider: str
    since: datetime
    pair: str | None = None
    until: datetime | None = None
    at: datetime | None = None
    by: str | None = None
    wanted: str | None = None
    dropped: datetime | None = None

    @property
    def state(self) -> State:
        """Whether the current pair is there, an old one, or none of which anybody said so."""
        if self.pair is None:
            return "missing"
        return "current" if self.pair == self.wanted else "old"

    @property
    def open(self) -> bool:
        """Whether another pair is to be installed there."""
        return self.dropped is None and self.wanted is not None and self.wanted != self.pair
