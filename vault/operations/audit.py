"""Read the audit log: who did what, when, on which pair. The register key is enough."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from vault.custody import Watch
from vault.errors import N_, Ambiguous, NotFound, Phrase
from vault.model.actor import Actor
from vault.model.event import Head, Recorded, Wanted
from vault.model.fold import words
from vault.model.happenings import SECRETS
from vault.model.holder import Holder
from vault.model.ids import normalised
from vault.operations import find
from vault.ports.store import Reader

PAGE = 500
"""Events of one transaction."""
KEY_EVENTS = ("key-added", "key-changed", "key-removed")
MOST_KEY_EVENTS = 10_000
"""Events about keys that are looked through for a person."""
SHORTEST_PREFIX = 3
"""Characters from which a word may be the beginning of an id."""


class Entry(NamedTuple):
    """An event with its holder, who may be ``forgotten``."""

    recorded: Recorded
    holder: Holder | None
    forgotten: bool = False


class Question(NamedTuple):
    """What a person wants to see, in his words; ``pair`` is an id. ``until`` is not included."""

    pair: str | None = None
    holder: str | None = None
    by: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    secrets: bool = False


def head(watch: Watch) -> Head:
    """The end of the log as it is now: a witness for later."""
    with watch.reading() as reader:
        return reader.head()


def wanted(watch: Watch, question: Question) -> Wanted:
    """Which events ``question`` means. Raises NotFound and Ambiguous for a holder or person that is not known."""
    with watch.reading() as reader:
        return Wanted(
            pair=question.pair,
            holder=_holder(reader, question.holder) if question.holder else None,
            actors=_actors(watch, reader, question.by) if question.by else None,
            what=tuple(sorted(SECRETS)) if question.secrets else None,
            since=question.since,
            until=question.until,
        )


def entries(watch: Watch, which: Wanted, *, upto: Head) -> Iterator[Entry]:
    """These events, oldest first, not beyond ``upto``.

    Read page by page, each in a transaction of its own, so that a log of any length takes little memory and holds up
    nobody while it is printed.
    """
    after = 0
    while True:
        with watch.reading() as reader:
            page = reader.events(which, after=after, limit=PAGE)
            holders = reader.holders(list({one.event.holder for one in page if one.event.holder}))
            forgotten = reader.forgotten()
        for one in page:
            if one.number > upto.number:
                return
            yield Entry(one, holders.get(one.event.holder or ""), one.event.holder in forgotten)
        if len(page) < PAGE:
            return
        after = page[-1].number


def gone_pair(watch: Watch, name: str) -> str:
    """The id of a pair that is in the log, though perhaps no more in the register, by its beginning.

    Raises NotFound, or Ambiguous.
    """
    prefix = normalised(name)
    if prefix is None or len(prefix) < SHORTEST_PREFIX:
        raise NotFound(name=name)
    with watch.reading() as reader:
        found = reader.pairs_in_events(prefix)
    if not found:
        raise NotFound(name=name)
    if len(found) > 1:
        raise Ambiguous(name=name, candidates=[{"id": one} for one in found])
    return found[0]


def _holder(reader: Reader, name: str) -> str:
    """The id of a holder, or of one who was forgotten, by its beginning."""
    try:
        return find.holder(reader, name).id
    except NotFound:
        prefix = normalised(name) or ""
        gone = [one for one in reader.forgotten() if one.startswith(prefix)] if len(prefix) >= SHORTEST_PREFIX else []
        if not gone:
            raise
        if len(gone) > 1:
            raise Ambiguous(name=name, candidates=[{"id": one} for one in gone]) from None
        return gone[0]


def _actors(watch: Watch, reader: Reader, name: str) -> tuple[Actor, ...]:
    """Whoever answers to ``name``: by the name or the person of a key, or by the user of the system.

    None for a key that is known and did nothing; NotFound where nobody answers.
    """
    everybody, people = reader.actors(), _people(watch, reader)
    found = [one for one in everybody if any(_means(name, text) for text in (*one, *people.get(one.slot, ())))]
    if not found and not any(_means(name, text) for key, persons in people.items() for text in (key, *persons)):
        names = ", ".join(sorted({text for actor in everybody for text in actor} | set(people)))
        raise NotFound(name=name, hint=Phrase(N_("In the audit log are: {names}."), names=names))
    return tuple(found)


def _people(watch: Watch, reader: Reader) -> dict[str, set[str]]:
    """The persons of each key by its name: of those there are, and of those that the log knows."""
    people: dict[str, set[str]] = {}
    for slot in watch.slots.slots:
        people.setdefault(slot.name, set()).add(slot.person)
    for one in reader.events(Wanted(what=KEY_EVENTS), after=0, limit=MOST_KEY_EVENTS):
        told = dict(one.event.details)
        if "name" in told:
            people.setdefault(told["name"], set()).add(told.get("person", ""))
    return people


def _means(name: str, text: str) -> bool:
    """Whether every word of ``name`` begins one of ``text``, blind to case and umlauts."""
    wanted_words, there = words(name), words(text)
    return name == text or (bool(wanted_words) and all(any(w.startswith(v) for w in there) for v in wanted_words))
