"""What operations ask of the register: the audit log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vault.model.actor import Actor
from vault.model.event import Head, Last, Noun, Recorded, Wanted


class EventsReader(Protocol):
    """Reading the audit log."""

    def head(self) -> Head:
        """The end of the chain of events."""
        ...

    def events_of_pairs(self, pairs: Sequence[str]) -> list[Recorded]:
        """The events on any of these pairs, oldest first, with the texts that were not forgotten."""
        ...

    def events(self, wanted: Wanted, *, after: int, limit: int) -> list[Recorded]:
        """A page of the audit log, oldest first: at most ``limit`` of the events ``wanted`` with a number above
        ``after``, with the texts that were not forgotten."""
        ...

    def last_events(self, on: Noun, ids: Sequence[str]) -> dict[str, Last]:
        """The last event on each of these records; one without any is left out. On a holder are those alone that are
        on none of his pairs and links."""
        ...

    def last_event(self, what: Sequence[str]) -> Last | None:
        """The last event that is one of these."""
        ...

    def forgotten(self) -> dict[str, int]:
        """The ids of the holders who were forgotten, each with the number of the event ``pseudonymised``."""
        ...

    def actors(self) -> list[Actor]:
        """Everybody who is in the audit log, in no order."""
        ...

    def pairs_in_events(self, prefix: str) -> list[str]:
        """The ids of pairs in the audit log that begin with ``prefix``, those of deleted pairs too; at most ten."""
        ...

    def pairs_of_text(self, name: str, text: str) -> list[str]:
        """The ids of the pairs of which an event has ``text`` by this ``name``, newest first; at most ten."""
        ...


class EventsWriter(EventsReader, Protocol):
    """Writing them too."""

    def add_event(self, recorded: Recorded) -> None:
        """Add an event with its texts; its number must be the head's plus one."""
        ...
