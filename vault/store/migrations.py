"""How the database comes to its present form: migrations in order, each applied and recorded in one transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import sqlcipher3

from vault.crypto.hashing import sha256
from vault.errors import N_, NewerVersion, NotACertvault, Phrase, SchemaChanged
from vault.model.canonical import canonical
from vault.model.shown import shown
from vault.store.rows import seconds
from vault.store.translate import damaged

APPLICATION_ID = 0x63765631
"""``cvV1`` in the file's header (which is encrypted as well)."""

BEFORE = "before-migration"
"""The file beside the database that keeps it as it was before a migration."""

_SCHEMA = "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name"


class Migration(NamedTuple):
    """One step: its number, what gives its statements, and the :func:`digest` of the whole schema after it."""

    number: int
    name: str
    statements: Callable[[], tuple[str, ...]]
    digest: str


def _first() -> tuple[str, ...]:
    from vault.store.schema import FIRST_SCHEMA  # a vault that is there is known by its digest

    return FIRST_SCHEMA


MIGRATIONS = (Migration(1, "the register", _first, "b3a288943676fcc62895eaa6ed377fb10ce8acaf7e7f5754670399e57c2abe36"),)


def digest(connection: Any) -> str:
    """SHA-256 of the text of ``sqlite_schema``: every table, index, trigger and view, and nothing of their rows."""
    return sha256(canonical([list(row) for row in connection.execute(_SCHEMA)])).hex()


def migrate(connection: Any, at: datetime, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Apply what is missing. Each migration counts with its record and its number in the header, or not at all."""
    for migration in migrations:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if version(connection) < migration.number:
                _apply(connection, migration)
                connection.execute(
                    "INSERT INTO migration (number, name, applied) VALUES (?, ?, ?)",
                    (migration.number, migration.name, seconds(at)),
                )
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def lay_out(connection: Any, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """The present form in an empty database, within the caller's transaction. Nothing is recorded."""
    for migration in migrations:
        _apply(connection, migration)


def _apply(connection: Any, migration: Migration) -> None:
    for statement in migration.statements():
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {migration.number}")


def version(connection: Any) -> int:
    """The number of the last migration."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check(connection: Any, path: Path, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """The version of the database at ``path``, whose schema is exactly the one that the program makes.

    Raises NotACertvault, NewerVersion, SchemaChanged, Damaged.
    """
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise NotACertvault(path=str(path), what=N_("another program made it"))
    found = version(connection)
    if found > len(migrations):
        raise NewerVersion(found=found, known=len(migrations))
    if found < 1:
        raise damaged(path, N_("the version of its database is not as it was written"))
    if digest(connection) != migrations[found - 1].digest:
        raise SchemaChanged(path=str(path), what=_difference(connection, migrations[:found]))
    return found


def _difference(connection: Any, migrations: Sequence[Migration]) -> str:
    with_ours = sqlcipher3.connect(":memory:", isolation_level=None)
    try:
        lay_out(with_ours, migrations)
        ours = set(with_ours.execute(_SCHEMA))
    finally:
        with_ours.close()
    kind, name, *_ = min(ours ^ set(connection.execute(_SCHEMA)), key=lambda row: row[:2])
    return Phrase(N_("{kind} {name} was added, changed or removed"), kind=shown(str(kind)), name=shown(str(name)))
