"""A lock on a file, which goes with its process."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from vault.errors import N_, Busy, LockUnusable
from vault.files.reasons import ALWAYS, READ, not_written
from vault.rights import as_its_folder


class Lock:
    """A lock on a file, shared or exclusive, held until :meth:`release` or the end of the ``with`` block.

    ``again`` is called each time that another process has it: True tries once more, False raises Busy. It is where a
    caller sleeps. The lock goes with its process, however that ends. A FIFO in its place keeps nobody waiting, and a
    symlink leads nowhere. Raises Busy, LockUnusable, NoRoom.
    """

    def __init__(self, path: Path, *, exclusive: bool = False, again: Callable[[], bool] = lambda: False) -> None:
        try:
            self._file = _opened(path, exclusive=exclusive)
        except OSError as error:
            raise _unusable(path) or not_written(path, error) from None
        try:
            taken = _taken(self._file, exclusive, again)
        except BaseException as error:
            self.release()
            if isinstance(error, OSError):  # a network disk that knows no locks
                raise not_written(path, error) from None
            raise
        if not taken:
            self.release()
            raise Busy

    def release(self) -> None:
        """Let go of the lock. A second call does nothing."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.release()


def _opened(path: Path, *, exclusive: bool) -> int:
    """The file that is locked; a new one, as open as its folder, where there is none."""
    access = os.O_RDWR if exclusive else READ  # a shared lock on a disk that is read-only
    file = os.open(path, access | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | ALWAYS, 0o600)
    if not os.fstat(file).st_mode & 0o060:
        with suppress(OSError):  # of another user, or on a disk that is read-only
            as_its_folder(file, path.parent)
    return file


def _unusable(path: Path) -> LockUnusable | None:
    """What stands in the place of the file, where that is none."""
    if path.is_symlink():
        return LockUnusable(path=str(path), why=N_("it is a symlink"))
    return LockUnusable(path=str(path), why=N_("it is a folder")) if path.is_dir() else None


def _taken(file: int, exclusive: bool, again: Callable[[], bool]) -> bool:
    while not _locked(file, exclusive=exclusive):
        if not again():
            return False
    return True


if sys.platform == "win32":
    import msvcrt

    _SEATS = 64

    def _locked(file: int, *, exclusive: bool) -> bool:
        """Windows' C library locks bytes, exclusively only: a shared lock takes one of 64, an exclusive one all."""
        for offset in range(1 if exclusive else _SEATS):
            os.lseek(file, 0 if exclusive else (os.getpid() + offset) % _SEATS, os.SEEK_SET)
            try:
                msvcrt.locking(file, msvcrt.LK_NBLCK, _SEATS if exclusive else 1)
            except OSError:
                continue
            return True
        return False

else:
    import fcntl

    def _locked(file: int, *, exclusive: bool) -> bool:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
