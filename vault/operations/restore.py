"""Put a backup in the place of the vault, which is kept aside. The slot file is the one commit point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from vault import packing, rights
from vault.custody import Custody
from vault.errors import (
    N_,
    BackupDamaged,
    CannotUnlock,
    CertvaultError,
    Damaged,
    KeysWouldComeAlive,
    NewerVersion,
    NoSuchFile,
    SlotsDamaged,
    WouldOverwrite,
)
from vault.files.lock import Lock
from vault.files.reading import read_bounded
from vault.files.writing import folder_within, private_folder, publish, replace, write_new
from vault.keys.authenticate import backup_auth, backup_register_auth, same
from vault.keys.derive import events_key, register_key
from vault.keys.making import signed
from vault.keys.slots import FILE_NAME, LONGEST, KeySlots, Slot
from vault.keys.unlocking import RootOwner, check_mac, unlock_root
from vault.ledger.events import record
from vault.model.chain import witness
from vault.model.event import Actor
from vault.model.ids import Random, new_id
from vault.model.times import text, utc
from vault.ports.store import Store
from vault.secret import RegisterKey, RootKey

LOCK_NAME = "vault.lock"
_UNFINISHED = "restoring-"


class OpenDatabase(Protocol):
    """Opens a database: :func:`vault.opening.database`."""

    def __call__(self, path: Path, key: RegisterKey, vault: str, *, migrate_at: datetime | None = None) -> Store:
        """The store at ``path``."""
        ...


class Restored(NamedTuple):
    """What came of it. ``aside`` is the folder with the vault that was there, or None where there was none.

    ``kept_keys`` says that the keys are those of the living vault; else they are the backup's. ``by_watch`` says that
    the backup was made with a watch key: whoever had that could have made it from an older state.
    """

    vault: str
    backup: packing.Head
    aside: Path | None
    kept_keys: bool
    by_watch: bool


class _Unlocked(NamedTuple):
    slots: KeySlots
    root: RootKey
    slot: Slot


def restore(
    backup: packing.Backup,
    folder: Path,
    secret: RootOwner,
    *,
    accept: Callable[[Sequence[Slot]], bool],
    open_database: OpenDatabase,
    user: str,
    at: datetime,
    random: Random,
) -> Restored:
    """Put ``backup``, which was read whole, in the place of the vault in ``folder``, or into a new folder.

    Where the living slots give the same root key they stay, so that a slot that was removed stays removed. Else those
    of the backup come alive, if ``accept`` says so of them. A process that ends in between leaves the old vault or the
    new one. Raises WouldOverwrite (another vault lies there), CannotUnlock, KeysWouldComeAlive, BackupDamaged,
    NewerVersion, Busy, NoRoom.
    """
    living = _living(folder)
    if living is not None and living.vault != backup.head.vault:
        raise WouldOverwrite(
            path=str(folder), hint=N_("Another vault lies there; name an empty folder with --vault DIR.")
        )
    found = _unlocked(backup, living, secret)
    _authentic(backup, found)
    kept = living is not None and _gives(living, found.root)
    if not kept and not accept(found.slots.slots):
        raise come_alive(found.slots.slots)
    before = _head_of(folder, living, found, secret, open_database)
    private_folder(folder)
    if rights.shared_by(folder) is None:
        rights.close_empty(folder)
    with Lock(folder / LOCK_NAME, exclusive=True):
        if _living(folder) != living:
            raise WouldOverwrite(path=str(folder), hint=N_("Another process has just changed the vault; try again."))
        place = _Place(folder, f"vault-{new_id(random)}.db", folder / f"{_UNFINISHED}{new_id(random)}.part")
        place.sweep()
        try:
            slots = _slots(found, living if kept else None, living, place.name)
            _prepare(backup, place, found, slots, before, open_database, user=user, at=at)
            aside = place.commit(slots, f"replaced-{utc(at):%Y%m%dT%H%M%SZ}-{new_id(random)[:6]}")
        finally:
            place.sweep()
    return Restored(backup.head.vault, backup.head, aside, kept, backup.events_mac == bytes(32))


def come_alive(slots: Sequence[Slot]) -> KeysWouldComeAlive:
    """The refusal that lists the keys which a person has to accept."""
    keys = [{"name": s.name, "person": s.person, "kind": s.kind, "since": text(s.created)} for s in slots]
    return KeysWouldComeAlive(count=len(keys), names=", ".join(slot.name for slot in slots), keys=keys)


def _living(folder: Path) -> KeySlots | None:
    """The slots of the vault that is there, or None where there is none or they cannot be read."""
    path = folder / FILE_NAME
    try:
        return KeySlots.from_bytes(read_bounded(path, LONGEST), str(path))
    except NewerVersion:
        raise
    except CertvaultError:
        return None


def slots_in(backup: packing.Backup) -> KeySlots:
    """The slots in a backup that was read. Raises BackupDamaged, NewerVersion."""
    try:
        slots = KeySlots.from_bytes(backup.slots, str(backup.path))
    except SlotsDamaged as error:
        raise BackupDamaged(path=str(backup.path), what=error.fields["what"]) from None
    if (slots.vault, slots.generation) != (backup.head.vault, backup.head.generation):
        raise _unsound(backup)
    return slots


def _unlocked(backup: packing.Backup, living: KeySlots | None, secret: RootOwner) -> _Unlocked:
    """The backup's slots, opened by themselves, or by a living slot that gives the same root key."""
    slots = slots_in(backup)
    try:
        return _Unlocked(slots, *unlock_root(slots, secret))
    except SlotsDamaged as error:
        raise BackupDamaged(path=str(backup.path), what=error.fields["what"]) from None
    except CannotUnlock:
        opened = _by_living(slots, living, secret)
        if opened is None:
            raise
        return opened


