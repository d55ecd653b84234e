"""Texts of the audit log that name a person: kept beside their event, so that they can be forgotten.

The event itself has a commitment in the place of each: a hash over a random salt and the text, which the chain covers.
Whoever deletes salt and text leaves the chain as it was, and nobody can find out by trying names what the text was.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from vault.errors import N_, Phrase
from vault.model.canonical import canonical
from vault.model.event import Recorded, Text
from vault.model.ids import Random

SALT = 32
"""Octets of a salt."""

_LABEL = b"certvault/1/text\n"


def salted(random: Random, **texts: str) -> tuple[Text, ...]:
    """``texts`` by their names, each with a salt of its own."""
    return tuple((name, random(SALT), text) for name, text in sorted(texts.items()))


def commitment(salt: bytes, text: str) -> str:
    """What an event says in the place of ``text``: SHA-256 over a label, ``salt`` and the text's canonical JSON, in
    hex (``docs/format.md``)."""
    return hashlib.sha256(_LABEL + salt + canonical(text)).hexdigest()


def said(recorded: Recorded) -> dict[str, str | None]:
    """What the event says, by name: its details and its texts, None where a text was forgotten."""
    told = {name: text for name, _salt, text in recorded.texts}
    return {**dict(recorded.event.details), **{name: told.get(name) for name, _ in recorded.event.commitments}}


def misfits(recorded: Recorded, *, forgotten: bool) -> Iterator[tuple[str, str, Phrase]]:
    """What is wrong with the texts of an event, whose holder was ``forgotten`` after it or not.

    A kind, the name of the text, and a sentence.
    """
    told, number = {name: (salt, text) for name, salt, text in recorded.texts}, recorded.number
    for name, committed in recorded.event.commitments:
        found = told.pop(name, None)
        if found is None and not forgotten:
            what = N_("the text {name} of event {event} is missing, and no event says why")
            yield "text-missing", name, Phrase(what, name=name, event=number)
        elif found is not None and forgotten:
            what = N_("the text {name} of event {event} is there, and a later event says that it was forgotten")
            yield "text-kept", name, Phrase(what, name=name, event=number)
        elif found is not None and commitment(*found) != committed:
            what = N_("the text {name} of event {event} is not as it was written")
            yield "text", name, Phrase(what, name=name, event=number)
    for name in told:
        what = N_("the text {name} stands beside event {event}, which knows nothing of it")
        yield "text-unknown", name, Phrase(what, name=name, event=number)


LOST = "text-lost"
"""An event by which a rescue says that a text did not come out."""


def lost_text(number: int, name: str) -> dict[str, str]:
    """The details of the event that the text ``name`` of event ``number`` is lost."""
    return {"event": str(number), "name": name}
