"""What a process that ended in the middle of a write left: its rollback journal, looked at before SQLite plays it back.

SQLite takes the first record whose checksum is wrong for the journal's end: with one flipped bit it would put half of
the pages back, each sound in itself, and the vault would be neither old nor new. Source: the SQLite file format,
section "The Rollback Journal"; a header's mark and count are written only after its records are on the disk.

Behind the end may stand what is left of a longer journal whose header never came to count: SQLite writes over such a
file and does not shorten it. The records there do not fit, because each journal has a random number of its own.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import BinaryIO

from vault.errors import N_
from vault.secret import RegisterKey
from vault.store.pages import Pages
from vault.store.translate import damaged

_MAGIC = bytes.fromhex("d9d505f920a163d7")
_HEADER = struct.Struct(">8sIIIII")  # magic, records, nonce, pages before, sector, page
_SAMPLED = 200


def check(database: Path, page: int, key: RegisterKey | None = None) -> None:
    """Raise Damaged where the journal of ``database`` cannot be played back to its end.

    A journal of a process that is still at work passes: its header counts what is there, or nothing yet. With ``key``
    each page is verified too: SQLite's own sum is of one octet in 200.
    """
    try:
        of = _Database(database, page, key)
        with database.with_name(database.name + "-journal").open("rb") as journal:
            sound = _sound(journal, of)
    except OSError:  # none, or no longer
        return
    if not sound:
        raise damaged(database, N_("the journal of a write that was interrupted is not as it was written"))


class _Database:
    """What the journal is of."""

    def __init__(self, path: Path, page: int, key: RegisterKey | None) -> None:
        self.page = page
        self._path = path
        self._pages = Pages(path, key) if key else None
        self._first = self._pages.page(1) if self._pages else None  # before the journal: others may write meanwhile

    def had(self, number: int, data: bytes) -> bool:
        """Whether ``data`` is this page of it. SQLCipher takes one that was never written, all zeros, for one."""
        if self._pages is None:
            return True
        clear = self._pages.clear(data, number)
        if number == 1:  # in the database it may be a newer one
            self._first = clear
        return clear is not None or not any(data)

    def counted(self, before: int, records: int) -> bool:
        """Whether it may have had ``before`` pages: SQLite makes the file just so long, whatever it holds.

        What it had and has no longer stands in the journal; it had no fewer than its own first page says ("The Database
        Header", offset 28, which counts where 24 and 92 agree).
        """
        first = self._first
        said = int.from_bytes(first[28:32]) if first and first[24:28] == first[92:96] else 0
        return said <= before <= -(-self._path.stat().st_size // self.page) + records


def _sound(journal: BinaryIO, database: _Database) -> bool:
    start, form, all_records = 0, (0, 0, 0), 0
    while len(head := _at(journal, start, _HEADER.size)) == _HEADER.size:
        magic, records, nonce, *found = _HEADER.unpack(head)
        if magic == bytes(8):
            break  # nothing that counts yet
        if start == 0:
            form = found[0], found[1], database.page
            if not records or found[1] < _HEADER.size or found[1] & (found[1] - 1):
                return False
        elif magic != _MAGIC and tuple(found) != form:
            break  # what is left of a longer journal
        place = start + form[1]
        if magic != _MAGIC or tuple(found) != form or not _counted(journal, place, records, nonce, form[0], database):
            return False
        all_records += records
        start = -(-(place + records * (database.page + 8)) // form[1]) * form[1]
    return not all_records or database.counted(form[0], all_records)


def _counted(journal: BinaryIO, start: int, records: int, nonce: int, before: int, database: _Database) -> bool:
    """Whether there are so many records, each of a page of the database, and not one more."""
    journal.seek(start)
    for _ in range(records):
        record = _record(journal, nonce, before, database.page)
        if record is None or not database.had(*record):
            return False
    return _record(journal, nonce, before, database.page) is None


def _record(journal: BinaryIO, nonce: int, before: int, page: int) -> tuple[int, bytes] | None:
    """The page's number and the page, or None where its sum is wrong."""
    record = journal.read(page + 8)
    if len(record) < page + 8:
        return None
    number, sum_ = int.from_bytes(record[:4]), int.from_bytes(record[-4:])
    data = record[4:-4]
    reckoned = (nonce + sum(data[at] for at in range(page - _SAMPLED, 0, -_SAMPLED))) & 0xFFFFFFFF
    return (number, data) if 0 < number <= before and sum_ == reckoned else None


def _at(journal: BinaryIO, start: int, count: int) -> bytes:
    journal.seek(start)
    return journal.read(count)
