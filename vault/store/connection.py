"""One connection to the encrypted database, and one transaction on it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from stat import S_ISLNK, S_ISREG
from typing import Any, TypeVar
from urllib.parse import quote

import sqlcipher3

from vault.errors import N_, CertvaultError, Damaged, Fault, NoRoom, NotACertvault, Phrase, WouldOverwrite
from vault.rights import as_its_folder
from vault.secret import RegisterKey
from vault.store.translate import damaged, translated, translation

T = TypeVar("T")
Row = tuple[Any, ...]

PAGE = 4096
"""Bytes of a page: SQLCipher 4's own size."""
PATIENCE = 5.0
"""Seconds to wait for another process before Busy is raised."""
_BATCH = 500

_SETTINGS = (
    "cipher_compatibility = 4",  # the file format stays when a later SQLCipher changes its defaults
    "journal_mode = DELETE",  # not WAL: a flipped bit in a WAL loses every later commit in silence
    "synchronous = EXTRA",
    "secure_delete = ON",  # FAST leaves remnants
    "temp_store = MEMORY",
    "trusted_schema = OFF",
    "recursive_triggers = ON",
    "cell_size_check = ON",
    "foreign_keys = ON",
    "cache_size = -8000",
)


def connect(path: Path, key: RegisterKey, *, new: bool = False) -> Any:
    """A connection to the database at ``path``, which must be there; ``new`` says that it is an empty file of ours.

    Raises Damaged, NotACertvault, NoRoom, Busy; Fault where this Python's SQLCipher does not encrypt.
    """
    if not new:
        look(path, key)
    place = quote(os.fsencode(path.absolute().as_posix()), safe="/:")
    uri = f"file://{'' if place.startswith('/') else '/'}{place}?mode=rw"  # rw: opening creates nothing
    with translated(path):
        connection = sqlcipher3.connect(uri, uri=True, timeout=PATIENCE, isolation_level=None)
    try:
        _unlock(connection, key, path)
        with translated(path):
            for setting in _SETTINGS:
                connection.execute(f"PRAGMA {setting}").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def empty(path: Path) -> None:
    """A new, empty file in which a database can be made, as open as its folder. Raises WouldOverwrite, NoRoom."""
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            as_its_folder(file, path.parent)
        finally:
            os.close(file)
    except FileExistsError:
        raise WouldOverwrite(path=str(path)) from None
    except OSError as error:
        raise NoRoom(path=str(path), why=Phrase(N_("the system says: {text}"), text=error.strerror)) from None


def look(path: Path, key: RegisterKey | None = None) -> None:
    """Refuse what is no database file. An empty one would pass for new, and its rollback journal would be deleted.

    With ``key`` every page in such a journal is looked at too.

    A symlink leads out of the folder that was looked at, to a file that others may read, or that is not the vault's.
    """
    try:
        found = path.lstat()
    except OSError:
        raise damaged(path, N_("its database is missing")) from None
    if S_ISLNK(found.st_mode):
        hint = N_("Nothing was changed. Put the file itself in its place.")
        raise NotACertvault(path=str(path), what=N_("it is a symlink"), hint=hint)
    if not S_ISREG(found.st_mode):
        raise NotACertvault(path=str(path), what=N_("it is not a file"))
    interrupted = _journal(path).exists()
    whole = found.st_size % PAGE == 0 or interrupted  # a journal brings a half-written page back
    if found.st_size < PAGE or not whole:
        raise _cut(path)
    if interrupted:
        from vault.store.journal import check  # hardly ever there

        check(path, PAGE, key)


def _cut(path: Path) -> Damaged:
    with path.open("rb") as file:
        if file.read(6) == b"SQLite":
            return NotACertvault(path=str(path), what=N_("it is an SQLite database without encryption"))
    return damaged(path, N_("its database is cut short"))


def _journal(path: Path) -> Path:
    return path.with_name(path.name + "-journal")


def _unlock(connection: Any, key: RegisterKey, path: Path) -> None:
    """Hand over the raw key. No error may carry the statement that holds it."""
    if len(key.reveal()) != 32:  # SQLCipher takes anything else for a passphrase
        raise Fault(what=N_("the register key does not have 32 bytes"))
    failure: CertvaultError | None = None
    try:
        connection.execute("PRAGMA cipher_log_level = NONE").fetchall()
        connection.execute(f"PRAGMA key = \"x'{key.reveal().hex()}'\"").fetchall()
        version = connection.execute("PRAGMA cipher_version").fetchone()
    except sqlcipher3.Error as error:
        failure = translation(error, path)
    if failure is not None:
        raise failure
    if not version or not version[0]:
        raise Fault(what=N_("this SQLite does not encrypt"))


class Transaction:
    """Statements on one connection between BEGIN and its end. Used after its end, it raises Fault."""

    def __init__(self, connection: Any, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._cursors: list[Any] = []
        self._over = False

    def each(self, make: Callable[[Row], T], sql: str, values: tuple[object, ...] = ()) -> Iterator[T]:
        """What ``make`` makes of each row, read in batches: memory does not grow with their number."""
        cursor = self._executed(sql, values)
        self._cursors.append(cursor)
        while True:
            if self._over:
                raise Fault(what=N_("a row was asked for after its transaction"))
            with translated(self._path):
                rows = cursor.fetchmany(_BATCH)
            if not rows:
                break
            yield from self._made(make, rows)
        self._cursors.remove(cursor)

    def all(self, make: Callable[[Row], T], sql: str, values: tuple[object, ...] = ()) -> list[T]:
        """What ``make`` makes of every row."""
        cursor = self._executed(sql, values)
        with translated(self._path):
            rows = cursor.fetchall()
        return self._made(make, rows)

    def one(self, make: Callable[[Row], T], sql: str, values: tuple[object, ...] = ()) -> T | None:
        """What ``make`` makes of the first row, or None."""
        cursor = self._executed(sql, values)
        with translated(self._path):
            row = cursor.fetchone()
            cursor.close()
        return None if row is None else self._made(make, [row])[0]

    def change(self, sql: str, values: tuple[object, ...] = ()) -> int:
        """Execute a statement that changes something; how many rows it changed."""
        return int(self._executed(sql, values).rowcount)

    def end(self) -> None:
        """Let go of every row that was not read to its end."""
        self._over = True
        for cursor in self._cursors:
            cursor.close()

    def _executed(self, sql: str, values: tuple[object, ...]) -> Any:
        if self._over:
            raise Fault(what=N_("the store was used after its transaction"))
        with translated(self._path):
            return self._connection.execute(sql, values)

    def _made(self, make: Callable[[Row], T], rows: list[Row]) -> list[T]:
        try:
            return [make(row) for row in rows]
        except (ValueError, TypeError, ArithmeticError, RecursionError):
            raise damaged(self._path, N_("a row of its database is not as it was written")) from None
