"""Which database takes the place of which: a note in the vault's folder, for whoever comes after a process that died.

The slot file names the database, so the rename that replaces it is the one moment at which a new database counts. The
other file of the two is then of no use; but only one that the note names is ever deleted, so that nothing goes that
somebody has put there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from vault.errors import CertvaultError, FileUnusable, NoSuchFile
from vault.files.reading import read_bounded
from vault.keys.slots import FILE_NAME, LONGEST, KeySlots
from vault.model.ids import Random, new_id

NOTE = "vault.moving"

_DATABASE = r"vault-[0-9A-Z]{16}\.db"
_ASIDE = r"replaced-[0-9]{8}T[0-9]{6}Z-[0-9A-Z]{6}"
_PLAIN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_LONGEST = 4096

BEFORE = "before-migration"
"""What a store keeps beside its database until it was opened once more after a migration."""


UNFINISHED = ".new"
"""What the name of a database ends with until the vault that is made is complete."""


def only_begun(folder: Path) -> bool:
    """Whether the slot file in ``folder`` is that of a vault whose making was killed before its last step.

    Its database never got the name by which vaults are opened. So nothing was ever put into it, and nothing is lost
    with it.
    """
    if not any(name.endswith(f".db{UNFINISHED}") for name in _names(folder)):
        return False
    try:
        named = KeySlots.from_bytes(read_bounded(folder / FILE_NAME, LONGEST), FILE_NAME).database
    except CertvaultError:
        return False
    return os.path.lexists(folder / (named + UNFINISHED)) and not os.path.lexists(folder / named)


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)  # noqa: PTH208 - at every opening, and pathlib takes its time
    except OSError:
        return []


def database_name(random: Random) -> str:
    """A name for a new database."""
    return f"vault-{new_id(random)}.db"


def databases(folder: Path) -> list[Path]:
    """The files in ``folder`` that have the name of a database, whether they count or not."""
    return sorted(path for path in folder.iterdir() if re.fullmatch(_DATABASE, path.name))


def begin(folder: Path, old: str, new: str) -> None:
    """Note that the database ``new`` is made to take the place of ``old``. Raises NoRoom."""
    from vault.files.writing import replace  # every command looks for what was begun, and few begin

    replace(folder / NOTE, f"{old}\n{new}\n".encode("ascii"))


def begin_aside(folder: Path, old: Sequence[str], new: str, aside: str) -> None:
    """Note that ``new`` takes the place of the files ``old``, which go into the folder ``aside``. Raises NoRoom."""
    from vault.files.writing import replace

    replace(folder / NOTE, "\n".join((*old, new, aside, "")).encode("ascii"))


def tidy(folder: Path, named: str) -> None:
    """Delete the database that a note names beside the one that counts, which is ``named`` by the slot file and opens.

    Where the note names a folder too, what was replaced is moved there instead. Ask with the exclusive lock. Unfinished
    slot files, notes and copies go too. What cannot be done now stays for the next time, and so does the note. A
    deleted file is only unlinked: no program can promise that a disk forgets.
    """
    from vault.files.writing import sync_folder

    noted = _noted(folder)
    with suppress(OSError):
        for name in (FILE_NAME, NOTE, BEFORE):
            for unfinished in folder.glob(f".{name}.*.new"):
                unfinished.unlink(missing_ok=True)
        if noted:
            sync_folder(folder)  # a slot file that is not on the disk yet may turn into the old one again
            if len(noted) > 1 and re.fullmatch(_ASIDE, noted[-1]):
                *old, new, aside = noted
                _put_aside(folder, [name for name in old if name != named], folder / aside, done=new == named)
                noted = [new]
            _delete(folder, [name for name in noted if name != named and re.fullmatch(_DATABASE, name)])


def _put_aside(folder: Path, old: list[str], aside: Path, *, done: bool) -> None:
    """Move what was replaced into its folder; where nothing was replaced, that folder is of no use."""
    from vault.files.writing import sync_folder

    with suppress(FileNotFoundError):
        if not done:
            (aside / FILE_NAME).unlink(missing_ok=True)
            aside.rmdir()
            return
        for name in old:
            if re.fullmatch(_PLAIN, name) and name not in {FILE_NAME, NOTE}:
                for part in (f"{name}-journal", name):  # without its journal a database is damaged
                    _move(folder / part, aside / part)
        sync_folder(aside)


def _move(path: Path, to: Path) -> None:
    with suppress(FileNotFoundError):
        path.rename(to)


def _delete(folder: Path, databases: list[str]) -> None:
    for name in databases:
        (folder / f"{name}-journal").unlink(missing_ok=True)
        (folder / name).unlink(missing_ok=True)
    (folder / NOTE).unlink()


def _noted(folder: Path) -> list[str]:
    """The names in the note; one that says nothing counts for none."""
    try:
        return read_bounded(folder / NOTE, _LONGEST).decode("ascii", "replace").split()
    except (NoSuchFile, FileUnusable):
        return []