def _by_living(slots: KeySlots, living: KeySlots | None, secret: RootOwner) -> _Unlocked | None:
    if living is None:
        return None
    with suppress(CannotUnlock, SlotsDamaged):
        root, slot = unlock_root(living, secret)
        if _gives(slots, root):
            return _Unlocked(slots, root, slot)
    return None


def _gives(slots: KeySlots, root: RootKey) -> bool:
    """Whether these slots give ``root``: somebody who has it wrote them."""
    try:
        check_mac(slots, root)
    except SlotsDamaged:
        return False
    return True


def _register_key(found: _Unlocked) -> RegisterKey:
    return register_key(found.root, found.slots.vault, found.slots.register_generation)


def _authentic(backup: packing.Backup, found: _Unlocked) -> None:
    vault = found.slots.vault
    register = backup_register_auth(_register_key(found), vault, backup.signed)
    events = backup_auth(events_key(found.root, vault, found.slots.generation), backup.signed)
    if not same(register, backup.register_mac) or not (
        backup.events_mac == bytes(32) or same(events, backup.events_mac)
    ):
        raise _unsound(backup)


def _unsound(backup: packing.Backup) -> BackupDamaged:
    return BackupDamaged(path=str(backup.path), what=N_("its authentication code does not fit"))


def _head_of(
    folder: Path,
    living: KeySlots | None,
    found: _Unlocked,
    secret: RootOwner,
    open_database: OpenDatabase,
) -> str:
    """The witness of the vault that is kept aside, or an empty text where it does not open."""
    if living is None:
        return ""
    with suppress(CertvaultError):
        root = found.root if _gives(living, found.root) else unlock_root(living, secret)[0]
        key = register_key(root, living.vault, living.register_generation)
        with closing(open_database(folder / living.database, key, living.vault)) as store, store.reading() as reader:
            return witness(reader.head())
    return ""


def _slots(found: _Unlocked, kept: KeySlots | None, living: KeySlots | None, database: str) -> KeySlots:
    """The slot file that will stand: newer than each that was there, and naming the new database."""
    counter = max(found.slots.counter, living.counter if living else 0) + 1
    return signed((kept or found.slots)._replace(counter=counter, database=database), found.root)


def _prepare(
    backup: packing.Backup,
    place: _Place,
    found: _Unlocked,
    slots: KeySlots,
    before: str,
    open_database: OpenDatabase,
    *,
    user: str,
    at: datetime,
) -> None:
    """The database as it will stand, checked whole, with the event of its restoring."""
    packing.unpack(backup, place.part)
    key = register_key(found.root, slots.vault, slots.register_generation)
    try:
        if slots.register_generation != found.slots.register_generation:
            _under_living_key(place.part, found, key, open_database, at)
        with closing(open_database(place.part, key, slots.vault, migrate_at=at)) as store:
            store.check()
            custody = Custody(place.folder, slots, store, Actor(found.slot.name, user), found.root)
            with custody.writing() as writer:
                writer.set_slots_counter(slots.counter)
                details = {"backup": str(backup.path.absolute()), "head": backup.head.witness}
                more = {"replaced": before} if before else {}
                record(custody, writer, "restored", at=at, **details, **more)
    except NewerVersion:
        raise
    except Damaged as error:
        what = error.fields.get("what", N_("a record in it was changed"))
        raise BackupDamaged(path=str(backup.path), what=what) from None


def _under_living_key(
    part: Path, found: _Unlocked, key: RegisterKey, open_database: OpenDatabase, at: datetime
) -> None:
    """The register key was renewed after the backup: the slots that stay open another one than the backup's."""
    anew = part.with_name(f"{part.name}.new")
    with closing(open_database(part, _register_key(found), found.slots.vault, migrate_at=at)) as store:
        store.check()
        store.snapshot(anew, key)
    anew.replace(part)


class _Place:
    """The folder that is restored into: the new database under its final ``name`` and unfinished as ``part``."""

    def __init__(self, folder: Path, name: str, part: Path) -> None:
        self.folder = folder
        self.name = name
        self.part = part

    def sweep(self) -> None:
        """Delete what is unfinished, of this process or of one that was killed."""
        for left in self.folder.glob(f"{_UNFINISHED}*.part*"):
            with suppress(OSError):
                left.unlink()

    def commit(self, slots: KeySlots, aside: str) -> Path | None:
        """Make it the vault; gives the folder in which the files that were there are now.

        The old slot file lies there before the new one stands in its place. The old database follows, because until
        then it is the vault's.
        """
        there = [path for path in (self.folder / FILE_NAME, *self._databases()) if path.exists()]
        kept = self.folder / aside
        if there:
            folder_within(kept)
            self._copy_slots(kept)
        publish(self.part, self.folder / self.name)
        replace(self.folder / FILE_NAME, slots.to_bytes())
        for path in self._databases():
            path.rename(kept / path.name)
        return kept if there else None

    def _databases(self) -> list[Path]:
        """Every database but the new one, each with its journal, without which it is damaged."""
        found = [
            path for path in self.folder.glob("*.db*") if path.suffix == ".db" or path.name.endswith(".db-journal")
        ]
        return [path for path in sorted(found, reverse=True) if not path.name.startswith(self.name)]

    def _copy_slots(self, kept: Path) -> None:
        with suppress(NoSuchFile):
            write_new(kept / FILE_NAME, read_bounded(self.folder / FILE_NAME, LONGEST), vaults=True)
