"""Columns that many tables have, as SQL with what their values must be: ids and moments."""

from __future__ import annotations

_FIRST, _LAST = -62135596800, 253402300799  # 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z


def identifier(column: str) -> str:
    """An id."""
    return f"{column} TEXT NOT NULL CHECK (length({column}) = 16 AND {column} NOT GLOB '*[^0-9A-HJKMNP-TV-Z]*')"


def moment(column: str) -> str:
    """A moment."""
    return f"{column} INTEGER NOT NULL CHECK ({column} BETWEEN {_FIRST} AND {_LAST})"


def moment_or_null(column: str) -> str:
    """A moment, or nothing."""
    return f"{column} INTEGER CHECK ({column} BETWEEN {_FIRST} AND {_LAST})"
