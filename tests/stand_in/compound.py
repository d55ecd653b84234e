"""Compound files as Outlook lays them out: written from the text of MS-CFB, for tests alone."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Union

Folder = Mapping[str, Union[bytes, "Folder"]]

_FREE, _END, _TABLE, _LISTS = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC
_CUTOFF, _MINI = 4096, 64


class _Entry:
    """One entry of the directory, with the numbers of those beside and below it."""

    def __init__(self, name: str, kind: int) -> None:
        self.name, self.kind = name, kind
        self.left = self.right = self.child = _FREE
        self.start, self.size = _END, 0

    def packed(self) -> bytes:
        name = (self.name + "\0").encode("utf-16-le")
        return (
            name.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(name), self.kind, 1, self.left, self.right, self.child)
            + bytes(36)
            + struct.pack("<IQ", self.start, self.size)
        )


class _Writer:
    def __init__(self, sector: int) -> None:
        self.sector = sector
        self.sectors: list[bytes] = []
        self.table: list[int] = []
        self.mini = bytearray()
        self.mini_table: list[int] = []
        self.entries: list[_Entry] = []

    def put(self, data: bytes) -> int:
        """``data`` in sectors of its own; gives the first."""
        first = len(self.sectors)
        for at in range(0, len(data), self.sector):
            self.sectors.append(data[at : at + self.sector].ljust(self.sector, b"\0"))
            self.table.append(len(self.sectors))
        if not data:
            return _END
        self.table[-1] = _END
        return first

    def put_small(self, data: bytes) -> int:
        """``data`` in the small sectors; gives the first."""
        first = len(self.mini_table)
        for at in range(0, len(data), _MINI):
            self.mini += data[at : at + _MINI].ljust(_MINI, b"\0")
            self.mini_table.append(len(self.mini_table) + 1)
        if not data:
            return _END
        self.mini_table[-1] = _END
        return first

    def add(self, name: str, content: bytes | Folder) -> int:
        """An entry for a stream or a storage with all that is in it; gives its number."""
        number = len(self.entries)
        entry = _Entry(name, 2 if isinstance(content, bytes) else 1)
        self.entries.append(entry)
        if isinstance(content, bytes):
            entry.size = len(content)
            entry.start = self.put_small(content) if len(content) < _CUTOFF else self.put(content)
        else:
            entry.child = self.tree([self.add(*item) for item in sorted(content.items(), key=_order)])
        return number

    def tree(self, numbers: list[int]) -> int:
        """The entries as a balanced tree; gives the one at its top."""
        if not numbers:
            return _FREE
        middle = len(numbers) // 2
        top = self.entries[numbers[middle]]
        top.left, top.right = self.tree(numbers[:middle]), self.tree(numbers[middle + 1 :])
        return numbers[middle]


def compound(root: Folder, *, sector: int = 512) -> bytes:
    """A compound file with these storages and streams. ``sector`` is 512 as Outlook has it, or 4096."""
    writer = _Writer(sector)
    top = _Entry("Root Entry", 5)
    writer.entries.append(top)
    top.child = writer.tree([writer.add(*item) for item in sorted(root.items(), key=_order)])
    top.start, top.size = writer.put(bytes(writer.mini)), len(writer.mini)
    small = writer.put(_numbers(writer.mini_table, sector))
    count = -(-len(writer.mini_table) * 4 // sector)
    directory = writer.put(b"".join(entry.packed() for entry in writer.entries))
    per = sector // 4
    tables = lists = 0
    while tables * per < len(writer.sectors) + tables + lists:
        tables += 1
        lists = max(0, -(-(tables - 109) // (per - 1)))
    base = len(writer.sectors)
    numbers = list(range(base, base + tables))
    table = writer.table + [_TABLE] * tables + [_LISTS] * lists
    more = numbers[109:]
    pages = []
    for index in range(lists):
        following = base + tables + index + 1 if index + 1 < lists else _END
        listed = more[index * (per - 1) : (index + 1) * (per - 1)]
        pages.append(struct.pack(f"<{per}I", *(listed + [_FREE] * (per - 1 - len(listed))), following))
    head = (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(16)
        + struct.pack("<5H6x", 0x3E, 3 if sector == 512 else 4, 0xFFFE, sector.bit_length() - 1, 6)
        + struct.pack("<3I4x", 0 if sector == 512 else -(-len(writer.entries) * 128 // sector), tables, directory)
        + struct.pack("<5I", _CUTOFF, small, count, base + tables if lists else _END, lists)
        + struct.pack("<109I", *(numbers[:109] + [_FREE] * (109 - min(tables, 109))))
    )
    return head.ljust(sector, b"\0") + b"".join(writer.sectors) + _numbers(table, sector) + b"".join(pages)


def _numbers(table: list[int], sector: int) -> bytes:
    return struct.pack(f"<{len(table)}I", *table).ljust(-(-len(table) * 4 // sector) * sector, b"\xff")


def _order(item: tuple[str, object]) -> tuple[int, str]:
    return len(item[0]), item[0].upper()
