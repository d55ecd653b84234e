"""The store of one vault: an SQLCipher database in one file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlcipher3

from vault.errors import N_, Fault
from vault.secret import RegisterKey
from vault.store.connection import Transaction, connect, empty
from vault.store.migrations import BEFORE, MIGRATIONS, Migration, check, migrate
from vault.store.reader import SqlReader
from vault.store.translate import damaged, translated

if TYPE_CHECKING:
    from vault.ports.store import Renewal
    from vault.store.writer import SqlWriter


class SqlStore:
    """A :class:`vault.ports.store.Store` in one encrypted file. One thread at a time, one transaction at a time."""

    def __init__(self, connection: Any, path: Path) -> None:
        self._connection = connection
        self._path = path

    @contextmanager
    def reading(self) -> Iterator[SqlReader]:
        """One consistent view. Raises Busy, Damaged or NoRoom, at its beginning or when it is read."""
        with self._transaction("BEGIN") as transaction:
            try:
                yield SqlReader(transaction)
            finally:
                self._roll_back(transaction)

    @contextmanager
    def writing(self) -> Iterator[SqlWriter]:
        """One transaction: all of it counts, or nothing. Raises Busy, NoRoom or Damaged."""
        from vault.store.writer import SqlWriter  # what only reads starts sooner without it

        with self._transaction("BEGIN IMMEDIATE") as transaction:
            try:
                yield SqlWriter(transaction)
                transaction.end()
                with translated(self._path):
                    self._connection.execute("COMMIT")
            except BaseException:
                self._roll_back(transaction)
                raise

    def snapshot(self, path: Path, key: RegisterKey) -> None:
        """A copy under ``key`` in the new file ``path``, one consistent state. Raises NoRoom, Busy, Damaged."""
        from vault.store.snapshot import copied  # what only reads starts sooner without it

        copied(self._connection, self._path, path, key)

    def another(self, path: Path, key: RegisterKey, vault_id: str) -> SqlStore:
        """The store in the file ``path``. Raises as :func:`open_store`."""
        return open_store(path, key, vault_id=vault_id)

    def check(self) -> None:
        """Read every page, index and reference. Raises Damaged."""
        from vault.store.snapshot import checked

        checked(self._connection, self._path)

    def wipe(self) -> None:
        """Write the database anew, and note that it was done.

        Overwriting alone (``secure_delete``) leaves copies of cells that were moved before. The new one
        is built in a file beside it, which has no name and is encrypted as the database is: memory does not grow with
        its size.
        """
        with translated(self._path):
            folder = str(self._path.parent.absolute()).replace("'", "''")
            self._connection.execute(f"PRAGMA temp_store_directory = '{folder}'")
            self._connection.execute("PRAGMA temp_store = FILE")
            try:
                self._connection.execute("VACUUM")
            finally:
                self._connection.execute("PRAGMA temp_store = MEMORY")
                self._connection.execute("PRAGMA temp_store_directory = ''")
            self._connection.execute("UPDATE meta SET value = '0' WHERE name = 'unwiped'")

    def unwiped(self) -> bool:
        """Whether something was deleted for good that :meth:`wipe` did not come to yet."""
        with translated(self._path):
            found = self._connection.execute("SELECT value FROM meta WHERE name = 'unwiped'").fetchone()
        return bool(found != ("0",))

    def renewed(self, path: Path, key: RegisterKey, renewal: Renewal) -> None:
        """Every row in the new file ``path`` under ``key``, as ``renewal`` says. Raises what ``renewal`` raises too."""
        from vault.store.copying import copy_rows

        with self._transaction("BEGIN") as source:
            try:
                copy_rows(source, path, key, renewal)
            finally:
                self._roll_back(source)

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[Transaction]:
        if self._connection.in_transaction:
            raise Fault(what=N_("a transaction was begun inside another one"))
        with translated(self._path):
            self._connection.execute(begin)
        yield Transaction(self._connection, self._path)

    def _roll_back(self, transaction: Transaction) -> None:
        transaction.end()
        if self._connection.in_transaction:  # a full disk has rolled back already
            with suppress(sqlcipher3.Error):  # what failed before is the error to tell; the journal undoes it anyway
                self._connection.execute("ROLLBACK")


def create(path: Path, key: RegisterKey, *, vault_id: str, at: datetime, slots_counter: int) -> SqlStore:
    """A new, empty database at ``path``, readable by its owner only. It is complete, or it is not there.

    Raises WouldOverwrite where anything is there already, NoRoom.
    """
    empty(path)
    try:
        connection = connect(path, key, new=True)
        try:
            with translated(path):
                migrate(connection, at)
                facts = [("vault_id", vault_id), ("slots_counter", str(slots_counter)), ("unwiped", "0")]
                connection.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", facts)
        except BaseException:
            connection.close()
            raise
    except BaseException:
        path.unlink()
        path.with_name(path.name + "-journal").unlink(missing_ok=True)
        raise
    return SqlStore(connection, path)


def open_store(
    path: Path,
    key: RegisterKey,
    *,
    vault_id: str,
    migrate_at: datetime | None = None,
    migrations: Sequence[Migration] = MIGRATIONS,
) -> SqlStore:
    """The database at ``path``, which belongs to the vault ``vault_id`` and has exactly the program's schema.

    ``migrate_at`` allows that an older one is brought to the present form, and is the moment that is recorded; without
    it an older one is refused. As it was before it stays beside it, proven to open, until it is opened the next time
    (:mod:`vault.store.keeping`). Raises Damaged (also for a key that is not its own), NotACertvault, NewerVersion,
    SchemaChanged, Busy, NoRoom.
    """
    connection = connect(path, key)
    try:
        with translated(path):
            found = check(connection, path, migrations)
            belongs(connection, path, vault_id)
            if found < len(migrations):
                _migrate(connection, path, key, migrate_at, migrations)
            elif migrate_at is not None:
                _drop_the_older(path)
    except BaseException:
        connection.close()
        raise
    return SqlStore(connection, path)


def _migrate(
    connection: Any, path: Path, key: RegisterKey, at: datetime | None, migrations: Sequence[Migration]
) -> None:
    from vault.store.keeping import keep  # hardly ever needed

    if at is None:
        raise Fault(what=N_("an older database was opened without leave to migrate it"))
    keep(connection, path, key, migrations)
    migrate(connection, at, migrations)
    check(connection, path, migrations)


def _drop_the_older(path: Path) -> None:
    """The migrated database was opened again: its copy from before is not needed any more."""
    with suppress(OSError):  # a disk that is read-only can be read all the same
        path.with_name(BEFORE).unlink(missing_ok=True)


def belongs(connection: Any, path: Path, vault_id: str) -> None:
    """Raise Damaged unless the database is that of the vault ``vault_id``."""
    found = connection.execute("SELECT value FROM meta WHERE name = 'vault_id'").fetchone()
    if found is None or found[0] != vault_id:
        raise damaged(path, N_("its database belongs to another vault"))
