"""Asking for the audit log."""
# ruff: noqa: S608 - what is put into a statement are lists of columns, every value is bound

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault.model.canonical import canonical
from vault.store.connection import Row
from vault.store.reading.asking import Asking, beginning_with, one_blob, one_text, whole
from vault.store.rows import EVENT, TEXT, moment, to_recorded, to_text

if TYPE_CHECKING:
    from vault.model.actor import Actor
    from vault.model.event import Head, Last, Noun, Recorded, Text, Wanted

_ALONE: dict[Noun, str] = {"holder": "pair IS NULL AND link IS NULL AND "}


class SqlEvents(Asking):
    """A :class:`vault.ports.register.events.EventsReader`."""

    def head(self) -> Head:
        """The end of the chain of events."""
        sql = "SELECT number, hash FROM event ORDER BY number DESC LIMIT 1"
        return self._transaction.one(_head, sql) or _head((0, bytes(32)))

    def events_of_pairs(self, pairs: Sequence[str]) -> list[Recorded]:
        """The events on any of these pairs, oldest first."""
        found = self._of(to_recorded, f"SELECT {EVENT} FROM event WHERE pair", pairs)
        return self._with_texts(sorted(found, key=lambda recorded: recorded.number))

    def events(self, wanted: Wanted, *, after: int, limit: int) -> list[Recorded]:
        """A page of the audit log, oldest first: at most ``limit`` of the events ``wanted`` with a number above
        ``after``."""
        from vault.store.rules import of_events  # most commands write events, and few read them

        rules, values = of_events(wanted)
        sql = f"SELECT {EVENT} FROM event WHERE {' AND '.join(('number > ?', *rules))} ORDER BY number LIMIT ?"
        return self._with_texts(self._transaction.all(to_recorded, sql, (after, *values, limit)))

    def last_events(self, on: Noun, ids: Sequence[str]) -> dict[str, Last]:
        """The last event on each of these records; one without any is left out. On a holder are those alone that are
        on none of his pairs and links."""
        found: dict[str, Last] = {}
        for id_, last in self._of(_last_on, f"SELECT {on}, number, at FROM event WHERE {_ALONE.get(on, '')}{on}", ids):
            if id_ not in found or last.number > found[id_].number:
                found[id_] = last
        return found

    def last_event(self, what: Sequence[str]) -> Last | None:
        """The last event that is one of these."""
        wanted = ",".join("?" * len(what))
        sql = f"SELECT number, at FROM event WHERE what IN ({wanted}) ORDER BY number DESC LIMIT 1"
        return self._transaction.one(_last, sql, tuple(what))

    def forgotten(self) -> dict[str, int]:
        """The ids of the holders who were forgotten, each with the number of the event."""
        sql = "SELECT holder, number FROM event WHERE what = 'pseudonymised' AND holder IS NOT NULL ORDER BY number"
        return {str(holder): int(number) for holder, number in self._transaction.all(whole, sql)}

    def actors(self) -> list[Actor]:
        """Everybody who is in the audit log, in no order."""
        return self._transaction.all(_actor, "SELECT DISTINCT slot, user FROM event")

    def pairs_in_events(self, prefix: str) -> list[str]:
        """The ids of pairs in the audit log that begin with ``prefix``, those of deleted pairs too; at most ten."""
        sql = "SELECT DISTINCT pair FROM event WHERE pair >= ? AND pair < ? ORDER BY pair LIMIT 10"
        return self._transaction.all(one_text, sql, beginning_with(prefix))

    def pairs_of_text(self, name: str, text: str) -> list[str]:
        """The ids of the pairs of which an event has ``text`` by this ``name``, newest first; at most ten."""
        sql = (
            "SELECT pair FROM event_text JOIN event ON number = event WHERE name = ? AND text = ? AND pair IS NOT NULL"
            " GROUP BY pair ORDER BY max(number) DESC LIMIT 10"
        )
        return self._transaction.all(one_text, sql, (name, canonical(text).decode()))

    def _with_texts(self, events: list[Recorded]) -> list[Recorded]:
        texts: dict[int, tuple[Text, ...]] = {}
        numbers = [one.number for one in events]
        for number, text in self._of(to_text, f"SELECT {TEXT} FROM event_text WHERE event", numbers):
            texts[number] = (*texts.get(number, ()), text)
        return [one._replace(texts=texts[one.number]) if one.number in texts else one for one in events]


def _actor(row: Row) -> Actor:
    from vault.model.actor import Actor

    return Actor(one_text(row), one_text(row[1:]))


def _last(row: Row) -> Last:
    from vault.model.event import Last

    return Last(int(row[0]), moment(row[1]))


def _last_on(row: Row) -> tuple[str, Last]:
    return one_text(row), _last(row[1:])


def _head(row: Row) -> Head:
    from vault.model.event import Head

    return Head(int(row[0]), one_blob(row[1:]))
