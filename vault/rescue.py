"""``doctor --rescue``: everything that can still be read of a damaged vault, brought into a new one.

The new vault is opened by the same keys. The old folder is only read: all work is done on a copy in the new one, page
by page, so that what lies on sound pages comes out whatever happened to the others.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault import opening, places
from vault.crypto.hashing import sha256
from vault.custody import Custody
from vault.doctor import Progress, Seals, first_gap
from vault.errors import N_, CertvaultError, NoRoom, Phrase, SlotsDamaged, WouldOverwrite
from vault.files.lock import Lock
from vault.files.writing import private_folder, write_new
from vault.keys.making import alone
from vault.keys.slots import FILE_NAME, KeySlots, Slot
from vault.keys.unlocking import RootOwner, check_mac, root_of
from vault.ledger.events import record
from vault.model.chain import event_hash
from vault.model.event import Actor, Recorded
from vault.model.holder import Holder
from vault.model.pair import Pair
from vault.ports.store import Store, Writer
from vault.secret import RegisterKey, RootKey
from vault.store.connection import connect
from vault.store.salvage import Salvaged, salvage, salvaged_pairs
from vault.store.store import create as create_database

LIST = "rescued.json"
"""The list of what did not come out, in the new folder."""
_COPY = "copy-of-the-damaged"


class Lost(NamedTuple):
    """Something that did not come out, and why."""

    kind: str
    id: str
    why: str


class Rescued(NamedTuple):
    """How much came out into the vault in ``folder``, and what did not."""

    folder: Path
    pairs: int
    links: int
    events: int
    lost: tuple[Lost, ...]


def rescue(folder: Path, key: RootOwner, to: Path, *, user: str, at: datetime, progress: Progress) -> Rescued:
    """Bring what can be read of the vault in ``folder`` into a new one in the folder ``to``, opened by the same keys.

    Where the slot file is not what was written, only the slot that ``key`` opened comes along. Raises NoVault,
    SlotsDamaged, CannotUnlock, WouldOverwrite where anything is in ``to``, OnNetworkDrive, Exposed, Busy, NoRoom.
    """
    slots = opening.slots(folder)
    root, slot = root_of(slots, key)
    kept, lost = _kept(slots, slot, root)
    if to.exists() and any(to.iterdir()):
        raise WouldOverwrite(path=str(to), hint=N_("Choose a new or an empty folder."))
    private_folder(to)
    places.check(to)
    try:
        with Lock(folder / opening.LOCK_NAME), Lock(to / opening.LOCK_NAME, exclusive=True):
            copy = _copied(folder / slots.database, to)
        register = opening.register_of(slots, root)
        _settle(copy, register)
        store: Store = create_database(
            to / slots.database, register, vault_id=slots.vault, at=at, slots_counter=kept.counter
        )
        with closing(store):
            custody = Custody(to, kept, store, Actor(slot.name, user), root)
            done = _Rescue(custody, Seals(slots, root), lost, at).run(copy, register, progress)
        _finish(to, copy, kept, done)
    except BaseException:
        for left in to.iterdir():
            left.unlink()
        raise
    return done


def _kept(slots: KeySlots, slot: Slot, root: RootKey) -> tuple[KeySlots, list[Lost]]:
    try:
        check_mac(slots, root)
    except SlotsDamaged:
        why = N_("the key file is not what was written, so only the key that was given was taken over")
        return alone(slots, slot, root), [Lost("key", one.id, why) for one in slots.slots if one.id != slot.id]
    return slots, []


def _copied(database: Path, to: Path) -> Path:
    """A copy of the database, and of the journal beside it, in the folder ``to``."""
    copy = to / _COPY
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


def _finish(to: Path, copy: Path, kept: KeySlots, done: Rescued) -> None:
    for left in (copy, _journal(copy)):
        left.unlink(missing_ok=True)
    listed = [one._asdict() for one in done.lost]
    write_new(to / LIST, json.dumps({"lost": listed}, indent=1, ensure_ascii=True).encode() + b"\n")
    write_new(to / FILE_NAME, kept.to_bytes())


def _journal(path: Path) -> Path:
    return path.with_name(path.name + "-journal")


class _Rescue:
    """One rescue: what is lost is gathered while the rest is written, all in one transaction."""

    def __init__(self, custody: Custody, seals: Seals, lost: list[Lost], at: datetime) -> None:
        self._custody = custody
        self._seals = seals
        self._lost = lost
        self._at = at
        self._out: set[str] = set()

    def run(self, copy: Path, register: RegisterKey, progress: Progress) -> Rescued:
        rows = salvage(copy, register)
        good = self._good(copy, register, rows, progress)
        self._out = set(good)
        stored: dict[Pair, str] = {}
        with self._custody.writing() as writer:
            self._holders(writer, rows, good.values())
            for pair, sealed in salvaged_pairs(copy, register):
                if pair == good.get(pair.id):
                    settled = self._settled(pair)
                    writer.add_pair(settled, sealed)
                    stored[settled] = sha256(sealed).hex()
                    del good[pair.id]
            links = self._links(writer, rows)
            self._settings(writer, rows)
            self._events(writer, rows)
            self._explain(writer, rows, stored)
            told = {"pairs": str(len(self._out)), "lost": str(len(self._lost))}
            record(self._custody, writer, "rescued", at=self._at, **told)
            events = writer.head().number
        return Rescued(self._custody.folder, len(self._out), links, events, tuple(self._lost))

    def _good(self, copy: Path, register: RegisterKey, rows: Salvaged, progress: Progress) -> dict[str, Pair]:
        """The pairs that open and are what their rows say."""
        good: dict[str, Pair] = {}
        why: dict[str, str] = {}
        for pair, sealed in salvaged_pairs(copy, register):
            try:
                self._seals.check_pair(pair, sealed)
                good[pair.id] = pair
            except CertvaultError as error:
                why[pair.id] = Phrase(error.sentence, **error.fields)
            progress(len({*good, *why}), len(rows.known))
        unread = N_("its row lies on a damaged page")
        self._lost += [Lost("pair", id_, why.get(id_, unread)) for id_ in sorted(rows.known.keys() - good.keys())]
        return good

    def _settled(self, pair: Pair) -> Pair:
        """``pair`` as it can stand in the new vault: one whose successor is lost is retired."""
        if pair.superseded_by is None or pair.superseded_by in self._out:
            return pair
        return pair._replace(state="retired", superseded_by=None)

    def _holders(self, writer: Writer, rows: Salvaged, pairs: Iterable[Pair]) -> None:
        """Every holder, and those of pairs whose own row is lost: the log may still know their names."""
        told = {e.event.holder: dict(e.event.details).get("name") for e in rows.events.values()}
        named = {id_: holder for id_, holder in rows.holders.items() if holder.name}
        for id_ in sorted({*named, *(pair.holder for pair in pairs)}):
            if id_ not in named:
                self._lost.append(Lost("holder", id_, N_("its row lies on a damaged page")))
            writer.add_holder(named.get(id_) or Holder(id_, told.get(id_) or id_))

    def _links(self, writer: Writer, rows: Salvaged) -> int:
        added = 0
        for link in rows.links.values():
            holder = link.holder if link.holder and writer.holder(link.holder) else None
            pair = link.pair if link.pair and writer.pair(link.pair) else None
            writer.add_link(link._replace(holder=holder, pair=pair))
            added += 1
            sealed = rows.parked.get(link.id)
            if sealed is not None and self._seals.opens_parked(link.id, sealed):
                writer.park(link.id, sealed)
            elif sealed is not None:
                self._lost.append(Lost("file", link.id, N_("the file that waits with this link does not open")))
        return added

    def _settings(self, writer: Writer, rows: Salvaged) -> None:
        for name, (value, auth) in rows.settings.items():
            if self._seals.wrote_setting(name, value, auth):
                writer.put_setting(name, value, auth)
            else:
                self._lost.append(Lost("setting", name, N_("this setting was changed past certvault")))

    def _events(self, writer: Writer, rows: Salvaged) -> None:
        """The log as it is up to the first gap; what comes after it is recorded anew, with its old place."""
        last = max(rows.events, default=0)
        gap = first_gap(rows.events, self._seals) or last + 1
        for number in range(1, last + 1):
            found = rows.events.get(number)
            if found is None:
                self._lost.append(Lost("event", str(number), N_("its row lies on a damaged page")))
            elif number < gap:
                writer.add_event(found)
            else:
                self._again(writer, found)

    def _explain(self, writer: Writer, rows: Salvaged, stored: dict[Pair, str]) -> None:
        """What the log no longer says of the pairs that came out, so that it agrees with the new register."""
        added = {found.event.pair for found in rows.events.values() if found.event.what == "pair-added"}
        for pair, sealed in stored.items():
            id_, holder, proof = pair.id, pair.holder, pair.proof
            if id_ not in added:
                what = "pair-added"
                record(self._custody, writer, what, at=self._at, pair=id_, holder=holder, proof=proof, sealed=sealed)
            if pair.state == "retired" and rows.pairs[id_].state != "retired":
                record(self._custody, writer, "pair-retired", at=self._at, pair=id_, holder=holder)

    def _again(self, writer: Writer, found: Recorded) -> None:
        details = tuple(sorted((*found.event.details, ("rescued", str(found.number)))))
        event = found.event._replace(details=details)
        head = writer.head()
        hash_ = event_hash(head.hash, head.number + 1, event)
        auth = self._custody.authenticated(hash_, head.number + 1)
        writer.add_event(Recorded(head.number + 1, event, hash_, auth))
