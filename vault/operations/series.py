"""Backups in a row: each under its date, the older ones deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault import packing
from vault.custody import Custody, Watch
from vault.model.ids import Random, new_id
from vault.model.times import utc
from vault.operations.backup import Made, backup
from vault.operations.proving import Progress

ENDING = "certvault-backup"


class Kept(NamedTuple):
    """A backup that was made, the older ones that were ``deleted``, and those ``stuck`` that could not be."""

    made: Made
    deleted: Sequence[Path] = ()
    stuck: Sequence[Path] = ()


def backup_into(watch: Watch, folder: Path, keep: int, *, at: datetime, random: Random, progress: Progress) -> Kept:
    """:func:`backup` into ``folder`` under a name of its own; then delete all but the newest ``keep`` of this vault.

    The new one stays, and so does the newest ``opened`` one, whatever its age, and whatever is not a backup of this
    vault. One whose date is yet to come is neither counted nor deleted: some clock was wrong.
    """
    grade = "opened" if isinstance(watch, Custody) else "intact"
    stamp = f"{utc(at):%Y%m%dT%H%M%SZ}"
    name = f"certvault-{watch.vault_id}-{stamp}-{new_id(random)[:4]}-{grade}.{ENDING}"
    made = backup(watch, folder / name, at=at, random=random, progress=progress)
    deleted, stuck = list[Path](), list[Path]()
    for path in _superfluous(watch, folder, keep, made.path, stamp):
        with suppress(OSError):
            path.unlink()
            deleted.append(path)
        if path not in deleted:
            stuck.append(path)
    return Kept(made, deleted, stuck)


def _superfluous(watch: Watch, folder: Path, keep: int, new: Path, stamp: str) -> list[Path]:
    form = re.compile(rf"certvault-{watch.vault_id}-([0-9]{{8}}T[0-9]{{6}}Z)-[0-9A-Z]{{4}}-(?:intact|opened)\.{ENDING}")
    named = ((form.fullmatch(path.name), path) for path in folder.iterdir() if path != new)
    dated = ((found[1], path) for found, path in named if found and found[1] <= stamp)
    ours = [each for each in dated if not each[1].is_symlink() and packing.is_backup_of(each[1], watch.vault_id)]
    older = [path for _, path in sorted(ours, reverse=True)]
    opened = [path for path in (new, *older) if path.name.endswith(f"-opened.{ENDING}")]
    return [path for path in older[keep - 1 :] if path not in opened[:1]]
