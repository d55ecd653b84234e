"""Back up the whole vault into one file that is proven before it has its name."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from vault import packing
from vault.custody import Custody, Watch
from vault.errors import N_, CertvaultError, Damaged, NoRoom, WouldOverwrite
from vault.files.writing import publish
from vault.ledger.events import record
from vault.model.backup import LATEST, Latest
from vault.model.ids import Random
from vault.model.times import utc
from vault.operations.proving import Progress, proven
from vault.operations.workshop import workshop

Grade = Literal["intact", "opened"]
"""``intact``: every page, and every sealed value is the living one. ``opened``: every pair was opened as well."""

COPY = "copy.db"
"""The copy of the vault that is packed and proven, in the private folder beside the backup."""


class Made(NamedTuple):
    """A backup that was written and proven. ``head`` is its witness, ``same_disk`` whether the vault lies beside it."""

    path: Path
    grade: Grade
    pairs: int
    sha256: str
    head: str
    same_disk: bool


def backup(watch: Watch, path: Path, *, at: datetime, random: Random, progress: Progress) -> Made:
    """Write the vault as it stands now to the new file ``path``, while others go on writing.

    The file is packed out of a copy of the vault, and read again from the disk while that copy is proven
    (:func:`vault.operations.proving.proven`): equal checksums say that what a restore unpacks is what was proven. Only
    then it gets its name; else nothing is left. With the watch key its grade is ``intact``, with the root key
    ``opened``. Raises WouldOverwrite, NoRoom, Busy, Damaged, and what opening a pair raises.
    """
    if os.path.lexists(path):
        raise WouldOverwrite(path=str(path))
    grade: Grade = "opened" if isinstance(watch, Custody) else "intact"
    with workshop(path.parent, random) as bench:
        part = bench / "backup"
        try:
            sums = written(watch, part, at)
            with proven(watch, bench / COPY, progress):
                file = _reread(part, sums)
        except (Damaged, NoRoom) as error:
            raise _told_of(watch, path, bench, error) from None
        publish(part, path)
    same_disk = _disk(path.parent) == _disk(watch.folder)
    made = Made(path, grade, file.head.pairs, file.digest, file.head.witness, same_disk)
    try:
        _record(watch, made, at)
    except BaseException:
        path.unlink()
        raise
    return made


def written(watch: Watch, part: Path, at: datetime) -> packing.Sums:
    """Write the backup to the new file ``part``, neither proven nor recorded, out of a copy of the vault beside it."""
    copy = part.with_name(COPY)
    watch.snapshot(copy)
    with watch.in_file(copy) as still, still.reading() as reader:
        head, pairs = reader.head(), reader.count_pairs()
    facts = packing.Head(watch.vault_id, watch.slots.generation, utc(at), pairs, head.number, head.hash.hex())
    return packing.pack(part, facts, watch.slots.to_bytes(), copy, watch.backup_auth)


def _reread(part: Path, sums: packing.Sums) -> packing.Backup:
    """The backup as it reads from the disk: its checksums say that it holds the very octets of the copy."""
    try:
        file = packing.read(part)
    except Damaged:
        file = None
    if file is None or file.sums != sums:
        raise NoRoom(path=str(part), why=N_("it reads back differently"))
    return file


def _disk(folder: Path) -> int:
    """The device that a folder lies on, as far as the system tells."""
    return folder.stat().st_dev


def _told_of(watch: Watch, path: Path, bench: Path, error: CertvaultError) -> CertvaultError:
    """What is damaged is the vault, and what has no room is the backup, where the error names the folder ``bench``."""
    named = str(error.fields.get("path", ""))
    if not named.startswith(str(bench)):
        return error
    if isinstance(error, NoRoom):
        return NoRoom(path=str(path), why=error.fields["why"])
    return Damaged(path=str(watch.folder), what=error.fields["what"])


def _record(watch: Watch, made: Made, at: datetime) -> None:
    with watch.writing() as writer:
        if isinstance(watch, Custody):
            latest = Latest(utc(at), made.same_disk).text()
            writer.put_setting(LATEST, latest, watch.setting_auth(LATEST, latest))
        details = {"path": str(made.path.absolute()), "grade": made.grade, "head": made.head, "sha256": made.sha256}
        record(watch, writer, "backup-made", at=at, **details, pairs=str(made.pairs))
