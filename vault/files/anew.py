"""Writing a file anew: in the place of an older one of the same kind, and never over anything else."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from vault.errors import N_, WouldOverwrite
from vault.files.reading import opened
from vault.files.reasons import not_written
from vault.files.writing import beside, new_file, sync_folder, synced, unfinished

_GROUPS, _EVERYBODY = 0o070, 0o777


@contextmanager
def file_anew(path: Path, mark: bytes) -> Iterator[BinaryIO]:
    """A file to write into. At the end of the block it is on the disk, whole, and has the name ``path``.

    Where a file has that name, the new one takes its place, with its group and mode, so that whoever may read it once
    may go on; else it is private. It must be one of our own that is empty or begins with ``mark``: anything else,
    a symlink too, raises WouldOverwrite. Where the block raises, or the process is killed in it, the old file is there
    as it was. Raises NoRoom.
    """
    if not os.path.lexists(path):
        with new_file(path) as file:
            yield file
        return
    old = _replaceable(path, mark)
    part = beside(path)
    try:
        with os.fdopen(unfinished(part), "wb") as file:
            yield file
            _as_open_as(file.fileno(), old)
            synced(file)
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise not_written(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _replaceable(path: Path, mark: bytes) -> os.stat_result:
    """What the system says of the file, where it may be replaced. That of somebody else may not: he would keep it open
    to himself."""
    if S_ISREG(path.lstat().st_mode):
        with opened(path) as file:
            old, head = os.fstat(file.fileno()), file.read(len(mark))
        if head in {b"", mark} and (sys.platform == "win32" or old.st_uid == os.geteuid()):
            return old
    raise WouldOverwrite(path=str(path), hint=N_("Only an empty file of yours, or an older report, is written anew."))


def _as_open_as(file: int, old: os.stat_result) -> None:
    """Open to others as the ``old`` file was; where it cannot have the group of that one, to no group."""
    if sys.platform == "win32":
        return
    mode = old.st_mode & _EVERYBODY
    try:
        os.fchown(file, -1, old.st_gid)
    except PermissionError:
        mode &= ~_GROUPS
    os.fchmod(file, mode)
