"""The chain of events: each hash covers its event and the hash before it, so none can be changed, moved or left out."""

from __future__ import annotations

import hashlib
import re

from vault.model import times
from vault.model.canonical import canonical
from vault.model.event import Event, Head

BEFORE_THE_FIRST = bytes(32)
"""What stands for the hash before the first event."""

_LABEL = b"certvault/1/event\n"


def event_hash(previous: bytes, number: int, event: Event) -> bytes:
    """The hash of ``event`` in place ``number`` (the first is 1), after the event whose hash is ``previous``.

    SHA-256 over a label, ``previous`` and the canonical JSON of number and event (``docs/format.md``).
    """
    written = canonical(
        {
            "number": number,
            "at": times.text(event.at),
            "slot": event.actor.slot,
            "user": event.actor.user,
            "what": event.what,
            "pair": event.pair,
            "link": event.link,
            "holder": event.holder,
            "details": [[name, value] for name, value in event.details],
            "commitments": [[name, value] for name, value in event.commitments],
        }
    )
    return hashlib.sha256(_LABEL + previous + written).digest()


def witness(head: Head) -> str:
    """``COUNT:HASH``: how people and files keep the head of the log, to hold a later one against it."""
    return f"{head.number}:{head.hash.hex()}"


def head_of(text: str) -> Head:
    """The inverse of :func:`witness`, blind to case and blanks around it. Raises ValueError."""
    number, _colon, hash_ = text.strip().lower().partition(":")
    if not re.fullmatch("[1-9][0-9]{0,15}", number) or not re.fullmatch("[0-9a-f]{64}", hash_):
        raise ValueError("not a head")
    return Head(int(number), bytes.fromhex(hash_))
