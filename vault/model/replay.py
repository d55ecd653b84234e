"""The audit log played again: what it says that the register holds, and where the two contradict each other.

Pure rules. Which event does what to a pair:

- ``pair-added``: it is there and current; ``sealed`` is the SHA-256 of its sealed value
- ``pair-superseded``: another one, ``by``, took its place
- ``pair-retired``, ``pair-reinstated``: its state
- ``pair-moved``: it has another holder; ``was`` is its sealed value before, ``sealed`` the one after
- ``purge``: it is gone; ``sealed`` again, so that an older ``rotated`` can still be reckoned
- ``rotated``: every pair was sealed anew; ``digest`` is :class:`SealedDigest` of them all
- ``pair-rescued``: it came out of a damaged vault as it stands: ``sealed``, ``state``, ``by``
- ``pair-lost``: it did not come out

What a rescue recorded anew bears its old number as ``rescued`` and does nothing: what became of each pair, the rescue
itself says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from vault.errors import N_, Phrase
from vault.model.event import Event
from vault.model.pair import Pair

MOST = 100
"""Contradictions that are kept: a log that was written anew may hold one in every event."""

ANEW = "rescued"
"""The detail of an event that a rescue recorded anew: its old number."""

_LABEL = b"certvault/1/rotated\n"
_CHANGES = {"pair-superseded", "pair-retired", "pair-reinstated", "pair-moved", "pair-lost", "purge"}
_STATES = {"pair-superseded": "superseded", "pair-retired": "retired", "pair-reinstated": "current"}


class Contradiction(NamedTuple):
    """Something that cannot be true: ``kind`` for scripts, ``text`` for people, and the event or pair it is about."""

    kind: str
    text: Phrase
    event: int | None = None
    pair: str | None = None


class Findings:
    """What was found: all are counted, the first :data:`MOST` are kept."""

    def __init__(self) -> None:
        self.kept: list[Contradiction] = []
        self.count = 0

    def say(self, kind: str, text: Phrase, event: int | None = None, pair: str | None = None) -> None:
        """One more contradiction."""
        self.count += 1
        if len(self.kept) < MOST:
            self.kept.append(Contradiction(kind, text, event, pair))


class _Known(NamedTuple):
    """A pair as the log knows it; ``sealed`` is None where only the digest of a rotation speaks for it."""

    added: int
    holder: str | None
    state: str
    superseded_by: str | None
    sealed: bytes | None


class SealedDigest:
    """What a ``rotated`` event says of all pairs: SHA-256 over a label and each (id, SHA-256 of the sealed value)."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256(_LABEL)

    def add(self, pair: str, sealed: bytes) -> None:
        """The next pair, in the order of the ids."""
        self._digest.update(pair.encode() + sealed)

    def hex(self) -> str:
        """As the event says it."""
        return self._digest.hexdigest()


class Rotations:
    """The events by which all pairs were sealed anew, in their order, each with its number.

    The digest in the last one is held against the sealed values as they were then, of one page of pairs after the
    other, in the order of the ids.
    """

    def __init__(self, rotated: Iterable[tuple[int, Event]]) -> None:
        self.events = [(number, event) for number, event in rotated if ANEW not in dict(event.details)]
        self._digest = SealedDigest()
        self._knows = True

    def take(self, page: Replay) -> None:
        """The next page, which was compared. From a rescue on, a rotation before it says nothing any more."""
        for pair in sorted(page.resealed):
            self._digest.add(pair, page.resealed[pair])
        rotated = self.events[-1][0] if self.events else 0
        self._knows &= page.all_resealed_known and page.rescued < rotated

    def check(self, findings: Findings) -> None:
        """There are no more pages."""
        if not self.events or not self._knows:
            return
        number, event = self.events[-1]
        if self._digest.hex() != dict(event.details).get("digest", ""):
            text = Phrase(N_("the sealed values are not those of event {event}, which sealed all anew"), event=number)
            findings.say("rotated-digest", text, event=number)


