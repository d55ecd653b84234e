"""From a folder and a key to :class:`Watch` or :class:`Custody`; the only place that picks a store.

A vault's folder holds ``keyslots.json`` (which names the database, and whose appearance makes the folder a vault), the
database, and ``vault.lock``: shared while a vault is open, exclusive for what replaces files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from vault import moving, places, rights
from vault.custody import Custody, Watch
from vault.errors import N_, Busy, Exposed, FileUnusable, NoSuchFile, NoVault, SlotsDamaged, WouldOverwrite
from vault.files.lock import Lock
from vault.files.reading import read_bounded
from vault.keys.derive import register_key
from vault.keys.slots import FILE_NAME, LONGEST, KeySlots
from vault.keys.unlocking import RootOwner, unlock_root, unlock_watch
from vault.keys.wrapping import PROFILE, Argon2Profile
from vault.model.actor import Actor
from vault.model.ids import Random, new_id
from vault.secret import Passphrase, RecoveryCode, RegisterKey, RootKey, WatchKey
from vault.store.store import create as create_database
from vault.store.store import open_store

if TYPE_CHECKING:
    from vault.ports.store import Store

_parsed = lru_cache(maxsize=1)(KeySlots.from_bytes)  # it is read again under the lock, and as a rule is the same

LOCK_NAME = "vault.lock"
ROOT_SIZE = 32


def exists(folder: Path) -> bool:
    """Whether there is a vault in ``folder``, or what is left of one.

    What an ``init`` that was killed leaves is none: nobody can have opened it.
    """
    try:
        (folder / FILE_NAME).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return any(folder.glob("*.db"))
    except OSError:
        pass  # :func:`slots` says why it cannot be read
    return not moving.only_begun(folder)


def slots(folder: Path) -> KeySlots:
    """The slots of the vault in ``folder``, read but not authenticated. Raises NoVault, SlotsDamaged, NewerVersion."""
    path = str(folder / FILE_NAME)
    if not exists(folder):
        raise NoVault(path=str(folder))
    try:
        data = read_bounded(folder / FILE_NAME, LONGEST)
    except NoSuchFile:
        raise SlotsDamaged(path=path, what=N_("it is missing")) from None
    except FileUnusable as error:
        rights.permitted(folder)
        rights.permitted(folder / FILE_NAME)
        raise SlotsDamaged(path=path, what=error.fields["why"]) from None
    return _parsed(data, path)


def check_place(folder: Path, *, shared: bool | None = None) -> None:
    """Refuse a folder where no vault may live: on a network drive, or open to others. It need not be there yet.

    Whether a group may share it, ``shared`` says, or the slot file that is there. An empty one, which somebody made for
    a vault, is closed to others. Raises OnNetworkDrive, Exposed, NotAllowed; SlotsDamaged.
    """
    if not shared or rights.shared_by(folder) is None:
        rights.close_empty(folder)
    places.check(folder)
    try:
        rights.check(folder, FILE_NAME, shared=bool(shared))
    except Exposed:
        if shared is not None or not exists(folder) or not slots(folder).group:
            raise
        rights.check(folder, FILE_NAME, shared=True)


def prepare_shared(folder: Path, group: int) -> None:
    """A folder for a new vault that the ``group`` shares; one that is there has to be empty, or the group's already.

    Raises OnNetworkDrive, Exposed, NoRoom, Usage.
    """
    from vault.files.writing import private_folder  # every command opens a vault, one shares it
    from vault.sharing import share_empty

    places.check(folder)
    private_folder(folder)
    share_empty(folder, group)
    rights.check(folder, FILE_NAME, shared=True)


def create(
    folder: Path,
    passphrase: Passphrase,
    recovery: RecoveryCode | None,
    *,
    user: str,
    at: datetime,
    random: Random,
    vault: str | None = None,
    group: int | None = None,
    profile: Argon2Profile = PROFILE,
    names: tuple[str, str] | None = None,
) -> None:
    """Create a vault in ``folder``, opened by ``passphrase`` and, where given, by a ``recovery`` code.

    ``vault`` is its id, where that has to be known before; ``group`` the number of the group that shares it; ``names``
    are those of the two keys, else English. The database gets the name that the slot file says last: until then nothing
    opens the vault (:func:`vault.moving.only_begun`), so that whoever was interrupted can begin again. Raises
    WouldOverwrite, NoRoom, Usage, OnNetworkDrive, Exposed.
    """
    from vault.files.writing import move, private_folder, provisional  # every command opens a vault, one creates it
    from vault.keys import making
    from vault.ledger.events import record

    if group is None:
        check_place(folder)
        private_folder(folder)
        rights.close_empty(folder)
    else:
        prepare_shared(folder, group)
    with Lock(folder / LOCK_NAME, exclusive=True):
        if exists(folder):
            raise WouldOverwrite(path=folder / FILE_NAME, hint=N_("There is a vault already; choose another folder."))
        vault, root = vault or new_id(random), RootKey(random(ROOT_SIZE))
        names = names or (making.PASSPHRASE_NAME, making.RECOVERY_NAME)
        database = moving.database_name(random)
        new = making.new_slots(vault, database, root, at, random, passphrase, recovery, profile, names)
        if group is not None:
            new = making.signed(new._replace(group=True), root)
        key = register_key(root, vault, new.register_generation)
        (folder / FILE_NAME).unlink(missing_ok=True)
        for left in folder.glob(f"*{moving.UNFINISHED}*"):
            left.unlink()
        unfinished = folder / (database + moving.UNFINISHED)
        store = create_database(unfinished, key, vault_id=vault, at=at, slots_counter=new.counter)
        try:
            with closing(store):
                custody = Custody(folder, new, store, Actor(new.slots[0].name, user), root)
                with custody.writing() as writer:
                    record(custody, writer, "vault-created", at=at, vault=vault)
                    for slot in new.slots:
                        record(custody, writer, "key-added", at=at, slot=slot.id, kind=slot.kind, name=slot.name)
            with provisional(folder / FILE_NAME, new.to_bytes(), vaults=True):
                move(unfinished, folder / database)
        except BaseException:
            for left in folder.glob(f"{database}*"):
                left.unlink()
            raise


def register_of(found: KeySlots, root: RootKey) -> RegisterKey:
    """The key of the database that ``found`` names."""
    return register_key(root, found.vault, found.register_generation)


@contextmanager
def watch(folder: Path, key: WatchKey, *, path: str, user: str, at: datetime) -> Iterator[Watch]:
    """The vault opened with a watch key (read from ``path``, which messages name): it warns and takes in."""
    found = slots(folder)
    keys, slot = unlock_watch(found, key, path)
    with _store(folder, found, keys.register, at, exclusive=False) as store:
        yield Watch(folder, found, store, Actor(slot.name, user), keys)


@contextmanager
def custody(folder: Path, secret: RootOwner, *, user: str, at: datetime, exclusive: bool = False) -> Iterator[Custody]:
    """The vault opened with a passphrase, recovery code or keyring key.

    ``exclusive`` is for what replaces files of the vault.
    """
    found = slots(folder)
    root, slot = unlock_root(found, secret)
    with _store(folder, found, register_of(found, root), at, exclusive=exclusive) as store:
        opened = Custody(folder, found, store, Actor(slot.name, user), root)
        _heal_counter(opened, at)
        yield opened


def database(path: Path, key: RegisterKey, vault: str, *, migrate_at: datetime | None = None) -> Store:
    """The database at ``path`` of the vault with this id, for what looks at another than the living one."""
    return open_store(path, key, vault_id=vault, migrate_at=migrate_at)


@contextmanager
def _store(folder: Path, found: KeySlots, key: RegisterKey, at: datetime, *, exclusive: bool) -> Iterator[Store]:
    path = folder / found.database
    places.check(folder)
    rights.check(folder, FILE_NAME, found.database, shared=found.group)
    with Lock(folder / LOCK_NAME, exclusive=exclusive):
        if slots(folder) != found:
            raise Busy  # another process replaced it while this one unlocked
        _check_named(folder, found)
        with closing(open_store(path, key, vault_id=found.vault, migrate_at=at)) as store:
            _check_counter(store, found)
            if exclusive:
                moving.tidy(folder, found.database)
            try:
                yield store
            finally:
                if exclusive:
                    store.close()  # Windows deletes no file that is open
                    moving.tidy(folder, slots(folder).database)


def _check_named(folder: Path, found: KeySlots) -> None:
    """Where the database is not there but another one is, the slot file is the wrong one, and nothing is lost."""
    if not (folder / found.database).exists() and moving.databases(folder):
        raise SlotsDamaged(
            path=found.path,
            what=N_("it names a database that is gone, and another one is there"),
            hint=N_(
                "It is an old copy, or that of another vault. Put back the newest one of this vault from a backup."
            ),
        )


def _check_counter(store: Store, found: KeySlots) -> None:
    """An older slot file than the database knows was put back: a key that was removed might be in it."""
    with store.reading() as reader:
        known = reader.slots_counter()
    if found.counter < known:
        raise SlotsDamaged(path=found.path, what=N_("it is older than the database; somebody put back an old copy"))


def _heal_counter(custody: Custody, at: datetime) -> None:
    """A slot file that is ahead was written by a process that ended before it told the database."""
    with custody.reading() as reader:
        known = reader.slots_counter()
    if known < custody.slots.counter:
        from vault.ledger.events import record  # seldom: most changes of keys are told at once

        with custody.writing() as writer:
            writer.set_slots_counter(custody.slots.counter)
            record(custody, writer, "key-changed", at=at, found_later=str(custody.slots.counter))
