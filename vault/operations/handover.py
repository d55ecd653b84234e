"""Hand a pair over: the sheet that goes with its file to the person who installs it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault.custody import Custody
from vault.errors import Fault
from vault.files.reading import read_bounded
from vault.files.writing import provisional
from vault.ledger.events import record
from vault.model.event import Head
from vault.model.ids import Random
from vault.model.pair import Pair
from vault.model.texts import salted

LONGEST = 4 * 1024 * 1024
"""Bytes of a sheet that is compared with what would be written there."""


class Sheet(NamedTuple):
    """A sheet of ``pair`` for the ``target`` and, where one is named, for whom: the file that it becomes."""

    pair: Pair
    path: Path
    data: bytes
    target: str
    to: str | None = None


class Written(NamedTuple):
    """A sheet that was written, or was there already with the very same bytes (``unchanged``)."""

    sheet: Sheet
    unchanged: bool
    head: Head


def write(custody: Custody, sheet: Sheet, *, at: datetime, random: Random) -> Written:
    """Write a sheet, readable by its owner alone, and record that: both or nothing. Raises WouldOverwrite, NoRoom."""
    if _there(sheet.path, sheet.data):
        return Written(sheet, True, _recorded(custody, sheet, at, random))
    with provisional(sheet.path, sheet.data):
        if read_bounded(sheet.path, LONGEST) != sheet.data:
            raise Fault(what=f"{sheet.path} reads back differently")
        return Written(sheet, False, _recorded(custody, sheet, at, random))


def _recorded(custody: Custody, sheet: Sheet, at: datetime, random: Random) -> Head:
    texts = {"path": str(sheet.path.absolute()), **({"to": sheet.to} if sheet.to else {})}
    with custody.writing() as writer:
        pair = sheet.pair
        record(
            custody,
            writer,
            "sheet-written",
            salted(random, **texts),
            at=at,
            pair=pair.id,
            holder=pair.holder,
            profile=sheet.target,
        )
        return writer.head()


def _there(path: Path, data: bytes) -> bool:
    """Whether the file is there already with these bytes."""
    return path.is_file() and not path.is_symlink() and read_bounded(path, LONGEST) == data
