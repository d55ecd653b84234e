"""A compiled catalogue (the .mo file of GNU gettext, "The Format of GNU MO Files"), in which a text is looked up.

The standard library's reads every text at once: 3.6 ms of each start in German, for the few that a command says.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from struct import unpack_from

_MAGIC = 0x950412DE


class Catalogue:
    """The texts of one language, in UTF-8, with the plural that English and German have: one, or any other number."""

    def __init__(self, data: bytes) -> None:
        """The catalogue in ``data``, the contents of the file. Raises ValueError where it is none."""
        magic, _revision, count, self._ids, self._texts = unpack_from("<5I", data)
        if magic != _MAGIC:
            raise ValueError("no catalogue")
        self._data = data
        self._all = range(count)
        self._found = lru_cache(maxsize=1000)(self._sought)  # a table says the same on every row

    def gettext(self, text: str) -> str:
        """``text`` in this language; where it is not there, as it is."""
        return self._found(text) or text

    def ngettext(self, one: str, many: str, n: int) -> str:
        """The form for ``n`` things."""
        forms = (self._found(f"{one}\0{many}") or f"{one}\0{many}").split("\0")
        return forms[n != 1]

    def _sought(self, text: str) -> str | None:
        wanted = text.encode(errors="surrogatepass")  # foreign text is asked for too, and is not there
        at = bisect_left(self._all, wanted, key=self._id)
        return self._read(self._texts, at).decode() if at in self._all and self._id(at) == wanted else None

    def _id(self, number: int) -> bytes:
        return self._read(self._ids, number)

    def _read(self, table: int, number: int) -> bytes:
        length, start = unpack_from("<2I", self._data, table + 8 * number)
        return self._data[start : start + length]
