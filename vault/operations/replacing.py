"""The folder that is restored into: what is there goes aside, what is new takes its place, and nothing is lost between.

A note says which files the two are (:mod:`vault.moving`), so that whoever opens the vault after a process that died
ends its work.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vault import moving, rights
from vault.errors import CertvaultError, NewerVersion
from vault.files.reading import read_bounded
from vault.files.writing import folder_within, publish, replace, write_new
from vault.keys.slots import FILE_NAME, LONGEST, KeySlots
from vault.model.ids import Random, new_id

_UNFINISHED = "restoring-"


def living_slots(folder: Path) -> KeySlots | None:
    """The slots of the vault that is there, or None where there is none, it was only begun, or they are damaged.

    Raises NewerVersion, and NotAllowed where somebody else may read them and we may not.
    """
    path = folder / FILE_NAME
    rights.permitted(path)
    if moving.only_begun(folder):
        return None
    try:
        return KeySlots.from_bytes(read_bounded(path, LONGEST), str(path))
    except NewerVersion:
        raise
    except CertvaultError:
        return None


class Place:
    """A vault's folder, locked by its user, and in it a folder for what is unfinished, ``part`` among it."""

    def __init__(self, folder: Path, random: Random) -> None:
        self.folder = folder
        self.name = moving.database_name(random)
        self._bench = folder / f"{_UNFINISHED}{new_id(random)}.part"
        self.part = self._bench / "database"

    def begin(self) -> None:
        """Make the folder for what is unfinished. Raises NoRoom."""
        self.sweep()
        folder_within(self._bench)

    def sweep(self) -> None:
        """Delete what is unfinished, of this process or of one that was killed."""
        for left in self.folder.glob(f"{_UNFINISHED}{'?' * 16}.part"):
            with suppress(OSError):
                for file in left.iterdir():
                    file.unlink()
                left.rmdir()

    def commit(self, slots: KeySlots, aside: str) -> Path | None:
        """Make ``part`` the vault's database, under ``slots``; gives the folder that has now what was there.

        The new slot file is the moment at which it counts. The old one was copied aside before; the old databases
        follow, because until then they are the vault's.
        """
        old, kept = self._databases(), self.folder / aside
        there = bool(old) or os.path.lexists(self.folder / FILE_NAME)
        try:
            moving.begin_aside(self.folder, old, self.name, aside)
            if there:
                folder_within(kept)
                self._copy_slots(kept)
            publish(self.part, self.folder / self.name)
            with self._out_of_the_way(kept):
                replace(self.folder / FILE_NAME, slots.to_bytes())
        finally:
            moving.tidy(self.folder, self._named())
        return kept if there else None

    def _databases(self) -> list[str]:
        """The databases that are there, and the copy from before a migration."""
        found = [path.name for path in moving.databases(self.folder)]
        with suppress(CertvaultError):
            found += [slots.database for slots in [living_slots(self.folder)] if slots and slots.database not in found]
        return [name for name in (*found, moving.BEFORE) if os.path.lexists(self.folder / name)]

    def _named(self) -> str:
        """The database that counts now; an empty text where no slot file says it."""
        with suppress(CertvaultError):
            slots = living_slots(self.folder)
            return slots.database if slots else ""
        return ""

    def _copy_slots(self, kept: Path) -> None:
        path = self.folder / FILE_NAME
        if _usable(path):
            write_new(kept / FILE_NAME, read_bounded(path, LONGEST), vaults=True)

    @contextmanager
    def _out_of_the_way(self, kept: Path) -> Iterator[None]:
        """What has the slot file's name and is none: a folder, a symlink that leads nowhere, a file without end."""
        path = self.folder / FILE_NAME
        if _usable(path) or not os.path.lexists(path):
            yield
            return
        path.rename(kept / FILE_NAME)
        try:
            yield
        except BaseException:
            (kept / FILE_NAME).rename(path)
            raise


def _usable(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= LONGEST
