"""Writing files: whole or not at all, and never over one that is there but on purpose."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vault.errors import NoRoom, WouldOverwrite
from vault.files.reasons import ALWAYS, not_written

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def write_new(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write ``data`` to a file that is not there yet. It is on the disk when this returns, or it is not there.

    Raises WouldOverwrite where anything has that name, a dangling symlink too; NoRoom.
    """
    try:
        file = os.open(path, _CREATE | getattr(os, "O_NOFOLLOW", 0) | ALWAYS, mode)
    except FileExistsError:
        raise WouldOverwrite(path=str(path)) from None
    except OSError as error:
        raise not_written(path, error) from None
    try:
        try:
            _fill(file, data)
        finally:
            os.close(file)
        sync_folder(path.parent)
    except BaseException as error:
        with suppress(OSError):
            path.unlink()
        if isinstance(error, OSError):
            raise not_written(path, error) from None
        raise


@contextmanager
def provisional(path: Path, data: bytes) -> Iterator[None]:
    """A new private file that is there within the block, and stays only where the block ends well.

    Raises as :func:`write_new`.
    """
    write_new(path, data)
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
    with provisional(path, b""):
        try:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                file.writelines(lines)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise not_written(path, error) from None


def replace(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of the file at ``path``, mode 0600: whoever reads sees the old bytes or the new ones.

    Raises NoRoom; then the old file is there as it was.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        new.unlink(missing_ok=True)  # of a process that had this number and was killed
        write_new(new, data)
        new.replace(path)
        sync_folder(path.parent)
    except NoRoom as error:
        raise NoRoom(path=str(path), why=error.fields["why"]) from None
    except OSError as error:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise not_written(path, error) from None


def publish(part: Path, path: Path) -> None:
    """Give the complete file ``part`` on the same disk the name ``path``, which is still free.

    Raises WouldOverwrite where anything has that name; NoRoom.
    """
    try:
        try:
            os.link(part, path)
            part.unlink()
        except FileExistsError:
            raise WouldOverwrite(path=str(path)) from None
        except OSError:  # a disk that knows one name for a file: memory sticks
            if os.path.lexists(path):
                raise WouldOverwrite(path=str(path)) from None
            part.rename(path)
        sync_folder(path.parent)
    except OSError as error:
        raise not_written(path, error) from None


def private_folder(path: Path) -> None:
    """Make the folder ``path`` with mode 0700, and those above it; one that is there stays as it is. Raises NoRoom."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise not_written(path, error) from None


def _fill(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
    os.fsync(file)


def sync_folder(folder: Path) -> None:
    """The name of a new file is on the disk when its folder is. Windows has no such call."""
    if sys.platform == "win32":
        return
    file = os.open(folder, os.O_RDONLY | ALWAYS)
    try:
        os.fsync(file)
    finally:
        os.close(file)
