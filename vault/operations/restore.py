"""Put a backup in the place of the vault, which is kept aside. The slot file is the one commit point."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from vault import moving, packing, rights
from vault.custody import Custody
from vault.errors import (
    N_,
    BackupDamaged,
    Busy,
    CertvaultError,
    Damaged,
    KeysWouldComeAlive,
    NewerVersion,
    WouldOverwrite,
)
from vault.files.lock import Lock
from vault.files.writing import private_folder
from vault.keys.derive import register_key
from vault.keys.making import signed
from vault.keys.slots import KeySlots, Slot
from vault.keys.unlocking import RootOwner, unlock_root
from vault.ledger.events import record
from vault.model.actor import Actor
from vault.model.chain import witness
from vault.model.ids import Random, new_id
from vault.model.times import text, utc
from vault.operations.replacing import Place, living_slots
from vault.operations.trust import Unlocked, authentic, gives, unlocked, unsound
from vault.ports.store import Store
from vault.secret import RegisterKey

LOCK_NAME = "vault.lock"
_RENEWED = N_(
    "Nothing was changed. The vault has had new keys since: whoever lost his key by that would have it again. If they "
    "may, say --accept-keys."
)


class OpenDatabase(Protocol):
    """Opens a database: :func:`vault.opening.database`."""

    def __call__(self, path: Path, key: RegisterKey, vault: str, *, migrate_at: datetime | None = None) -> Store:
        """The store at ``path``."""
        ...


class Restored(NamedTuple):
    """What came of it. ``aside`` is the folder with the vault that was there, or None where there was none.

    ``before`` tells of that vault, where it opened. ``kept_keys`` says that the keys are those of the living vault;
    else they are the backup's, and ``renewed`` says that they are those of before a rotation. ``by_watch`` says that
    the backup was made with a watch key: whoever had that could have made it from an older state.
    """

    vault: str
    backup: packing.Head
    aside: Path | None
    kept_keys: bool
    by_watch: bool
    renewed: bool
    before: Before | None


class Arising(NamedTuple):
    """The keys of a backup that would open the vault.

    ``renewed`` says that the vault has had new keys since: whoever they were taken from is among those again.
    """

    slots: Sequence[Slot]
    renewed: bool

    def refused(self) -> KeysWouldComeAlive:
        """The error that lists the keys which a person has to accept."""
        keys = [{"name": s.name, "person": s.person, "kind": s.kind, "since": text(s.created)} for s in self.slots]
        names = ", ".join(slot.name for slot in self.slots)
        hint = _RENEWED if self.renewed else None
        return KeysWouldComeAlive(count=len(keys), names=names, keys=keys, renewed_since=self.renewed, hint=hint)


class Before(NamedTuple):
    """The vault that was there, as far as it opened: its certificates, and the witness of its audit log."""

    pairs: int
    head: str


def restore(
    backup: packing.Backup,
    folder: Path,
    secret: RootOwner,
    *,
    accept: Callable[[Arising], bool],
    open_database: OpenDatabase,
    user: str,
    at: datetime,
    random: Random,
) -> Restored:
    """Put ``backup``, which was read whole, in the place of the vault in ``folder``, or into a new folder.

    Where the living slots give the same root key they stay, so that a slot that was removed stays removed. Else those
    of the backup come alive, if ``accept`` says so of them. A process that ends in between leaves the old vault or the
    new one. Raises WouldOverwrite (another vault lies there), CannotUnlock, KeysWouldComeAlive, BackupDamaged,
    NewerVersion, NotAllowed, Busy, NoRoom.
    """
    living = living_slots(folder)
    if living is not None and living.vault != backup.head.vault:
        raise WouldOverwrite(
            path=str(folder), hint=N_("Another vault lies there; name an empty folder with --vault DIR.")
        )
    found = unlocked(backup, living, secret)
    if not authentic(backup, found.slots, found.register, found.root):
        raise unsound(backup)
    kept = living is not None and gives(living, found.root)
    renewed = living is not None and not kept and living.generation > found.slots.generation
    arising = Arising(found.slots.slots, renewed)
    if not kept and not accept(arising):
        raise arising.refused()
    private_folder(folder)
    if rights.shared_by(folder) is None:
        rights.close_empty(folder)
    with Lock(folder / LOCK_NAME, exclusive=True):
        if living_slots(folder) != living:
            raise Busy  # another process replaced it while this one unlocked
        if living is not None:
            moving.tidy(folder, living.database)
        before = _before(folder, living, found, secret, open_database)
        place = Place(folder, random)
        try:
            place.begin()
            slots = _slots(found, living if kept else None, living, place.name)
            _prepare(backup, place, found, slots, before, open_database, user=user, at=at)
            aside = place.commit(slots, f"replaced-{utc(at):%Y%m%dT%H%M%SZ}-{new_id(random)[:6]}")
        finally:
            place.sweep()
    by_watch = backup.events_mac == bytes(32)
    return Restored(backup.head.vault, backup.head, aside, kept, by_watch, renewed, before)


def _before(
    folder: Path,
    living: KeySlots | None,
    found: Unlocked,
    secret: RootOwner,
    open_database: OpenDatabase,
) -> Before | None:
    """The vault that is kept aside, or None where it does not open."""
    if living is None:
        return None
    with suppress(CertvaultError):
        root = found.root if gives(living, found.root) else unlock_root(living, secret)[0]
        key = register_key(root, living.vault, living.register_generation)
        with closing(open_database(folder / living.database, key, living.vault)) as store, store.reading() as reader:
            return Before(reader.count_pairs(), witness(reader.head()))
    return None


def _slots(found: Unlocked, kept: KeySlots | None, living: KeySlots | None, database: str) -> KeySlots:
    """The slot file that will stand: newer than each that was there, and naming the new database."""
    counter = max(found.slots.counter, living.counter if living else 0) + 1
    return signed((kept or found.slots)._replace(counter=counter, database=database), found.root)


def _prepare(
    backup: packing.Backup,
    place: Place,
    found: Unlocked,
    slots: KeySlots,
    before: Before | None,
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
                more = {"replaced": before.head} if before else {}
                record(custody, writer, "restored", at=at, **details, **more)
    except NewerVersion:
        raise
    except Damaged as error:
        what = error.fields.get("what", N_("a record in it was changed"))
        raise BackupDamaged(path=str(backup.path), what=what) from None


def _under_living_key(part: Path, found: Unlocked, key: RegisterKey, open_database: OpenDatabase, at: datetime) -> None:
    """The register key was renewed after the backup: the slots that stay open another one than the backup's."""
    anew = part.with_name(f"{part.name}.new")
    with closing(open_database(part, found.register, found.slots.vault, migrate_at=at)) as store:
        store.check()
        store.snapshot(anew, key)
    anew.replace(part)
