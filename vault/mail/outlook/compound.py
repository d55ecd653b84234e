"""The file system inside an Outlook file: storages with streams (MS-CFB).

What is damaged is read as far as it goes: a chain of sectors that leads nowhere ends there. Every loop is bounded by
the size of the file, and all that is read from it by :class:`vault.mail.outlook.bounds.Bounds`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import NamedTuple

from vault.mail.outlook.bounds import Bounds, damaged

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER = 512
_ENTRY = 128
_LAST_SECTOR = 0xFFFFFFFA
"""Numbers above it are marks: free, end of the chain, part of a table."""
_NOBODY = 0xFFFFFFFF
_STORAGE, _STREAM, _ROOT = 1, 2, 5


class Stream(NamedTuple):
    """Where the bytes of a stream begin, and how many there are."""

    start: int
    size: int


class Storage(NamedTuple):
    """A folder: what is in it, by names in small letters."""

    storages: dict[str, Storage]
    streams: dict[str, Stream]


class Compound:
    """A compound file. Raises SourceNotReadable where not even its directory can be read."""

    def __init__(self, data: bytes, bounds: Bounds) -> None:
        if len(data) < _HEADER or not data.startswith(MAGIC):
            raise damaged()
        self._data = data
        self.bounds = bounds
        self._shift: int
        self._mini_shift: int
        self._shift, self._mini_shift = struct.unpack_from("<2H", data, 30)
        if self._shift not in {9, 12} or self._mini_shift != 6:
            raise damaged()
        directory, self._cutoff, mini_fat = struct.unpack_from("<I4xII", data, 48)
        self._fat = self._table(self._table_sectors())
        self._mini_fat = self._table(self._chain(mini_fat, self._fat))
        entries = b"".join(map(self._sector, self._chain(directory, self._fat)))
        self._entries = [entries[at : at + _ENTRY] for at in range(0, len(entries) - _ENTRY + 1, _ENTRY)]
        if not self._entries or self._entries[0][66] != _ROOT:
            raise damaged()
        within = self._located(self._entries[0])
        self._mini = self._joined(within.start, within.size, self._fat, self._sector)
        self.root = self._tree()

    def read(self, stream: Stream) -> bytes:
        """The bytes of ``stream``, as many as there are. Raises SourceNotReadable beyond the bounds."""
        if stream.size < self._cutoff:
            return self._joined(stream.start, stream.size, self._mini_fat, self._mini_sector)
        return self._joined(stream.start, stream.size, self._fat, self._sector)

    def _table_sectors(self) -> Iterator[int]:
        """The sectors in which the sector table stands: the first 109 in the header, the others in a list of lists."""
        yield from struct.unpack_from("<109I", self._data, 76)
        following = int.from_bytes(self._data[68:72], "little")
        for _ in range(self._count()):
            if following >= _LAST_SECTOR:
                return
            *listed, following = self._numbers(self._sector(following)) or [_NOBODY]
            yield from listed

    def _table(self, sectors: Iterator[int]) -> list[int]:
        """The sector that follows each, as the tables in ``sectors`` say: no more of them than the file has."""
        table: list[int] = []
        most = self._count() + (1 << self._shift)
        for number in sectors:
            if number < _LAST_SECTOR and len(table) < most:
                table += self._numbers(self._sector(number))
        return table

    def _count(self) -> int:
        return len(self._data) >> self._shift

    def _numbers(self, sector: bytes) -> list[int]:
        return list(struct.unpack_from(f"<{len(sector) // 4}I", sector))

    def _sector(self, number: int) -> bytes:
        start = (number + 1) << self._shift
        return self._data[start : start + (1 << self._shift)]

    def _mini_sector(self, number: int) -> bytes:
        start = number << self._mini_shift
        return self._mini[start : start + (1 << self._mini_shift)]

    def _chain(self, start: int, table: list[int]) -> Iterator[int]:
        """The sectors from ``start`` on, none more often than there are sectors."""
        for _ in range(len(table)):
            if start >= len(table):
                return
            yield start
            start = table[start]

    def _joined(self, start: int, size: int, table: list[int], sector: Callable[[int], bytes]) -> bytes:
        self.bounds.spend("bytes", min(size, len(self._data)))
        parts: list[bytes] = []
        got = 0
        for number in self._chain(start, table):
            if got >= size:
                break
            parts.append(sector(number))
            got += len(parts[-1])
        return b"".join(parts)[:size]

    def _tree(self) -> Storage:
        """The root, where every entry of the directory is in one place at the most."""
        root = Storage({}, {})
        seen = {0}
        waiting = [(root, _links(self._entries[0])[2])]
        while waiting:
            storage, number = waiting.pop()
            if number >= len(self._entries) or number in seen:
                continue
            seen.add(number)
            entry = self._entries[number]
            left, right, child = _links(entry)
            waiting += [(storage, left), (storage, right)]
            if entry[66] == _STREAM:
                storage.streams.setdefault(_name(entry), self._located(entry))
            elif entry[66] == _STORAGE:
                inside = storage.storages.setdefault(_name(entry), Storage({}, {}))
                waiting.append((inside, child))
        return root

    def _located(self, entry: bytes) -> Stream:
        """Where a stream is. In files with small sectors the upper half of its size may be anything."""
        start, low, high = struct.unpack_from("<3I", entry, 116)
        return Stream(start, low if self._shift == 9 else low + (high << 32))


def _links(entry: bytes) -> tuple[int, int, int]:
    """The entries left and right of one, and the first below it."""
    left, right, child = struct.unpack_from("<3I", entry, 68)
    return left, right, child


def _name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry, 64)
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace").lower()
