"""What SQL itself says of a database: its pages, its rows, its rules. Each check on a connection of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from vault.errors import N_, Damaged, NotACertvault, Phrase
from vault.secret import RegisterKey
from vault.store.connection import connect
from vault.store.migrations import check
from vault.store.store import belongs
from vault.store.translate import damaged, translated

_MOST = 20
"""Findings of one kind that are told; a file that is damaged everywhere has thousands."""


def examined(path: Path, key: RegisterKey, vault: str) -> Iterator[Damaged]:
    """Everything that is wrong with the database at ``path``. Raises Busy, NoRoom."""
    for look in (_whole, _related, _ours):
        try:
            with closing(connect(path, key)) as connection, translated(path):
                yield from look(connection, path, vault)
        except Damaged as error:
            yield error
            if look is _whole and isinstance(error, NotACertvault):
                return


def _whole(connection: Any, path: Path, _vault: str) -> Iterator[Damaged]:
    for (said,) in connection.execute(f"PRAGMA integrity_check({_MOST})"):
        if said != "ok":
            yield damaged(path, Phrase(N_("SQLite says: {text}"), text=said))


def _related(connection: Any, path: Path, _vault: str) -> Iterator[Damaged]:
    for table, row, other, *_ in connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST):
        what = N_("row {row} of {table} names one of {other} that is not there")
        yield damaged(path, Phrase(what, row=row, table=table, other=other))


def _ours(connection: Any, path: Path, vault: str) -> Iterator[Damaged]:
    check(connection, path)
    belongs(connection, path, vault)
    yield from ()
