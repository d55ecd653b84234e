"""Every row of a database into a new one, whose file and salt are its own.

Row by row and not page by page: each row passes the new database's rules, and nothing that was deleted comes along.
"""
# ruff: noqa: S608 - what is put into a statement are names of the program's own tables, every value is bound

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlcipher3

from vault.errors import N_
from vault.ports.store import Renewal
from vault.secret import RegisterKey
from vault.store.connection import Row, Transaction, connect, empty
from vault.store.migrations import lay_out
from vault.store.rows import PAIR, to_pair
from vault.store.translate import damaged, translated

Named = dict[str, Any]
"""A row by the names of its columns."""

_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid"
_COLUMNS = "SELECT name FROM pragma_table_info(?) ORDER BY cid"


def copy_rows(source: Transaction, path: Path, key: RegisterKey, renewal: Renewal) -> None:
    """All tables of ``source`` into the new file ``path``, which becomes a database under ``key``.

    It is one transaction. Sealed values are read one at a time: memory does not grow with their number. Raises Damaged
    for a row that breaks the rules of its table, NoRoom, and what ``renewal`` raises.
    """
    empty(path)
    with closing(connect(path, key, new=True)) as target, translated(path):
        target.execute("BEGIN IMMEDIATE")
        lay_out(target)
        target.execute("PRAGMA defer_foreign_keys = ON")  # tables come in the order in which they were made
        try:
            for table in source.all(_first, _TABLES):
                _copy_table(source, target, table, renewal)
            target.execute("COMMIT")
        except sqlcipher3.IntegrityError:
            raise damaged(path, N_("a row of its database breaks the rules of its table")) from None


def _copy_table(source: Transaction, target: Any, table: str, renewal: Renewal) -> None:
    columns = source.all(_first, _COLUMNS, (table,))
    insert = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
    for row in _rows(source, table, columns, _change(table, renewal)):
        target.execute(insert, row)


def _rows(source: Transaction, table: str, columns: list[str], change: Callable[[Named], Named]) -> Iterator[Row]:
    def changed(row: Row) -> Row:
        return tuple(change(dict(zip(columns, row, strict=True))).values())

    select = f"SELECT {', '.join(columns)} FROM {table}"
    if "sealed" not in columns:
        yield from source.each(changed, f"{select} ORDER BY 1")
        return
    for number in source.each(_first, f"SELECT number FROM {table} ORDER BY number"):
        row = source.one(changed, f"{select} WHERE number = ?", (number,))
        if row is not None:
            yield row


def _change(table: str, renewal: Renewal) -> Callable[[Named], Named]:
    def pair(row: Named) -> Named:
        public = tuple(row[column] for column in PAIR.split(", "))
        return row | {"sealed": renewal.pair(to_pair(public), row["sealed"])}

    def parked(row: Named) -> Named:
        return row | {"sealed": renewal.parked(row["link"], row["sealed"])}

    def setting(row: Named) -> Named:
        return row | {"auth": renewal.setting(row["name"], row["value"], row["auth"])}

    return {"pair": pair, "parked": parked, "setting": setting}.get(table, lambda row: row)


def _first(row: Row) -> Any:
    return row[0]
