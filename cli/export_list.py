"""The list of the files that were handed out into a folder: a table for the desk, without any PIN."""

from __future__ import annotations

import os
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import tzinfo
from pathlib import Path

from cli.render import spreadsheet, when
from cli.texts import _
from vault import tables
from vault.errors import CertvaultError
from vault.files.anew import file_anew
from vault.files.reading import read_bounded
from vault.operations.export import Exported
from vault.operations.export_many import Outcome

FIRST = "certvault-file"
MARK = BOM_UTF8 + f"{FIRST};".encode()
"""How every such list begins, in any language: a byte-order mark, and the name of its first column."""


@contextmanager
def noting(path: Path, titles: Mapping[str, str], zone: tzinfo) -> Iterator[Callable[[Outcome, Exported], None]]:
    """What takes note of each file within the block. At its end the list is in the file ``path``, whole.

    What an older list in its place names, and is still there, stays in it. A file that is no such list is left alone:
    then WouldOverwrite is raised at the beginning. Where the block raises, the older list is there as it was.
    """
    with file_anew(path, MARK) as target:
        older = _older(path)

        def row(cells: Sequence[str]) -> None:
            target.write(spreadsheet.row(cells, ";").encode())

        def note(one: Outcome, file: Exported) -> None:
            name = str(file.path.relative_to(path.parent))
            older.pop(name, None)
            row((name, *_facts(one, titles, zone), file.flavour))

        target.write(BOM_UTF8)
        row((FIRST, *_titles()))
        yield note
        for cells in older.values():
            row(cells)


def _titles() -> tuple[str, ...]:
    return (
        _("Holder"),
        _("Provider"),
        _("Purpose"),
        _("Valid until"),
        _("Subject"),
        _("Fingerprint"),
        _("Id"),
        _("Written as"),
    )


def _facts(one: Outcome, titles: Mapping[str, str], zone: tzinfo) -> tuple[str, ...]:
    pair = one.pair
    if pair is None:
        return ("",) * (len(_titles()) - 1)
    who, issuer = one.holder.name if one.holder else "", titles.get(pair.provider, pair.provider)
    return who, issuer, pair.purpose, when.day(pair.not_after, zone), pair.subject, pair.fingerprint, pair.id


def _older(path: Path) -> dict[str, tuple[str, ...]]:
    """The rows of the list that is there, by their files, of those files that are there too."""
    rows: list[tables.Row] = []
    with suppress(CertvaultError):
        rows = tables.rows(read_bounded(path, tables.LONGEST))[1:]
    named = {tables.said(row.cells[0]): row.cells for row in rows}
    return {name: cells for name, cells in named.items() if name and os.path.isfile(path.parent / name)}  # noqa: PTH113 - whatever the name is
