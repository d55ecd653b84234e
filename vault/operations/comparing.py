"""The register held against the audit log, page by page: memory does not grow with the number of pairs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vault.crypto.hashing import sha256
from vault.model.event import Event, Wanted
from vault.model.pair import Pair
from vault.model.replay import Findings, Replay, Rotations
from vault.model.told_targets import EVENTS, ToldTargets
from vault.operations.audit import PAGE
from vault.ports.store import Reader

_PAIRS = 200


class Told(NamedTuple):
    """A page: what the log says of some pairs, and those of them that are in the register, with the SHA-256 of their
    sealed values."""

    replay: Replay
    pairs: Sequence[tuple[Pair, bytes]]


def compare(reader: Reader, findings: Findings) -> None:
    """Find where the register says something else of a pair than the log."""
    rotations = _rotations(reader)
    for page in _pages(reader, findings, rotations):
        page.replay.compare(page.pairs)
        rotations.take(page.replay)
    rotations.check(findings)
    _compare_targets(reader, findings)


def told_targets(reader: Reader) -> ToldTargets:
    """What the log says of the places where pairs are installed."""
    told, after = ToldTargets(), 0
    while page := reader.events(Wanted(what=EVENTS), after=after, limit=PAGE):
        for one in page:
            told.take(one.event)
        after = page[-1].number
    return told


def _compare_targets(reader: Reader, findings: Findings) -> None:
    """Find where the register says something else of a place than the log."""
    told, after = told_targets(reader), ""
    while page := reader.targets_after(after, limit=PAGE):
        told.compare(page, reader.installations_at([one.id for one in page]), findings)
        after = page[-1].id
    told.missing(reader.forgotten(), findings)


def told(reader: Reader) -> Iterator[Told]:
    """What the log says of all pairs and what the register has, page by page, in the order of their ids."""
    return _pages(reader, Findings(), _rotations(reader))


def _pages(reader: Reader, findings: Findings, rotations: Rotations) -> Iterator[Told]:
    after = ""
    while ids := reader.ids_told(after=after, limit=_PAIRS):
        events = [(one.number, one.event) for one in reader.events_of_pairs(ids)]
        replay = Replay(findings)
        for number, event in sorted([*events, *rotations.events], key=_number):
            replay.take(number, event)
        yield Told(replay, [(pair, sha256(sealed)) for pair, sealed in reader.sealed_of(ids)])
        after = ids[-1]


def _number(one: tuple[int, Event]) -> int:
    return one[0]


def _rotations(reader: Reader) -> Rotations:
    found: list[tuple[int, Event]] = []
    while page := reader.events(Wanted(what=("rotated",)), after=found[-1][0] if found else 0, limit=PAGE):
        found += [(one.number, one.event) for one in page]
    return Rotations(found)
