"""The properties of a message, a recipient or an attachment in an Outlook file (MS-OXMSG section 2.4)."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from vault.mail.decoding import decoded
from vault.mail.outlook.compound import Compound, Storage

_VALUES = "__properties_version1.0"
_LONG, _BOOLEAN, _TIME = 0x0003, 0x000B, 0x0040
_TEXT8, _TEXT, _BYTES = 0x001E, 0x001F, 0x0102
_CODE_PAGE, _INTERNET_CODE_PAGE = 0x3FFD, 0x3FDE
_NAMED = {65001: "utf-8", 1200: "utf-16-le", 20127: "ascii", 20866: "koi8-r", 21866: "koi8-u", 50220: "iso2022_jp"}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class Properties:
    """What one storage says. ``head`` is how many bytes its table of fixed values begins with; texts that are not
    Unicode are of one of the code pages of ``around``, the message that it belongs to."""

    def __init__(self, file: Compound, storage: Storage, head: int, around: Properties | None = None) -> None:
        self._file = file
        self._storage = storage
        self._fixed = self._fixed_values(head)
        here = (self._fixed.get(tag) for tag in (_tag(_CODE_PAGE, _LONG), _tag(_INTERNET_CODE_PAGE, _LONG)))
        self.pages: tuple[str, ...] = around.pages if around else _codecs(_long(value) for value in here if value)

    def number(self, property_id: int) -> int | None:
        """A whole number, or None."""
        value = self._fixed.get(_tag(property_id, _LONG))
        return None if value is None else _long(value)

    def moment(self, property_id: int) -> datetime | None:
        """A moment, UTC, or None where there is none or no calendar has it."""
        value = self._fixed.get(_tag(property_id, _TIME))
        if value is None:
            return None
        try:
            return _EPOCH + timedelta(microseconds=struct.unpack("<Q", value)[0] // 10)
        except OverflowError:
            return None

    def text(self, *property_ids: int) -> str:
        """The first of these texts that is there and not empty."""
        return next(filter(None, map(self._text, property_ids)), "")

    def data(self, property_id: int) -> bytes | None:
        """Bytes, or None."""
        return self._read(property_id, _BYTES)

    def decoded(self, data: bytes) -> str:
        """``data`` as text. Code pages lie: the first of UTF-8, what the message says, and Windows-1252 that fits."""
        return decoded(data, next((name for name in ("utf-8", *self.pages) if _fits(data, name)), None))

    def _text(self, property_id: int) -> str:
        wide = self._read(property_id, _TEXT)
        if wide is not None:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        narrow = self._read(property_id, _TEXT8)
        return "" if narrow is None else self.decoded(narrow).rstrip("\0")

    def _read(self, property_id: int, kind: int) -> bytes | None:
        stream = self._storage.streams.get(f"__substg1.0_{property_id:04x}{kind:04x}")
        return None if stream is None else self._file.read(stream)

    def _fixed_values(self, head: int) -> dict[int, bytes]:
        stream = self._storage.streams.get(_VALUES)
        table = self._file.read(stream) if stream else b""
        rows = (table[at : at + 16] for at in range(head, len(table) - 15, 16))
        return {int.from_bytes(row[:4], "little"): row[8:] for row in rows}


def _fits(data: bytes, name: str) -> bool:
    try:
        data.decode(name)
    except UnicodeError:
        return False
    return True


def has_properties(storage: Storage) -> bool:
    """Whether there is anything of a message in ``storage``."""
    return _VALUES in storage.streams


def _tag(property_id: int, kind: int) -> int:
    return property_id << 16 | kind


def _long(value: bytes) -> int:
    return int.from_bytes(value[:4], "little", signed=True)


def _codecs(pages: Iterable[int]) -> tuple[str, ...]:
    return tuple(name for page in pages if (name := codec(page)))


def codec(page: int) -> str | None:
    """Python's name of a Windows code page, or None where it has none."""
    name = _NAMED.get(page) or (f"iso8859-{page - 28590}" if 28591 <= page <= 28605 else f"cp{page}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None
