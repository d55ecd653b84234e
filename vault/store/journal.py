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
from vault.store.translate import damaged

_MAGIC = bytes.fromhex("d9d505f920a163d7")
_HEADER = struct.Struct(">8sIIIII")  # magic, records, nonce, pages before, sector, page
_SAMPLED = 200


def check(database: Path, page: int) -> None:
    """Raise Damaged where the journal of ``database`` cannot be played back to its end.

    A journal of a process that is still at work passes: its header counts what is there, or nothing yet.
    """
    try:
        with database.with_name(database.name + "-journal").open("rb") as journal:
            sound = _sound(journal, page)
    except OSError:  # none, or no longer
        return
    if not sound:
        raise damaged(database, N_("the journal of a write that was interrupted is not as it was written"))


def _sound(journal: BinaryIO, page: int) -> bool:
    start, form = 0, (0, 0, 0)
    while len(head := _at(journal, start, _HEADER.size)) == _HEADER.size:
        magic, records, nonce, *found = _HEADER.unpack(head)
        if magic == bytes(8):
            break  # nothing that counts yet
        if start == 0:
            form = found[0], found[1], page
            if not records or found[1] < _HEADER.size or found[1] & (found[1] - 1):
                return False
        elif magic != _MAGIC and tuple(found) != form:
            break  # what is left of a longer journal
        if magic != _MAGIC or tuple(found) != form or not _counted(journal, start + form[1], records, nonce, form):
            return False
        start = -(-(start + form[1] + records * (page + 8)) // form[1]) * form[1]
    return True


def _counted(journal: BinaryIO, start: int, records: int, nonce: int, form: tuple[int, int, int]) -> bool:
    """Whether there are so many records and not one more."""
    before, _sector, page = form
    journal.seek(start)
    return all(_record(journal, nonce, before, page) for _ in range(records)) and not _record(
        journal, nonce, before, page
    )


def _record(journal: BinaryIO, nonce: int, before: int, page: int) -> bool:
    record = journal.read(page + 8)
    if len(record) < page + 8:
        return False
    number, sum_ = int.from_bytes(record[:4]), int.from_bytes(record[-4:])
    data = record[4:-4]
    reckoned = (nonce + sum(data[at] for at in range(page - _SAMPLED, 0, -_SAMPLED))) & 0xFFFFFFFF
    return 0 < number <= before and sum_ == reckoned


def _at(journal: BinaryIO, start: int, count: int) -> bytes:
    journal.seek(start)
    return journal.read(count)
