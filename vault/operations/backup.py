"""Back up the whole vault into one file that is proven before it has its name."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from vault import packing
from vault.custody import Custody, Watch
from vault.errors import CertvaultError, Damaged, NoRoom, WouldOverwrite
from vault.files.writing import publish
from vault.ledger.events import record
from vault.model.backup import LATEST, Latest
from vault.model.ids import Random
from vault.model.times import utc
from vault.operations.proving import Progress, prove
from vault.operations.workshop import workshop

Grade = Literal["intact", "opened"]
"""``intact``: every page, and every sealed value is the living one. ``opened``: every pair was opened as well."""

ENDING = "certvault-backup"


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

    The file is read again, unpacked in a private folder beside it and proven (:func:`vault.operations.proving.prove`)
    before it gets its name; else nothing is left. With the watch key its grade is ``intact``, with the root key
    ``opened``. Raises WouldOverwrite, NoRoom, Busy, Damaged, and what opening a pair raises.
    """
    if os.path.lexists(path):
        raise WouldOverwrite(path=str(path))
    grade: Grade = "opened" if isinstance(watch, Custody) else "intact"
    with workshop(path.parent, random) as bench:
        part = bench / "backup"
        try:
            file = written(watch, part, at)
            packing.unpack(file, bench / "proof.db")
            prove(watch, bench / "proof.db", progress)
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


def backup_into(
    watch: Watch, folder: Path, keep: int, *, at: datetime, random: Random, progress: Progress
) -> tuple[Made, list[Path]]:
    """:func:`backup` into ``folder`` under a name of its own; then delete all but the newest ``keep`` of this vault.

    The newest ``opened`` one stays, whatever its age, and so does whatever is not a backup of this vault. Gives the
    files that were deleted.
    """
    grade = "opened" if isinstance(watch, Custody) else "intact"
    name = f"certvault-{watch.vault_id}-{utc(at):%Y%m%dT%H%M%SZ}-{grade}.{ENDING}"
    made = backup(watch, folder / name, at=at, random=random, progress=progress)
    kept = sorted(_ours(watch, folder), key=lambda path: path.name, reverse=True)
    opened = [path for path in kept if path.name.endswith(f"-opened.{ENDING}")]
    deleted = [path for path in kept[keep:] if path not in opened[:1]]
    for path in deleted:
        path.unlink()
    return made, deleted


def _ours(watch: Watch, folder: Path) -> Iterator[Path]:
    """The backups of this vault that were named by :func:`backup_into`."""
    name = re.compile(rf"certvault-{watch.vault_id}-[0-9]{{8}}T[0-9]{{6}}Z-(intact|opened)\.{ENDING}")
    for path in folder.iterdir():
        if name.fullmatch(path.name) and not path.is_symlink() and packing.is_backup_of(path, watch.vault_id):
            yield path


def written(watch: Watch, part: Path, at: datetime) -> packing.Backup:
    """Write the backup to the new file ``part``, and read it again from the disk: not proven, not recorded."""
    copy = part.with_name("copy.db")
    watch.snapshot(copy)
    with watch.in_file(copy) as still, still.reading() as reader:
        head, pairs = reader.head(), reader.count_pairs()
    facts = packing.Head(watch.vault_id, watch.slots.generation, utc(at), pairs, head.number, head.hash.hex())
    packing.pack(part, facts, watch.slots.to_bytes(), copy, watch.backup_auth)
    copy.unlink()
    return packing.read(part)


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