class Replay:
    """What the events so far say of some pairs, or of all. Memory grows with these pairs, not with the events.

    ``resealed`` are the hashes that the digest of the last rotation speaks for, ``rescued`` the number of the last
    event that says what a rescue brought out.
    """

    def __init__(self, findings: Findings) -> None:
        self._say = findings.say
        self._pairs: dict[str, _Known] = {}
        self.resealed: dict[str, bytes] = {}
        self.all_resealed_known = True
        self.rescued = 0

    def take(self, number: int, event: Event) -> None:
        """The next event: one on these pairs, or one that sealed all anew."""
        told = dict(event.details)
        if ANEW in told:
            return
        if event.what == "rotated":
            self._rotate()
        elif event.what == "pair-added":
            self._add(number, event)
        elif event.what == "pair-rescued" and event.pair is not None:
            sealed, state = _hash(told.get("sealed")), told.get("state", "")
            self._pairs[event.pair] = _Known(number, event.holder, state, told.get("by"), sealed)
            self.rescued = number
        elif event.pair is not None and event.what in _CHANGES:
            self._change(number, event, event.pair)

    def compare(self, pairs: Iterable[tuple[Pair, bytes]]) -> None:
        """Hold the pairs of the register against the log: each with the SHA-256 of its sealed value."""
        for pair, sealed in pairs:
            known = self._pairs.pop(pair.id, None)
            if known is None:
                text = Phrase(N_("pair {pair} is in the register, and no event says that it was added"), pair=pair.id)
                self._say("pair-unknown", text, pair=pair.id)
            else:
                self._same(pair, sealed, known)
        for id_, known in self._pairs.items():
            text = Phrase(
                N_("pair {pair} was added by event {event} and is not in the register, and no event says that it went"),
                pair=id_,
                event=known.added,
            )
            self._say("pair-missing", text, pair=id_)
            self.all_resealed_known &= known.sealed is not None

    def unlike(self, pairs: Iterable[tuple[Pair, bytes]]) -> Iterator[tuple[Pair, bytes]]:
        """Those of ``pairs``, given as to :meth:`compare`, of which the events say anything else or nothing."""
        for pair, sealed in pairs:
            known = self._pairs.pop(pair.id, None)
            if known is None or known.sealed not in {None, sealed} or any(_unlike(pair, known)):
                yield pair, sealed

    def left(self) -> list[str]:
        """The pairs that there are by the events, and were not among those given to :meth:`unlike`."""
        return sorted(self._pairs)

    def _rotate(self) -> None:
        self.resealed, self.all_resealed_known = {}, True
        self._pairs = {id_: known._replace(sealed=None) for id_, known in self._pairs.items()}

    def _add(self, number: int, event: Event) -> None:
        if event.pair is None or event.pair in self._pairs:
            text = Phrase(N_("event {event} adds a pair that is there already"), event=number)
            self._say("pair-again", text, event=number, pair=event.pair)
            return
        sealed = _hash(dict(event.details).get("sealed"))
        self._pairs[event.pair] = _Known(number, event.holder, "current", None, sealed)

    def _change(self, number: int, event: Event, pair: str) -> None:
        known = self._pairs.get(pair)
        if known is None:
            text = Phrase(N_("event {event} is on pair {pair}, which was not there then"), event=number, pair=pair)
            self._say("pair-not-there", text, event=number, pair=pair)
        elif event.what == "pair-lost":
            del self._pairs[pair]
            self.rescued = number
        elif event.what == "purge":
            del self._pairs[pair]
            self._last_seen(known, pair, dict(event.details).get("sealed", ""))
        elif event.what == "pair-moved":
            self._move(number, known, event, pair)
        else:
            by = dict(event.details).get("by") if event.what == "pair-superseded" else None
            self._pairs[pair] = known._replace(state=_STATES[event.what], superseded_by=by)

    def _move(self, number: int, known: _Known, event: Event, pair: str) -> None:
        told = dict(event.details)
        self._last_seen(known, pair, told.get("was", ""))
        if known.sealed not in {None, _hash(told.get("was"))}:
            text = Phrase(N_("event {event} moves pair {pair}, which was sealed otherwise"), event=number, pair=pair)
            self._say("pair-sealed", text, event=number, pair=pair)
        self._pairs[pair] = known._replace(added=number, holder=event.holder, sealed=_hash(told.get("sealed")))

    def _last_seen(self, known: _Known, pair: str, sealed: str) -> None:
        """The hash under which a pair was sealed until now, for the digest of a rotation."""
        if known.sealed is None:
            self.resealed[pair] = _hash(sealed)
            self.all_resealed_known &= bool(self.resealed[pair])

    def _same(self, pair: Pair, sealed: bytes, known: _Known) -> None:
        if known.sealed is None:
            self.resealed[pair.id] = sealed
        elif known.sealed != sealed:
            text = Phrase(
                N_("pair {pair}: its sealed value is not the one of event {event}"), pair=pair.id, event=known.added
            )
            self._say("pair-sealed", text, pair=pair.id)
        for field, log, row in _unlike(pair, known):
            text = Phrase(
                N_("pair {pair}: the register says {field} is {row}, the log says {log}"),
                pair=pair.id,
                field=field,
                row=str(row),
                log=str(log),
            )
            self._say(f"pair-{field.replace('_', '-')}", text, pair=pair.id)


def _unlike(pair: Pair, known: _Known) -> Iterator[tuple[str, str | None, str | None]]:
    """Where the log and the row of a pair differ: the field, what the log says, what the row says."""
    for field, log, row in (
        ("state", known.state, pair.state),
        ("superseded_by", known.superseded_by, pair.superseded_by),
        ("holder", known.holder, pair.holder),
    ):
        if log != row:
            yield field, log, row


def _hash(text: str | None) -> bytes:
    """What is written in hex; nothing where it is none, which no sealed value has for a hash."""
    try:
        return bytes.fromhex(text or "")
    except ValueError:
        return b""
