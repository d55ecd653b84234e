"""What an agency does now and then: keys, purge, backup, restore, rotate, the first start of a newer program."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch

import sqlcipher3

from tests.faults.supply import Inside
from tests.faults.world import Done
from tests.support import vaults
from tests.support.rotation import quiet
from vault import opening, packing
from vault.custody import Custody
from vault.keys.making import Label
from vault.operations import keys, rotate
from vault.operations.backup import backup
from vault.operations.purge import plan, purge, wipe
from vault.operations.restore import restore
from vault.secret import Passphrase
from vault.store.migrations import MIGRATIONS, Migration, digest, migrate
from vault.store.store import open_store

if TYPE_CHECKING:
    from tests.faults.work import Work

MOST_KEYS = 12
ENDING = ".certvault-backup"
_OF_LATER = (
    "CREATE TABLE customer (name TEXT PRIMARY KEY, place TEXT NOT NULL) STRICT",
    "INSERT INTO customer SELECT id, subject FROM pair",
    "CREATE INDEX event_at ON event (at, what)",
)


def add_watch(work: Work, custody: Custody) -> None:
    """A watch key."""
    name = os.urandom(8).hex()
    if len(custody.slots.slots) < MOST_KEYS:
        slot = keys.add_watch(custody, work.out / f"{name}.key", Label(name), at=work.at, random=os.urandom)
        work.tell(Done("watch", f"{name}.key", slot.id))


def add_passphrase(work: Work, custody: Custody) -> None:
    """Another passphrase."""
    name = os.urandom(8).hex()
    if len(custody.slots.slots) < MOST_KEYS:
        slot = keys.add_passphrase(
            custody, Passphrase(name), Label(name), at=work.at, random=os.urandom, profile=vaults.FAST
        )
        work.tell(Done("passphrase", name, slot.id))


def change_passphrase(work: Work, custody: Custody) -> None:
    """Another passphrase for a key that was added."""
    added = [slot for slot in custody.slots.slots if len(slot.name) == 16 and slot.kind == "passphrase"]
    if added:
        slot, name = work.dice.choice(added), os.urandom(8).hex()
        work.tell(Done("leaving", slot.id))
        new = keys.change_passphrase(
            custody, slot, Passphrase(name), at=work.at, random=os.urandom, profile=vaults.FAST
        )
        work.tell(Done("removed", slot.id))
        work.tell(Done("passphrase", name, new.id))


def remove_key(work: Work, custody: Custody) -> None:
    """A key that was added goes."""
    added = [slot for slot in custody.slots.slots if len(slot.name) == 16]
    if added:
        slot = work.dice.choice(added)
        work.tell(Done("leaving", slot.id))
        keys.remove(custody, slot, at=work.at)
        work.tell(Done("removed", slot.id))


def purge_all(work: Work, custody: Custody) -> None:
    """What was superseded goes for good."""
    planned = plan(custody, older_than=timedelta(0), at=work.at)
    for doomed in planned.doomed:
        work.tell(Done("purging", doomed.pair.id))
    purge(custody, planned, at=work.at, random=os.urandom)
    wipe(custody)
    for doomed in planned.doomed:
        work.tell(Done("purged", doomed.pair.id))


def rotate_all(work: Work, custody: Custody) -> None:
    """A new root key."""
    done = rotate.rotate(custody, opener=Inside(), workers=2, progress=quiet, at=work.at, random=os.urandom)
    work.tell(Done("rotated", str(done.slots.generation)))


def rotate_watch(work: Work, custody: Custody) -> None:
    """A new register key."""
    done = rotate.rotate_watch(custody, at=work.at, random=os.urandom)
    work.tell(Done("rotated", str(done.slots.register_generation)))


def back_up(work: Work, custody: Custody) -> None:
    """A backup, in a file of its own."""
    name = os.urandom(8).hex() + ENDING
    work.tell(Done("backing", name))
    made = backup(custody, work.out / name, at=work.at, random=os.urandom, progress=quiet)
    work.tell(Done("backup", name, made.sha256))


def restore_one(work: Work) -> None:
    """One of the backups."""
    there = sorted(path for path in work.out.iterdir() if path.name.endswith(ENDING))
    if there:
        path = work.dice.choice(there)
        work.tell(Done("restoring", path.name))
        kept, aside = restored(path, work.folder)
        work.tell(Done("restored", path.name, f"{'living' if kept else 'backup'} {aside}".strip()))


def restored(path: Path, folder: Path) -> tuple[bool, str]:
    """Restore the backup at ``path``; gives whether the keys stayed, and the name of the folder put aside."""
    done = restore(
        packing.read(path),
        folder,
        vaults.PASSPHRASE,
        accept=lambda _slots: True,
        open_database=opening.database,
        user="worker",
        at=vaults.NOW,
        random=os.urandom,
    )
    return done.kept_keys, done.aside.name if done.aside else ""


def migrate_it(work: Work) -> None:
    """The first start of a program with one more migration."""
    with later(), opening.custody(work.folder, vaults.PASSPHRASE, user="worker", at=work.at):
        work.tell(Done("migrated"))


def init(work: Work) -> None:
    """A vault beside this one."""
    vaults.new_vault(work.folder)
    work.tell(Done("made"))


@contextmanager
def later() -> Iterator[None]:
    """The program as a later version, which brings the database to another form."""
    with patch.object(opening, "open_store", partial(open_store, migrations=migrations())):
        yield


def migrations() -> tuple[Migration, ...]:
    """Those of a later program: a table that is filled, and an index over all events."""
    number = len(MIGRATIONS) + 1
    more = Migration(number, "later", lambda: _OF_LATER, "")
    with closing(sqlcipher3.connect(":memory:", isolation_level=None)) as fresh:
        migrate(fresh, vaults.NOW, (*MIGRATIONS, more))
        return (*MIGRATIONS, more._replace(digest=digest(fresh)))
