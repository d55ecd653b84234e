"""Somebody who has the register key and speaks plain SQL, and puts every rule back so that nothing shows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3

from tests.support import vaults
from vault.opening import slots
from vault.secret import RegisterKey


def register_key_of(folder: Path) -> RegisterKey:
    """The register key of the vault in ``folder``, as a watch key gives it."""
    from vault.keys.derive import register_key

    with vaults.custody(folder) as opened:
        return register_key(opened.root, opened.vault_id, opened.slots.register_generation)


def database(folder: Path) -> Path:
    """The database of the vault in ``folder``."""
    return folder / slots(folder).database


@contextmanager
def plain_sql(folder: Path, key: RegisterKey, *, foreign_keys: bool = False) -> Iterator[Any]:
    """A connection without triggers, CHECKs and, unless said, foreign keys; at its end all triggers stand as before."""
    with closing(sqlcipher3.connect(str(database(folder)), isolation_level=None)) as connection:
        connection.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"").fetchall()
        for setting in (f"foreign_keys = {int(foreign_keys)}", "ignore_check_constraints = ON"):
            connection.execute(f"PRAGMA {setting}").fetchall()
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _sql in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        for _name, sql in triggers:
            connection.execute(sql)


@contextmanager
def without_types(connection: Any, table: str) -> Iterator[None]:
    """Let ``table`` take values of any type: its text is rewritten, and put back."""
    connection.execute("COMMIT")
    version = connection.execute("PRAGMA schema_version").fetchone()[0]
    connection.execute("PRAGMA writable_schema = ON")
    (text,) = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    loose = text.replace("STRICT, WITHOUT ROWID", "WITHOUT ROWID").replace(" STRICT", "")
    for column in ("TEXT", "INTEGER NOT", "BLOB"):
        loose = loose.replace(f" {column}", " NOT" if column.endswith("NOT") else "")
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (loose, table))
    connection.execute(f"PRAGMA schema_version = {version + 1}")
    yield
    connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = ?", (text, table))
    connection.execute(f"PRAGMA schema_version = {version + 2}")
    connection.execute("PRAGMA writable_schema = OFF")
    connection.execute("BEGIN")
