"""What the head of a mail says: of a whole mail, or of one that was forwarded inside another."""

from __future__ import annotations

from datetime import tzinfo
from typing import NamedTuple

from vault.mail.dates import Moment, moment
from vault.mail.people import Person, people


class Claims(NamedTuple):
    """What the header section of a whole mail says of its origin: the address of its one author, by the strict grammar,
    and its topmost ``Authentication-Results``. Hostile text, both."""

    author: str
    results: str


class Heads(NamedTuple):
    """One level of a mail: who wrote to whom, when and about what; what the head does not say is empty.

    ``claims`` are there where it is the header section of a whole mail, not lines in a text.
    """

    sender: Person | None
    to: tuple[Person, ...]
    cc: tuple[Person, ...]
    delivered: tuple[Person, ...]
    date: Moment | None
    subject: str
    claims: Claims | None = None


def heads(fields: dict[str, str], zone: tzinfo) -> Heads:
    """The head whose lines are ``fields``: ``from``, ``to``, ``cc``, ``delivered``, ``date``, ``subject``."""
    senders = people(fields.get("from", ""))
    return Heads(
        sender=senders[0] if senders else None,
        to=people(fields.get("to", "")),
        cc=people(fields.get("cc", "")),
        delivered=people(fields.get("delivered", "")),
        date=moment(fields.get("date", ""), zone),
        subject=" ".join(fields.get("subject", "").split()).strip(" |*")[:998],
    )
