"""``doctor --rescue``: everything that can still be read of a damaged vault, brought into a new one.

The new vault is opened by the same keys. The old folder is only read: all work is done on a copy in the new one, page
by page, so that what lies on sound pages comes out whatever happened to the others. Of pairs, links, waiting files and
events no more is kept in memory than their ids and where they lie.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault import opening, places, rights
from vault.custody import Custody
from vault.errors import N_, CertvaultError, Damaged, NoRoom, Phrase, SlotsDamaged, WouldOverwrite
from vault.files.copying import copy_readable
from vault.files.lock import Lock
from vault.files.writing import private_folder, write_new
from vault.keys.making import alone, signed
from vault.keys.slots import FILE_NAME, KeySlots, Slot
from vault.keys.unlocking import RootOwner, check_mac, root_of
from vault.model.actor import Actor
from vault.operations.proving import Progress
from vault.pagewise import NOTHING, Seals
from vault.ports.store import Store
from vault.rehousing import Lost, Rehousing, unreadable
from vault.secret import RegisterKey, RootKey
from vault.store.connection import PAGE, connect
from vault.store.salvage import Salvaged, salvage
from vault.store.store import create as create_database

LIST = "rescued.json"
"""The list of what did not come out, in the new folder."""
_COPY = "copy-of-the-damaged"


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

    @property
    def amount_lost(self) -> int:
        """How much did not come out."""
        return sum(one.amount for one in self.lost)


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
            copy, blank = _copied(folder / slots.database, to)
        lost += unreadable(blank)
        register = opening.register_of(slots, root)
        _settle(copy, register)
        rows = _rows(copy, register, folder)
        kept = _without_removed(kept, slot, root, rows, lost)
        store: Store = create_database(
            to / slots.database, register, vault_id=slots.vault, at=at, slots_counter=kept.counter
        )
        with closing(store):
            custody = Custody(to, kept, store, Actor(slot.name, user), root)
            came = Rehousing(custody, copy, register, Seals(slots, root), lost, at).run(rows, progress)
        _finish(to, copy, kept, lost)
    except BaseException:
        for left in to.iterdir():
            left.unlink()
        if not there:
            to.rmdir()
        raise
    return Rescued(to, *came, tuple(lost), rows.pages, len(rows.damaged))


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


def _copied(database: Path, to: Path) -> tuple[Path, list[int]]:
    """A copy of the database, and of the journal beside it, in the folder ``to``; and the numbers of the database's
    pages that the disk does not give out, which are blank in it."""
    copy = to / _COPY
    if not database.is_file():
        raise Damaged(path=str(database.parent), what=N_("its database is missing"))
    try:
        copy.touch(0o600)
        blank = copy_readable(database, copy, PAGE)
        if _journal(database).exists():
            _journal(copy).touch(0o600)
            copy_readable(_journal(database), _journal(copy), PAGE)
    except OSError as error:
        raise NoRoom(path=str(copy), why=Phrase(N_("the system says: {text}"), text=error.strerror)) from None
    return copy, blank


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


def _finish(to: Path, copy: Path, kept: KeySlots, lost: Sequence[Lost]) -> None:
    for left in (copy, _journal(copy)):
        left.unlink(missing_ok=True)
    listed = [one._asdict() for one in lost]
    write_new(to / LIST, json.dumps({"lost": listed}, indent=1, ensure_ascii=True).encode() + b"\n")
    write_new(to / FILE_NAME, kept.to_bytes(), vaults=True)


def _journal(path: Path) -> Path:
    return path.with_name(path.name + "-journal")
