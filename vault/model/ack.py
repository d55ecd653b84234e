"""What somebody has taken note of: for how long nobody is told of it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from vault.model.due import Due, Kind

LONGEST = timedelta(days=366)
"""So long at most somebody can ask not to be told."""
WHEN_TOO_LATE = timedelta(days=7)
"""So long at most nobody is told of what has run out already."""


class Ack(NamedTuple):
    """That ``by`` took note at ``at`` of what is due about the record ``id``, and nobody be told until then."""

    kind: Kind
    id: str
    until: datetime
    at: datetime
    by: str


Acks = Mapping[tuple[str, str], Ack]
"""By kind and id."""


def quiet_until(due: Due, acks: Acks, at: datetime) -> datetime | None:
    """Until when nobody is told of it; None where people are told at ``at``.

    What was noted before a date ends with the date: that a certificate has run out, or a file was deleted, is something
    new. Then it can be noted again, for 7 days at a time. An entry with a link in it is quiet only where both are.
    """
    parts = (due,) if due.link is None else (due, due.link)
    ends = [quiet_end(part, acks, at) for part in parts]
    return None if None in ends else min(end for end in ends if end is not None)


def quiet_end(due: Due, acks: Acks, at: datetime) -> datetime | None:
    """When the quiet ends in which one thing is at ``at``, without the link in it."""
    ack = acks.get((due.kind, due.id))
    if ack is None:
        return None
    end = min(ack.until, ack.at + LONGEST)
    if due.date > at:
        end = min(end, due.date)
    elif ack.at < due.date:
        return None
    elif due.severity == "expired":
        end = min(end, ack.at + WHEN_TOO_LATE)
    return end if at < end else None
