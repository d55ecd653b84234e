"""The log played again says what the register holds, and finds every difference."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.register import a_pair, an_id
from vault.model.actor import Actor
from vault.model.chain import head_of, witness
from vault.model.event import Event, Head
from vault.model.pair import Pair
from vault.model.replay import MOST, Findings, Replay, Rotations, SealedDigest

AT = datetime(2026, 11, 22, tzinfo=UTC)
ACTOR = Actor("slot", "user")
Table = dict[str, tuple[Pair, bytes]]


def event(what: str, pair: str | None = None, **details: str) -> Event:
    """An event on a pair of holder 1."""
    return Event(AT, ACTOR, what, pair, None, a_pair(1).holder, tuple(sorted(details.items())))


def sealed_digest(hashes: Iterable[tuple[str, bytes]]) -> str:
    """The digest of these."""
    digest = SealedDigest()
    for pair, sealed in sorted(hashes):
        digest.add(pair, sealed)
    return digest.hex()


def hashed(text: str) -> bytes:
    """Stands for the hash of a sealed value."""
    return hashlib.sha256(text.encode()).digest()


class World:
    """A register and a log, changed together as the program does."""

    def __init__(self) -> None:
        self.table: Table = {}
        self.log: list[Event] = []

    def step(self, number: int, choice: str, which: int) -> None:
        """One change, on one of the pairs there are."""
        ids = sorted(self.table)
        if choice == "add" or not ids:
            sealed = hashed(f"sealed {number}")
            pair = a_pair(number)
            self.table[pair.id] = (pair, sealed)
            self.log.append(event("pair-added", pair.id, sealed=sealed.hex()))
        elif choice == "rotate":
            self.table = {id_: (pair, hashed(f"again {number} {id_}")) for id_, (pair, _) in self.table.items()}
            hashes = ((id_, sealed) for id_, (_, sealed) in self.table.items())
            self.log.append(event("rotated", digest=sealed_digest(hashes)))
        else:
            self._change(choice, ids[which % len(ids)], ids)

    def _change(self, choice: str, id_: str, ids: list[str]) -> None:
        pair, sealed = self.table[id_]
        if choice == "purge":
            del self.table[id_]
            self.log.append(event("purge", id_, sealed=sealed.hex()))
        elif choice == "supersede":
            by = next((one for one in ids if one != id_), an_id(999))
            self.table[id_] = (pair._replace(state="superseded", superseded_by=by), sealed)
            self.log.append(event("pair-superseded", id_, by=by))
        elif choice == "retire":
            self.table[id_] = (pair._replace(state="retired", superseded_by=None), sealed)
            self.log.append(event("pair-retired", id_))
        elif choice == "move":
            anew, holder = hashed(f"moved {len(self.log)} {id_}"), an_id(100 + len(self.log) % 3, "holder")
            self.table[id_] = (pair._replace(holder=holder), anew)
            moved = event("pair-moved", id_, was=sealed.hex(), sealed=anew.hex())
            self.log.append(moved._replace(holder=holder))
        else:
            self.table[id_] = (pair._replace(state="current", superseded_by=None), sealed)
            self.log.append(event("pair-reinstated", id_))

    def found(self, table: Table | None = None, log: list[Event] | None = None, *, at_once: int = 2) -> set[str]:
        """The kinds of contradictions, with so many pairs on a page."""
        findings, table = Findings(), self.table if table is None else table
        events = list(enumerate(self.log if log is None else log, 1))
        rotations = Rotations(one for one in events if one[1].what == "rotated")
        ids = sorted({*table, *(one.pair for _, one in events if one.pair)})
        for page in (set(ids[start : start + at_once]) for start in range(0, len(ids), at_once)):
            replay = Replay(findings)
            for number, one in events:
                if one.pair in page or one.what == "rotated":
                    replay.take(number, one)
            replay.compare(table[id_] for id_ in page & table.keys())
            rotations.take(replay)
        rotations.check(findings)
        return {one.kind for one in findings.kept}


CHOICES = ["add", "add", "supersede", "retire", "reinstate", "move", "purge", "rotate"]
worlds = st.lists(st.tuples(st.sampled_from(CHOICES), st.integers(0, 20)), max_size=30)


def made(steps: list[tuple[str, int]]) -> World:
    """The world after ``steps``."""
    world = World()
    for number, (choice, which) in enumerate(steps, 1):
        world.step(number, choice, which)
    return world


@given(worlds)
def test_what_the_program_does_never_contradicts(steps: list[tuple[str, int]]) -> None:
    """Whatever is added, changed, purged and sealed anew, in any order."""
    assert made(steps).found() == set()


SPOILT: list[Callable[[Pair, bytes], tuple[Pair, bytes] | None]] = [
    lambda pair, sealed: None,
    lambda pair, sealed: (pair, hashed("other")),
    lambda pair, sealed: (pair._replace(holder=an_id(77)), sealed),
    lambda pair, sealed: (pair._replace(superseded_by=an_id(78)), sealed),
    lambda pair, sealed: (pair._replace(state="retired" if pair.state == "current" else "current"), sealed),
    lambda pair, sealed: (pair._replace(id="Z" * 16), sealed),
]


@given(worlds, st.integers(0, 40), st.sampled_from(range(len(SPOILT))))
def test_whatever_is_changed_in_the_register_is_found(steps: list[tuple[str, int]], which: int, how: int) -> None:
    """A row that is missing, added, or says another state, holder, successor or sealed value."""
    world = made([("add", 0), *steps, ("add", 0)])
    id_ = sorted(world.table)[which % len(world.table)]
    table = dict(world.table)
    changed = SPOILT[how](*table.pop(id_))
    if changed is not None:
        table[id_] = changed
    assert world.found(table)


@given(worlds, st.integers(0, 40))
def test_an_event_on_a_pair_that_is_left_out_is_found(steps: list[tuple[str, int]], which: int) -> None:
    """Unless it changed nothing, or another one after it says the same again."""
    world = made([*steps, ("add", 0)])
    added = [number for number, one in enumerate(world.log) if one.what in {"pair-added", "purge"}]
    number = added[which % len(added)]
    assert world.found(log=world.log[:number] + world.log[number + 1 :])


@pytest.mark.parametrize("sealed", ["", "no hex", "00"])
def test_an_event_without_its_hash_speaks_for_no_sealed_value(sealed: str) -> None:
    """A pair whose event says nothing usable is a contradiction, not a pass."""
    world = made([("add", 0)])
    log = [event("pair-added", a_pair(1).id, sealed=sealed)]
    assert world.found(log=log) == {"pair-sealed"}


def test_what_is_kept_of_many_contradictions_is_bounded() -> None:
    """All are counted, the first are kept."""
    findings = Findings()
    replay = Replay(findings)
    for number in range(1, 3 * MOST + 1):
        replay.take(number, event("pair-retired", an_id(number)))
    assert (findings.count, len(findings.kept)) == (3 * MOST, MOST)


def test_the_digest_is_of_ids_and_values_in_the_order_of_the_ids() -> None:
    """Another value, id or number of pairs gives another digest."""
    one, two = ("A" * 16, hashed("a")), ("B" * 16, hashed("b"))
    expected = b"certvault/1/rotated\n" + b"A" * 16 + hashed("a") + b"B" * 16 + hashed("b")
    assert sealed_digest([one, two]) == hashlib.sha256(expected).hexdigest()
    assert len({sealed_digest(each) for each in ([], [one], [two], [("A" * 16, hashed("b")), two])}) == 4


def test_a_head_is_written_and_read() -> None:
    """COUNT:HASH, as a person copies it."""
    head = Head(12, hashed("x"))
    assert head_of(f"  {witness(head).upper()}\n") == head
    assert witness(head) == f"12:{hashed('x').hex()}"
    for text in ("", "12", ":", f"0:{'0' * 64}", f"-1:{'0' * 64}", "1:00", f"x:{'0' * 64}", f"{'9' * 40}:{'0' * 64}"):
        with pytest.raises(ValueError, match="not a head"):
            head_of(text)


def test_a_move_of_what_was_sealed_otherwise_is_found() -> None:
    """The event of a move says what it moved: an older sealed value that was put back before is noticed."""
    world = made([("add", 0), ("move", 0)])
    told = dict(world.log[1].details) | {"was": hashed("older").hex()}
    world.log[1] = world.log[1]._replace(details=tuple(sorted(told.items())))
    assert world.found() == {"pair-sealed"}
