"""``doctor --rescue``: everything that can still be read of a damaged vault, brought into a new one.

The new vault is opened by the same keys. The old folder is only read: all work is done on a copy in the new one, page
by page, so that what lies on sound pages comes out whatever happened to the others. Of pairs, links, waiting files and
events no more is kept in memory than their ids and where they lie.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault import opening, places, rights
from vault.custody import Custody
from vault.errors import N_, CertvaultError, Damaged, NoRoom, Phrase, SlotsDamaged, WouldOverwrite
from vault.files.lock import Lock
from vault.files.writing import private_folder, write_new
from vault.keys.making import alone, signed
from vault.keys.slots import FILE_NAME, KeySlots, Slot
from vault.keys.unlocking import RootOwner, check_mac, root_of
from vault.ledger.events import record
from vault.model.event import Actor, Recorded, Wanted
from vault.model.holder import Holder
from vault.model.pair import Pair
from vault.model.texts import commitment
from vault.operations.examining import HALF_LOST
from vault.operations.proving import Progress
from vault.operations.retelling import account, account_for_texts, retell
from vault.pagewise import NOTHING, Seals, forgotten_in
from vault.ports.store import Store, Writer
from vault.secret import RegisterKey, RootKey
from vault.store.connection import connect
from vault.store.salvage import Salvaged, Sealed, pairs_at, salvage, salvaged_pairs
from vault.store.store import create as create_database

LIST = "rescued.json"
"""The list of what did not come out, in the new folder."""
UNREAD = N_("its row is missing, or lies on a damaged page")
_COPY = "copy-of-the-damaged"


class Lost(NamedTuple):
    """Something that did not come out, and why."""

    kind: str
    id: str
    why: str


class Rescued(NamedTuple):
    """How much came out into the vault in ``folder``, and what did not, as far as anything names it.

    ``damaged`` of ``pages`` could not be read.
    """

    folder: Path
    pairs: int
    links: int
    events: int
    lost: tuple[Lost, ...]
    pages: int
    damaged: int


def rescue(folder: Path, key: RootOwner, to: Path, *, user: str, at: datetime, progress: Progress) -> Rescued:
    """Bring what can be read of the vault in ``folder`` into a new one in the folder ``to``, opened by the same keys.

    Where the slot file is not what was written, only the slot that ``key`` opened comes along. Raises NoVault,
    SlotsDamaged, CannotUnlock, Damaged where not one page can be read, WouldOverwrite where anything is in ``to``,
    OnNetworkDrive, Exposed, Busy, NoRoom; then nothing is left in ``to``.
    """
    slots = opening.slots(folder)
    root, slot = root_of(slots, key)
    kept, lost = _kept(slots, slot, root)
    if to.exists() and any(to.iterdir()):
        raise WouldOverwrite(path=str(to), hint=N_("Choose a new or an empty folder."))
    there = to.exists()
    private_folder(to)
    try:
        places.check(to)
        rights.close_empty(to)
        rights.check(to, shared=False)
        with Lock(folder / opening.LOCK_NAME), Lock(to / opening.LOCK_NAME, exclusive=True):
            copy = _copied(folder / slots.database, to)
        register = opening.register_of(slots, root)
        _settle(copy, register)
        rows = _rows(copy, register, folder)
        kept = _without_removed(kept, slot, root, rows, lost)
        store: Store = create_database(
            to / slots.database, register, vault_id=slots.vault, at=at, slots_counter=kept.counter
        )
        with closing(store):
            custody = Custody(to, kept, store, Actor(slot.name, user), root)
            done = _Rescue(custody, Seals(slots, root), lost, at).run(copy, rows, register, progress)
        _finish(to, copy, kept, done)
    except BaseException:
        for left in to.iterdir():
            left.unlink()
        if not there:
            to.rmdir()
        raise
    return done


def _kept(slots: KeySlots, slot: Slot, root: RootKey) -> tuple[KeySlots, list[Lost]]:
    try:
        check_mac(slots, root)
    except SlotsDamaged:
        why = N_("the key file is not what was written, so only the key that was given was taken over")
        return alone(slots, slot, root), [Lost("key", one.id, why) for one in slots.slots if one.id != slot.id]
    return slots, []


def _without_removed(kept: KeySlots, given: Slot, root: RootKey, rows: Salvaged, lost: list[Lost]) -> KeySlots:
    """An old slot file that somebody put back brings no key back that was removed, as far as the log still knows."""
    gone: set[str | None] = set()
    for one in rows.events.values():
        if one.auth is not None:
            told = dict(one.event.details)
            gone |= {told.get("slot") if one.event.what == "key-removed" else None, told.get("instead_of")}
    stay = tuple(slot for slot in kept.slots if slot.id not in gone or slot.id == given.id)
    lost += [Lost("key", slot.id, N_("it was removed")) for slot in kept.slots if slot not in stay]
    return kept if stay == kept.slots else signed(kept._replace(slots=stay, counter=kept.counter + 1), root)


def _copied(database: Path, to: Path) -> Path:
    """A copy of the database, and of the journal beside it, in the folder ``to``."""
    copy = to / _COPY
    if not database.is_file():
        raise Damaged(path=str(database.parent), what=N_("its database is missing"))
    try:
        for source, target in ((database, copy), (_journal(database), _journal(copy))):
            if source.exists():
                target.touch(0o600)
                shutil.copyfile(source, target)
    except OSError as error:
        raise NoRoom(path=str(copy), why=Phrase(N_("the system says: {text}"), text=error.strerror)) from None
    return copy


def _settle(copy: Path, register: RegisterKey) -> None:
    """What a process did not end, the journal takes back; where it cannot, the pages are read as they are."""
    if _journal(copy).exists():
        with suppress(CertvaultError), closing(connect(copy, register)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")


def _rows(copy: Path, register: RegisterKey, folder: Path) -> Salvaged:
    rows = salvage(copy, register)
    if len(rows.damaged) == rows.pages:
        raise Damaged(path=str(folder), what=NOTHING)
    return rows


def _finish(to: Path, copy: Path, kept: KeySlots, done: Rescued) -> None:
    for left in (copy, _journal(copy)):
        left.unlink(missing_ok=True)
    listed = [one._asdict() for one in done.lost]
    write_new(to / LIST, json.dumps({"lost": listed}, indent=1, ensure_ascii=True).encode() + b"\n")
    write_new(to / FILE_NAME, kept.to_bytes(), vaults=True)


def _journal(path: Path) -> Path:
    return path.with_name(path.name + "-journal")


class _Rescue:
    """One rescue: what is lost is gathered while the rest is written, all in one transaction."""

    def __init__(self, custody: Custody, seals: Seals, lost: list[Lost], at: datetime) -> None:
        self._custody = custody
        self._seals = seals
        self._lost = lost
        self._at = at
        self._good: dict[str, int] = {}
        self._names: dict[str, str] = {}

    def run(self, copy: Path, rows: Salvaged, register: RegisterKey, progress: Progress) -> Rescued:
        self._open(salvaged_pairs(copy, register), rows, progress)
        with self._custody.writing() as writer:
            self._holders(writer, rows)
            for pair, sealed, _place in pairs_at(copy, register, sorted(self._good.values())):
                writer.add_pair(self._settled(pair), sealed)
            pairs = len(self._good)
            self._good.clear()
            links = self._links(writer, rows)
            self._settings(writer, rows)
            self._events(writer, rows)
            self._merged(writer, rows)
            told = {"pairs": str(pairs), "lost": str(len(self._lost))}
            generation = str(self._custody.slots.generation)
            record(self._custody, writer, "rescued", at=self._at, generation=generation, **told)
            events = writer.head().number
        return Rescued(self._custody.folder, pairs, links, events, tuple(self._lost), rows.pages, len(rows.damaged))

    def _open(self, pairs: Iterator[Sealed], rows: Salvaged, progress: Progress) -> None:
        """Find the pairs that open and are what their rows say; where one has several rows, such a one."""
        why: dict[str, str] = {}
        for count, (pair, sealed, place) in enumerate(pairs, 1):
            try:
                certificate = self._seals.certificate(pair, sealed)
            except CertvaultError as error:
                why[pair.id] = Phrase(error.sentence, **error.fields)
            else:
                self._good[pair.id] = place
                if not _named(rows, pair.holder):
                    self._names[pair.holder] = certificate.common_name or pair.subject
            progress(min(count, len(rows.known)), len(rows.known))
        lost = sorted(rows.known.keys() - self._good.keys())
        self._lost += [Lost("pair", id_, why.get(id_, UNREAD)) for id_ in lost]
        rows.known.clear()  # all is said; the log takes as much memory

    def _settled(self, pair: Pair) -> Pair:
        """``pair`` as it can stand in the new vault: one whose successor is lost is retired."""
        if pair.superseded_by is None or pair.superseded_by in self._good:
            return pair
        return pair._replace(state="retired", superseded_by=None)

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
            if None in here or into in rows.merged or writer.pairs_of_holder(id_, every=True) or writer.links_of(id_):
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

    def _settings(self, writer: Writer, rows: Salvaged) -> None:
        for name, (value, auth) in rows.settings.items():
            if self._seals.wrote_setting(name, value, auth):
                writer.put_setting(name, value, auth)
            else:
                self._lost.append(Lost("setting", name, N_("this setting was changed past certvault")))

    def _events(self, writer: Writer, rows: Salvaged) -> None:
        """The log, and what the log alone knows to be lost."""
        numbers = range(1, max(rows.events, default=0) + 1)
        self._lost += [Lost("event", str(number), UNREAD) for number in numbers if number not in rows.events]
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


def _named(rows: Salvaged, holder: str) -> bool:
    """Whether the row of a holder was read, not only what belongs to it."""
    return holder in rows.holders and bool(rows.holders[holder].name)


def _with_true_texts(found: Recorded, forgotten: Mapping[str | None, int]) -> Recorded:
    """``found`` with those of its texts that it commits to; what was forgotten stays so."""
    gone, committed = forgotten.get(found.event.holder, 0) > found.number, dict(found.event.commitments)
    true = (one for one in found.texts if not gone and commitment(*one[1:]) == committed.get(one[0]))
    return found._replace(texts=tuple(true))
