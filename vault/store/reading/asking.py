"""Asking with SQL, and what a row of one or two values means."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from vault.errors import N_, Fault
from vault.store.connection import Row, Transaction

T = TypeVar("T")
_AT_ONCE = 500


class Asking:
    """Questions within one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def _known(self, make: Callable[[Row], T], sql: str) -> T:
        found = self._transaction.one(make, sql)
        if found is None:
            raise Fault(what=N_("the store was never set up"))
        return found

    def _of(self, make: Callable[[Row], T], sql: str, ids: Sequence[str] | Sequence[int]) -> list[T]:
        """The rows whose column, with which ``sql`` ends, holds one of ``ids``."""
        wanted = list(dict.fromkeys(ids))
        found: list[T] = []
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found += self._transaction.all(make, f"{sql} IN ({','.join('?' * len(some))})", tuple(some))
        return found


def one_text(row: Row) -> str:
    """The first column, a text."""
    return str(row[0])


def two_texts(row: Row) -> tuple[str, str]:
    """The first two columns, texts."""
    return str(row[0]), str(row[1])


def one_number(row: Row) -> int:
    """The first column, a number."""
    return int(row[0])


def one_blob(row: Row) -> bytes:
    """The first column, octets. Raises TypeError where it is none."""
    if not isinstance(row[0], bytes):
        raise TypeError
    return row[0]


def whole(row: Row) -> Row:
    """All columns."""
    return row


def beginning_with(prefix: str) -> tuple[str, str]:
    """The bounds, the lower in and the upper out, of the texts that begin with ``prefix``."""
    return prefix, prefix + "\U0010ffff"
