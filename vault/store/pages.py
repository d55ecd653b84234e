"""The pages of a database file, one by one, past those that are damaged: for what SQL no longer reads.

Sources: SQLCipher's design ("Database Encryption and Key Derivation", version 4: AES-256-CBC, HMAC-SHA512, a reserve of
80 octets at the end of each page) and the SQLite file format, sections "B-tree Pages" and "Record Format".
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.constant_time import bytes_eq
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC

from vault.secret import RegisterKey
from vault.store.connection import PAGE, Row

_SALT, _IV, _MAC = 16, 16, 64
_USABLE = PAGE - _IV - _MAC
_HEADER = 100
_MOST_MISSING = 1 << 18
"""Pages that a file may lack at its end: a gigabyte of them."""
_MOST_TEXT = 64 * 1024 * 1024
"""Octets of one record; a count beyond is none that was written."""
_INDEX_INTERIOR, _INDEX_LEAF, _TABLE_LEAF = 2, 10, 13
_NUMBERS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


class Record(NamedTuple):
    """One record: its row number, None where it stands in an index or a table without row numbers, and its values.

    ``place`` is where it stands: what :meth:`Pages.at` takes.
    """

    number: int | None
    values: Row
    place: int


class Pages:
    """A database file under its raw key. Pages are numbered from 1."""

    def __init__(self, path: Path, key: RegisterKey) -> None:
        self.count = path.stat().st_size // PAGE
        self._path = path
        self._last: tuple[int, bytes | None] = 0, None
        with path.open("rb") as file:
            salt = file.read(_SALT)
        self._key = key.reveal()
        masked = bytes(octet ^ 0x3A for octet in salt)
        self._mac_key = PBKDF2HMAC(hashes.SHA512(), 32, masked, 2).derive(self._key)

    def damaged(self) -> list[int]:
        """The numbers of the pages that are not as they were written, or are not there any more."""
        there = [number for number in range(1, self.count + 1) if self.page(number) is None]
        return there + list(range(self.count + 1, self.written() + 1))

    def written(self) -> int:
        """How many pages there are, or were, as the first one says ("The Database Header", offset 28)."""
        first = self.page(1)
        said = 0 if first is None else int.from_bytes(first[28:32])
        return max(self.count, min(said, self.count + _MOST_MISSING))

    def records(self) -> Iterator[Record]:
        """Every record that can be read whole, page by page."""
        for number in range(1, self.count + 1):
            page = self.page(number)
            if page is not None:
                yield from self._on_page(page, number)

    def at(self, place: int) -> Record:
        """The record that stands at the ``place`` of one that was read before. Raises ValueError."""
        number, at = divmod(place, PAGE)
        if self._last[0] != number:
            self._last = number, self.page(number)
        page = self._last[1]
        if page is None:
            raise ValueError
        return self._cell(page, at, page[_header(number)], place)

    def page(self, number: int) -> bytes | None:
        """The clear text of a page, in its place on the page, or None where it is damaged."""
        with self._path.open("rb") as file:
            file.seek((number - 1) * PAGE)
            return self.clear(file.read(PAGE), number)

    def clear(self, raw: bytes, number: int) -> bytes | None:
        """The clear text of the page of this number as it stands in a file: of a journal too. None where damaged."""
        begin = _SALT if number == 1 else 0
        mac = HMAC(self._mac_key, hashes.SHA512())
        mac.update(raw[begin : _USABLE + _IV] + struct.pack("<I", number))
        if len(raw) != PAGE or not bytes_eq(mac.finalize(), raw[_USABLE + _IV :]):
            return None
        decryptor = Cipher(AES(self._key), CBC(raw[_USABLE : _USABLE + _IV])).decryptor()
        return bytes(begin) + decryptor.update(raw[begin:_USABLE]) + decryptor.finalize()

    def _on_page(self, page: bytes, number: int) -> Iterator[Record]:
        header = _header(number)
        kind = page[header]
        if kind not in {_INDEX_INTERIOR, _INDEX_LEAF, _TABLE_LEAF}:
            return
        first = header + (12 if kind == _INDEX_INTERIOR else 8)
        (cells,) = struct.unpack_from(">H", page, header + 3)
        for cell in range(min(cells, (_USABLE - first) // 2)):
            (at,) = struct.unpack_from(">H", page, first + 2 * cell)
            try:
                yield self._cell(page, at, kind, number * PAGE + at)
            except (IndexError, ValueError, struct.error):
                continue  # part of it lies on a page that is damaged

    def _cell(self, page: bytes, at: int, kind: int, place: int) -> Record:
        if kind == _INDEX_INTERIOR:
            at += 4
        size, at = _varint(page, at)
        number = None
        if kind == _TABLE_LEAF:
            number, at = _varint(page, at)
        return Record(number, _values(self._payload(page, at, size, table=kind == _TABLE_LEAF)), place)

    def _payload(self, page: bytes, at: int, size: int, *, table: bool) -> bytes:
        """A record's octets: those on its page, and where it is long the rest on a chain of overflow pages."""
        if size > _MOST_TEXT:
            raise ValueError
        most = _USABLE - 35 if table else (_USABLE - 12) * 64 // 255 - 23
        if size <= most:
            return page[at : at + size]
        least = (_USABLE - 12) * 32 // 255 - 23
        here = least + (size - least) % (_USABLE - 4)
        here = here if here <= most else least
        parts, rest = [page[at : at + here]], size - here
        (following,) = struct.unpack_from(">I", page, at + here)
        while rest > 0:
            chained = self.page(following) if 1 < following <= self.count else None
            if chained is None:
                raise ValueError
            parts.append(chained[4 : 4 + min(rest, _USABLE - 4)])
            rest -= len(parts[-1])
            (following,) = struct.unpack_from(">I", chained, 0)
        return b"".join(parts)


def _header(number: int) -> int:
    """Where the header of a page begins: on the first one behind that of the file."""
    return _HEADER if number == 1 else 0


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index in range(9):
        octet = data[at + index]
        if index == 8:
            return value << 8 | octet, at + 9
        value = value << 7 | octet & 0x7F
        if octet < 0x80:
            return value, at + index + 1
    raise ValueError


def _values(payload: bytes) -> Row:
    end, at = _varint(payload, 0)
    kinds = []
    while at < end:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[object] = []
    for kind in kinds:
        value, at = _value(payload, at, kind)
        values.append(value)
    return tuple(values)


def _value(payload: bytes, at: int, kind: int) -> tuple[object, int]:
    if kind in {0, 8, 9}:
        return (None, 0, 1)[(0, 8, 9).index(kind)], at
    if kind in {7, 10, 11}:
        raise ValueError  # a floating point number, or nothing that SQLite writes
    size = _NUMBERS.get(kind) or (kind - 12) // 2
    found = payload[at : at + size]
    if len(found) != size:
        raise ValueError
    if kind < 7:
        return int.from_bytes(found, signed=True), at + size
    return (found.decode() if kind % 2 else found), at + size
