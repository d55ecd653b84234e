"""The database's errors in certvault's words. No text of a statement and no value leaves by an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlcipher3

from vault.errors import N_, Busy, CertvaultError, Damaged, Fault, NoRoom, NotACertvault, Phrase

_BUSY = {5, 6, 15}  # SQLITE_BUSY, LOCKED, PROTOCOL: https://sqlite.org/rescode.html
_DISK = {
    3: N_("it may not be opened"),  # PERM
    8: N_("it may not be written"),  # READONLY
    10: N_("the disk reports an error"),  # IOERR
    13: N_("there is no room left on the disk"),  # FULL
    14: N_("it cannot be opened"),  # CANTOPEN
    22: N_("it is too large for this disk"),  # NOLFS
    23: N_("it may not be opened"),  # AUTH
}
_CORRUPT, _CONSTRAINT, _NOTADB = 11, 19, 26
_PLAIN = b"SQLite format 3\0"


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Raise Busy, NoRoom, Damaged, NotACertvault or Fault in place of what the database at ``path`` raises."""
    try:
        yield
    except sqlcipher3.Error as error:
        raise translation(error, path) from None
    except (OverflowError, UnicodeError):
        raise Fault(what=N_("a value that no register can hold was handed to the store")) from None


def translation(error: sqlcipher3.Error, path: Path) -> CertvaultError:
    """What ``error`` means for the database at ``path``."""
    code = getattr(error, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    if primary in _BUSY:
        return Busy()
    if primary in _DISK:
        return NoRoom(path=str(path), why=_DISK[primary])
    if primary == _NOTADB:
        return unreadable(path)
    if primary == _CORRUPT:
        return damaged(path, N_("a page of its database is missing or is not as it was written"))
    if primary is None and "decode" in str(error):  # the wrapper's own error, which quotes the text
        return damaged(path, N_("a text in its database is not as it was written"))
    if primary == _CONSTRAINT:
        return Fault(what=Phrase(N_("the store refused a change: {rule}"), rule=str(error)))
    return Fault(what=Phrase(N_("the store did not understand a statement: {text}"), text=str(error)))


def damaged(path: Path, what: str) -> Damaged:
    """The vault's database is not what was written."""
    return Damaged(path=str(path.parent), what=what)


def unreadable(path: Path) -> Damaged:
    """Why the first page of the file at ``path`` does not open: a wrong key looks the same as a damaged page."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_PLAIN))
    except OSError:
        head = b""
    if head == _PLAIN:
        return NotACertvault(path=str(path), what=N_("it is an SQLite database without encryption"))
    return damaged(path, N_("the first page of its database does not open with the vault's key"))
