"""Writing files: whole or not at all, and never over one that is there but on purpose.

What is not complete has no name. Linux has files without one, which go with their process; on a disk that knows none
(memory sticks, other systems) it is hidden, ends in ``.new``, and stays only where the process is killed.
"""

from __future__ import annotations

import os
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from vault.errors import NotAFolder, WouldOverwrite
from vault.files.reasons import ALWAYS, not_written
from vault.rights import as_its_folder, as_its_parent, given

_OWNERS = 0o600
_OURS = Path("/proc/self/fd")
"""Where Linux shows the open files of a process, from where one without a name can be given one."""


@contextmanager
def new_file(path: Path, *, vaults: bool = False) -> Iterator[BinaryIO]:
    """A new private file to write into. At the end of the block it is on the disk, whole, and gets the name ``path``.

    ``vaults`` says that it is one of the vault's own: as open as its folder. Where the block raises, or the process is
    killed in it, nothing has that name. Raises WouldOverwrite where anything has it, a dangling symlink too, at the
    beginning or at the end; NoRoom.
    """
    if os.path.lexists(path):
        raise WouldOverwrite(path=str(path))
    part = beside(path)
    try:
        nameless = _nameless(path.parent)
        with os.fdopen(unfinished(part) if nameless is None else nameless, "wb") as file:
            if vaults:
                as_its_folder(file.fileno(), path.parent)
            yield file
            synced(file)
            if nameless is not None:
                _link(_OURS / str(nameless), path)
                _stay(path)
        if nameless is None:
            publish(part, path)  # after it is closed: Windows renames no file that is open
    except OSError as error:
        raise not_written(path, error) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def write_new(path: Path, data: bytes, *, vaults: bool = False) -> None:
    """Write ``data`` to a new private file, or one of the vault's. It is on the disk when this returns, or not there.

    Raises as :func:`new_file`.
    """
    with new_file(path, vaults=vaults) as file:
        file.write(data)


@contextmanager
def provisional(path: Path, data: bytes, *, vaults: bool = False) -> Iterator[None]:
    """A new private file, or one of the vault's, that is there in the block and stays only where that ends well.

    Raises as :func:`write_new`.
    """
    write_new(path, data, vaults=vaults)
    try:
        yield
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def write_new_lines(path: Path, lines: Iterable[str]) -> None:
    """Write ``lines`` as UTF-8 with a byte-order mark to a new private file, or leave none. They are read one by one.

    Raises as :func:`write_new`.
    """
    with new_file(path) as file:
        file.write(BOM_UTF8)
        file.writelines(line.encode() for line in lines)


def replace(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of a vault's file at ``path``: whoever reads sees the old bytes or the new ones.

    Raises NoRoom; then the old file is there as it was.
    """
    new = beside(path)
    try:
        with os.fdopen(unfinished(new), "wb") as file:
            as_its_folder(file.fileno(), path.parent)
            file.write(data)
            synced(file)
        new.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise not_written(path, error) from None


def publish(part: Path, path: Path) -> None:
    """Give the complete file ``part`` on the same disk the name ``path``, which is still free, in place of its own.

    Raises WouldOverwrite where anything has that name; NoRoom.
    """
    try:
        try:
            _link(part, path)
        except OSError:  # a disk that knows one name for a file: memory sticks
            if os.path.lexists(path):
                raise WouldOverwrite(path=str(path)) from None
            part.rename(path)
        _stay(path)
        part.unlink(missing_ok=True)
    except OSError as error:
        raise not_written(path, error) from None


def move(path: Path, place: Path) -> None:
    """Give the file ``path`` the name ``place`` on the same disk; both folders are on the disk then. Raises NoRoom."""
    try:
        path.rename(place)
        sync_folder(place.parent)
        sync_folder(path.parent)
    except OSError as error:
        raise not_written(place, error) from None


def private_folder(path: Path) -> None:
    """Make the folder ``path`` with mode 0700, and those above it; one that is there stays as it is.

    New ones belong to the owner of the folder that they lie in, where root makes them. Their names are on the disk when
    this returns, as far as the folders that they lie in may be opened. Raises NotAFolder, NoRoom.
    """
    try:
        new = [folder for folder in (path, *path.parents) if not folder.exists()]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        for folder in reversed(new):
            given(folder)
            with suppress(PermissionError):
                sync_folder(folder.parent)
    except (FileExistsError, NotADirectoryError):
        raise NotAFolder(path=str(next(one for one in (path, *path.parents) if os.path.lexists(one)))) from None
    except OSError as error:
        raise not_written(path, error) from None


def folder_within(path: Path) -> None:
    """Make the new folder ``path`` inside a vault's, as open as that. Raises NoRoom."""
    try:
        path.mkdir(mode=0o700)
        as_its_parent(path)
    except OSError as error:
        raise not_written(path, error) from None


def sync_folder(folder: Path) -> None:
    """The name of a new file is on the disk when its folder is. Windows has no such call."""
    if sys.platform == "win32":
        return
    file = os.open(folder, os.O_RDONLY | ALWAYS)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def beside(path: Path) -> Path:
    """The name of what shall become ``path`` and is not complete."""
    return path.with_name(f".{path.name}.{os.getpid()}.new")


def unfinished(part: Path) -> int:
    """A new file that others can see, open to be written."""
    part.unlink(missing_ok=True)  # of a process that had this number and was killed
    return os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0) | ALWAYS, _OWNERS)


def _nameless(folder: Path) -> int | None:
    """A new file in ``folder`` that has no name, open to be written; None where the disk or the system knows none."""
    if sys.platform == "linux" and _OURS.is_dir():
        with suppress(OSError):
            return os.open(folder, os.O_WRONLY | os.O_TMPFILE | ALWAYS, _OWNERS)
    return None


def synced(file: BinaryIO) -> None:
    """What was written is on the disk."""
    file.flush()
    os.fsync(file.fileno())


def _link(source: Path, path: Path) -> None:
    """The file ``source`` has the name ``path`` too. Raises WouldOverwrite."""
    try:
        if os.link in os.supports_dir_fd:
            os.link(source.absolute(), path, src_dir_fd=0)  # only so does it follow the symlink to an open file
        else:
            os.link(source, path)
    except FileExistsError:
        raise WouldOverwrite(path=str(path)) from None


def _stay(path: Path) -> None:
    """The new name is on the disk, or is taken away again."""
    try:
        sync_folder(path.parent)
    except BaseException:
        path.unlink()
        raise
