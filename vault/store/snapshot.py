"""A copy of a database that others write to meanwhile, and the check of a whole database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlcipher3

from vault.errors import N_, Busy, CertvaultError, NoRoom, Phrase
from vault.secret import RegisterKey
from vault.store.connection import connect, empty
from vault.store.translate import damaged, translated

_PART, _ALL = 2048, -1
"""Pages copied while others wait: eight megabytes, or all there are."""
_IN_ONE_GO = ("journal_mode = MEMORY", "synchronous = OFF")
"""What fails is thrown away, and what is complete is synced once: nothing need be put back after a power cut."""
_CHECKING = -40_000
"""40 MB of pages while a database is checked: half the time for 100,000 pairs."""
_OVERTAKEN = 2
_BUSY = 5  # SQLITE_BUSY


def copied(source: Any, place: Path, path: Path, key: RegisterKey) -> None:
    """Copy the database ``source`` at ``place`` page by page to the new file ``path``, with a salt of its own.

    Not ``VACUUM INTO``, which keeps the salt: pages of the copy would then pass for pages of the original.
    """
    empty(path)
    with closing(connect(path, key, new=True)) as target:
        try:
            for setting in _IN_ONE_GO:
                target.execute(f"PRAGMA {setting}").fetchall()
            _copied(source, target)
        except sqlcipher3.Error as error:
            raise _meaning(error, place, path) from None
    _sync(path)


def _sync(path: Path) -> None:
    try:
        with path.open("r+b") as file:
            os.fsync(file.fileno())
    except OSError as error:
        raise NoRoom(path=str(path), why=Phrase(N_("the system says: {text}"), text=error.strerror)) from None


def _copied(source: Any, target: Any) -> None:
    try:
        source.backup(target, pages=_PART, progress=_Course(), sleep=0.05)
    except _Overtaken:
        source.backup(target, pages=_ALL, progress=_Course(), sleep=0.05)


@contextmanager
def _roomy(connection: Any) -> Iterator[None]:
    """Each row is looked for in each index: with too small a cache, index pages are decrypted again and again."""
    (usual,) = connection.execute("PRAGMA cache_size").fetchone()
    connection.execute(f"PRAGMA cache_size = {_CHECKING}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size = {usual}")
        connection.execute("PRAGMA shrink_memory")


def _meaning(error: sqlcipher3.Error, place: Path, path: Path) -> CertvaultError:
    """What a failed copy means. The wrapper keeps the text of SQLite's result alone, not its code.

    Source: the texts of ``sqlite3_errstr``, https://sqlite.org/c3ref/errcode.html
    """
    said = str(error)
    if "locked" in said:
        return Busy()
    if "malformed" in said or "not a database" in said:
        return damaged(place, N_("a page of its database is missing or is not as it was written"))
    why = N_("there is no room left on the disk") if "full" in said else N_("the disk reports an error")
    return NoRoom(path=str(path), why=why)


class _Overtaken(Exception):
    """Others write so often that a copy in parts would never end."""


class _Course:
    """Looks on after each part: SQLite begins anew where another process wrote in between."""

    def __init__(self) -> None:
        self._left: int | None = None
        self._begun_anew = self._waited = 0

    def __call__(self, status: int, left: int, _total: int) -> None:
        if status == _BUSY:
            self._waited += 1
            if self._waited > 1:  # each is a whole wait for the lock
                raise Busy
        self._begun_anew += self._left is not None and left > self._left
        if self._begun_anew > _OVERTAKEN:
            raise _Overtaken
        self._left = left


def checked(connection: Any, path: Path) -> None:
    """Read every page, index and reference. Raises Damaged."""
    with translated(path), _roomy(connection):
        if connection.execute("PRAGMA cipher_integrity_check").fetchone() is not None:
            raise damaged(path, N_("a page of its database is missing or is not as it was written"))
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            raise damaged(path, N_("a table of its database does not agree with its index or its rules"))
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise damaged(path, N_("a record of its database names another that is not there"))
