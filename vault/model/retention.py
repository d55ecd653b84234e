"""Which pairs may be deleted for good: put away (superseded or retired) long enough ago, named by none that stays."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class PutAway(NamedTuple):
    """The id of a pair that is superseded or retired, by whom, and since when.

    ``since`` is what the audit log says: the time of the last event that put it away; None where there is none.
    """

    id: str
    superseded_by: str | None
    since: datetime | None


def free(every: Iterable[PutAway], going: Iterable[str]) -> set[str]:
    """The ids among ``going`` that none of ``every`` names as its successor, unless that one goes too."""
    successor = {one.id: one.superseded_by for one in every}
    left = set(going)
    for pair in [pair for pair in successor if pair not in left]:
        after = successor[pair]
        while after in left:
            left.remove(after)
            after = successor.get(after)
    return left
