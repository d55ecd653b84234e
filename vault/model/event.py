"""One line of the audit log."""

from datetime import datetime
from typing import Literal, NamedTuple

from vault.model.actor import Actor

Text = tuple[str, bytes, str]
"""A text that names a person: its name within the event, its salt, and itself (:mod:`vault.model.texts`)."""

Noun = Literal["pair", "link", "holder"]
"""What an event can be on."""


class Event(NamedTuple):
    """What happened. ``what`` is a kebab-case verb; ``details`` are short public strings, never a secret.

    ``commitments`` stand for the texts that name a person, which are no part of the event and can be forgotten.
    """

    at: datetime
    actor: Actor
    what: str
    pair: str | None = None
    link: str | None = None
    holder: str | None = None
    details: tuple[tuple[str, str], ...] = ()
    commitments: tuple[tuple[str, str], ...] = ()


class Recorded(NamedTuple):
    """An event in its place in the chain: ``hash`` covers the event and the hash before it (``docs/format.md``).

    ``auth`` is the keyed authentication of ``hash``, or None for an event written without the root key. ``texts`` are
    those that were not forgotten.
    """

    number: int
    event: Event
    hash: bytes
    auth: bytes | None
    texts: tuple[Text, ...] = ()


class Head(NamedTuple):
    """The end of the chain of events: the number of the last one (0 for none) and its hash (then 32 zero bytes)."""

    number: int
    hash: bytes


class Last(NamedTuple):
    """The last event of some kind: its number, and when it was."""

    number: int
    at: datetime


class Wanted(NamedTuple):
    """Which events: all that fulfil every one of these. ``holder`` has the events on his links too, and
    those on the holders who were merged into him.

    ``since`` is included, ``until`` is not.
    """

    pair: str | None = None
    holder: str | None = None
    actors: tuple[Actor, ...] | None = None
    what: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    link: str | None = None
