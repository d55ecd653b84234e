"""What can still be read of a damaged register, written into an empty one, so that the two agree with its log.

Rows may contradict one another: an older page was put back, or somebody changed them by SQL. The new register takes
none that contradicts, so a pair that cannot stand as its row says is retired, and what cannot stand at all is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Literal, NamedTuple

from vault.custody import Custody
from vault.errors import N_, CertvaultError, Phrase
from vault.ledger.events import record
from vault.model.event import Recorded, Wanted
from vault.model.holder import Holder
from vault.model.pair import Pair
from vault.model.target import Installation
from vault.model.texts import commitment
from vault.model.told_targets import LOST as TARGET_LOST
from vault.operations.comparing import told_targets
from vault.operations.examining import HALF_LOST
from vault.operations.proving import Progress
from vault.operations.retelling import account, account_for_texts, retell
from vault.pagewise import Seals, forgotten_in
from vault.ports.store import Writer
from vault.secret import RegisterKey
from vault.store.salvage import Salvaged, Sealed, pairs_by_place, salvaged_pairs

UNREAD = N_("its row is missing, or lies on a damaged page")
_UNREAD_ROWS = N_("their rows are missing, or lie on damaged pages")
_UNREADABLE = N_("the disk reports an error when it is read")
_CONTRADICTED = N_("another row contradicts its own: an older page was put back, or somebody changed it past certvault")


LostKind = Literal["pair", "holder", "target", "event", "text", "file", "pin", "setting", "key", "page"]


class Lost(NamedTuple):
    """Something that did not come out, and why. Events or pages in a row are one, with the first and the last as id:
    ``5-9``."""

    kind: LostKind
    id: str
    why: str
    amount: int = 1


class Counts(NamedTuple):
    """How much came out."""

    pairs: int
    links: int
    events: int


class Rehousing:
    """The rows of the database at ``copy``, on their way into the empty register of ``custody``.

    What is lost is put into ``lost`` while the rest is written, all in one transaction.
    """

    def __init__(
        self, custody: Custody, copy: Path, register: RegisterKey, seals: Seals, lost: list[Lost], at: datetime
    ) -> None:
        self._custody = custody
        self._file = copy, register
        self._seals = seals
        self._lost = lost
        self._at = at
        self._good: dict[str, int] = {}
        self._current: set[int] = set()
        self._names: dict[str, str] = {}

    def run(self, rows: Salvaged, progress: Progress) -> Counts:
        """Write what opens, and let the log say what became of the rest. Raises NoRoom."""
        self._open(rows, progress)
        with self._custody.writing() as writer:
            self._holders(writer, rows)
            pairs = self._pairs(writer)
            links = self._links(writer, rows)
            self._settings(writer, rows)
            self._events(writer, rows)
            self._targets(writer, rows)
            self._merged(writer, rows)
            told = {"pairs": str(pairs), "lost": str(sum(one.amount for one in self._lost))}
            generation = str(self._custody.slots.generation)
            record(self._custody, writer, "rescued", at=self._at, generation=generation, **told)
            return Counts(pairs, links, writer.head().number)

    def _open(self, rows: Salvaged, progress: Progress) -> None:
        """Find the pairs that open and are what their rows say; where one has several rows, such a one."""
        why: dict[str, str] = {}
        total = len(rows.known)
        for count, (pair, sealed, place) in enumerate(salvaged_pairs(*self._file), 1):
            try:
                certificate = self._seals.certificate(pair, sealed)
            except CertvaultError as error:
                why[pair.id] = Phrase(error.sentence, **error.fields)
            else:
                self._current.discard(self._good.get(pair.id, 0))
                self._good[pair.id] = place
                rows.known.pop(pair.id, None)  # no pair is kept twice: there may be very many
                if pair.state == "current":
                    self._current.add(place)
                if not _named(rows, pair.holder):
                    self._names[pair.holder] = certificate.common_name or pair.subject
            progress(min(count, total), total)
        self._lost += [Lost("pair", id_, why.get(id_, UNREAD)) for id_ in sorted(rows.known)]
        rows.known.clear()

    def _pairs(self, writer: Writer) -> int:
        """Every pair that opens, the current ones first: what contradicts them is the older row. Gives their number."""
        read = pairs_by_place(*self._file)
        old = sorted(place for place in self._good.values() if place not in self._current)
        written = 0
        for places in (sorted(self._current), old):
            for one in self._successors_first(read, places):
                if _contradicted(writer, one.pair):
                    self._lost.append(Lost("pair", one.pair.id, _CONTRADICTED))
                else:
                    writer.add_pair(_settled(writer, one.pair), one.sealed)
                    written += 1
        self._current.clear()
        return written

    def _successors_first(self, read: Callable[[int], Sealed], places: Iterable[int]) -> Iterator[Sealed]:
        """The pairs at ``places``, each once: which state one can have hangs on what became of its successor."""
        for place in places:
            chain, begun = [place], {place}
            while chain:
                one = read(chain[-1])
                by = one.pair.superseded_by if one.pair.state == "superseded" else None
                successor = self._good.get(by or "")
                if one.pair.id in self._good and successor is not None and successor not in begun:
                    chain.append(successor)
                    begun.add(successor)
                    continue
                chain.pop()
                if self._good.pop(one.pair.id, None) is not None:
                    yield one

    def _holders(self, writer: Writer, rows: Salvaged) -> None:
        """Every holder, and those of pairs whose own row is lost, by the names in their certificates."""
        for id_ in sorted(rows.holders.keys() | self._names.keys()):
            if _named(rows, id_):
                writer.add_holder(rows.holders[id_])
            elif id_ in self._names:
                self._lost.append(Lost("holder", id_, UNREAD))
                writer.add_holder(Holder(id_, self._names[id_]))
        rows.holders.clear()

    def _merged(self, writer: Writer, rows: Salvaged) -> None:
        """Who is another name of somebody else, as far as the register was so. The event may be lost."""
        for id_, into in rows.merged.items():
            here = writer.holder(id_), writer.holder(into)
            if None in here or into in rows.merged or _has_anything(writer, id_):
                continue
            if not writer.events(Wanted(holder=id_, what=("holder-merged",)), after=0, limit=1):
                record(self._custody, writer, "holder-merged", at=self._at, holder=id_, into=into)
            writer.merge_holder(id_, into)

    def _links(self, writer: Writer, rows: Salvaged) -> int:
        added = 0
        for link in rows.links.values():
            holder = link.holder if link.holder and writer.holder(link.holder) else None
            pair = link.pair if link.pair and writer.pair(link.pair) else None
            writer.add_link(link._replace(holder=holder, pair=pair))
            added += 1
            sealed = rows.parked.get(link.id)
            if sealed is not None and self._seals.opens_parked(link.kind, link.id, sealed):
                writer.park(link.id, sealed)
            elif sealed is not None:
                self._lost.append(Lost("pin" if link.kind == "pin" else "file", link.id, HALF_LOST[link.kind]))
        return added

    def _targets(self, writer: Writer, rows: Salvaged) -> None:
        """Where pairs are installed, of every holder who came out; what no event says any more, nobody knows."""
        told = told_targets(writer)
        for target in rows.targets.values():
            if writer.holder(target.holder) is not None:
                writer.add_target(target if told.knows_drop(target) else target._replace(dropped=None))
        for one in rows.installations.values():
            there = [each.lineage for each in writer.installations_at([one.target])]
            if one.lineage not in there and writer.targets([one.target]):
                writer.add_installation(one if told.knows(one) else _of_nothing(one))
        for id_ in told.left(writer.forgotten()):
            if not writer.targets([id_]):
                record(self._custody, writer, TARGET_LOST, at=self._at, target=id_)
                self._lost.append(Lost("target", id_, UNREAD))

    def _settings(self, writer: Writer, rows: Salvaged) -> None:
        for name, (value, auth) in rows.settings.items():
            if self._seals.wrote_setting(name, value, auth):
                writer.put_setting(name, value, auth)
            else:
                self._lost.append(Lost("setting", name, N_("this setting was changed past certvault")))

    def _events(self, writer: Writer, rows: Salvaged) -> None:
        """The log, and what the log alone knows to be lost."""
        self._lost += _gaps(rows.events)
        forgotten = forgotten_in(rows.events)
        events = (_with_true_texts(one, forgotten) for one in rows.events.values())
        planted = N_("it was written past certvault")
        for number in retell(self._custody, writer, events, self._seals.wrote_event, self._at):
            self._lost.append(Lost("event", str(number), planted))
        told = {one.id for one in self._lost if one.kind == "pair"}
        lost = account(self._custody, writer, at=self._at)
        self._lost += [Lost("pair", id_, UNREAD) for id_ in lost if id_ not in told]
        texts = account_for_texts(self._custody, writer, at=self._at)
        self._lost += [Lost("text", f"{number} {name}", UNREAD) for number, name in texts]


def unreadable(pages: Iterable[int]) -> Iterator[Lost]:
    """What the disk did not give out of the database: one entry for pages in a row."""
    for _, run in groupby(enumerate(pages), key=lambda one: one[1] - one[0]):
        numbers = [number for _, number in run]
        id_ = str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}"
        yield Lost("page", id_, _UNREADABLE, len(numbers))


def _gaps(numbers: Iterable[int]) -> Iterator[Lost]:
    """The events that are missing among these, in their order: one entry for each gap, however long."""
    expected = 1
    for number in numbers:
        if number == expected + 1:
            yield Lost("event", str(expected), UNREAD)
        elif number > expected:
            yield Lost("event", f"{expected}-{number - 1}", _UNREAD_ROWS, number - expected)
        expected = number + 1


def _settled(writer: Writer, pair: Pair) -> Pair:
    """``pair`` as it can stand in the new register: retired where its state cannot be."""
    if pair.state == "current":
        rival = next((one for one in writer.lineage(pair.lineage) if one.state == "current"), None)
        if rival is None or (rival.added, rival.not_after) < (pair.added, pair.not_after):
            if rival is not None:
                writer.set_state(rival.id, "retired")
            return pair._replace(superseded_by=None)
    elif pair.state == "superseded":
        successor = writer.pair(pair.superseded_by or "")
        if successor is not None and _same_lineage(pair, successor):
            return pair
    return pair._replace(state="retired", superseded_by=None)


def _same_lineage(one: Pair, other: Pair) -> bool:
    """Whether the two can stand in one lineage: it has one provider, one holder and one purpose."""
    return (one.lineage, one.provider, one.holder, one.purpose) == (
        other.lineage,
        other.provider,
        other.holder,
        other.purpose,
    )


def _contradicted(writer: Writer, pair: Pair) -> bool:
    """Whether a pair that was written already has this certificate, or says something else of the same lineage."""
    others = writer.lineage(pair.lineage)
    return writer.pair_with_fingerprint(pair.fingerprint) is not None or not all(
        _same_lineage(pair, one) for one in others
    )


def _of_nothing(one: Installation) -> Installation:
    """``one`` where nobody knows what is there."""
    return Installation(one.id, one.target, one.lineage, one.provider, one.since)


def _has_anything(writer: Writer, holder: str) -> bool:
    return bool(writer.pairs_of_holder(holder, every=True) or writer.links_of(holder) or writer.targets_of([holder]))


def _named(rows: Salvaged, holder: str) -> bool:
    """Whether the row of a holder was read, not only what belongs to it."""
    return holder in rows.holders and bool(rows.holders[holder].name)


def _with_true_texts(found: Recorded, forgotten: Mapping[str | None, int]) -> Recorded:
    """``found`` with those of its texts that it commits to; what was forgotten stays so."""
    gone, committed = forgotten.get(found.event.holder, 0) > found.number, dict(found.event.commitments)
    true = (one for one in found.texts if not gone and commitment(*one[1:]) == committed.get(one[0]))
    return found._replace(texts=tuple(true))
