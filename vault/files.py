"""Files on the disk: written whole or not at all, read within bounds, private ones kept private, and the vault's lock.

On POSIX a private file has mode 0600 and a private folder 0700. On Windows both inherit the rights of the folder that
they are in, which below a user's profile are that user's; modes are neither set nor checked there.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from types import TracebackType
from typing import Self

from vault.errors import N_, Busy, FileUnusable, KeyFileUnusable, NoRoom, NoSuchFile, Phrase, WouldOverwrite

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_ALWAYS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | _ALWAYS
"""Without blocking, because a FIFO would wait for its writer."""

_NOT_WRITTEN = {
    errno.ENOSPC: N_("there is no room left on the disk"),
    errno.EFBIG: N_("there is no room left on the disk"),
    errno.EACCES: N_("it may not be written"),
    errno.EPERM: N_("it may not be written"),
    errno.EROFS: N_("it may not be written"),
    errno.ENOENT: N_("its folder is not there"),
    errno.ENOTDIR: N_("its folder is not there"),
}
_NOT_READ = {
    errno.ENOENT: N_("it is not there"),
    errno.EACCES: N_("it may not be read"),
    errno.EPERM: N_("it may not be read"),
}


def write_new(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write ``data`` to a file that is not there yet. It is on the disk when this returns, or it is not there.

    Raises WouldOverwrite where anything has that name, a dangling symlink too; NoRoom.
    """
    try:
        file = os.open(path, _CREATE | getattr(os, "O_NOFOLLOW", 0) | _ALWAYS, mode)
    except FileExistsError:
        raise WouldOverwrite(path=str(path)) from None
    except OSError as error:
        raise _no_room(path, error) from None
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
            raise _no_room(path, error) from None
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
            raise _no_room(path, error) from None


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
        raise _no_room(path, error) from None


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
        raise _no_room(path, error) from None


def read_private(path: Path, limit: int) -> bytes:
    """The contents of a passphrase or key file: 1 to ``limit`` bytes.

    A symlink is followed (systemd and Kubernetes hand out secrets so); what counts is the file that was opened: a
    regular one, and on POSIX one of our own that nobody else may read or write. Raises KeyFileUnusable.
    """
    try:
        data, why = _contents(path, limit, _exposed)
    except OSError as error:
        raise KeyFileUnusable(path=str(path), why=_reason(error, _NOT_READ)) from None
    if why or not data:
        raise KeyFileUnusable(path=str(path), why=why or N_("it is empty"))
    return data


def read_bounded(path: Path, limit: int) -> bytes:
    """The contents of a file named by hand, at most ``limit`` bytes.

    Raises NoSuchFile; FileUnusable for a folder, a device, a FIFO, more bytes, or one that may not be read.
    """
    try:
        data, why = _contents(path, limit, _unfit)
    except FileNotFoundError:
        raise NoSuchFile(path=str(path)) from None
    except OSError as error:
        raise FileUnusable(path=str(path), why=_reason(error, _NOT_READ)) from None
    if why:
        raise FileUnusable(path=str(path), why=why)
    return data


def private_folder(path: Path) -> None:
    """Make the folder ``path`` with mode 0700, and those above it; one that is there stays as it is. Raises NoRoom."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _no_room(path, error) from None


class Lock:
    """A lock on a file, shared or exclusive, held until :meth:`release` or the end of the ``with`` block.

    ``again`` is called each time that another process has it: True tries once more, False raises Busy. It is where a
    caller sleeps. The lock goes with its process, however that ends. A FIFO in its place keeps nobody waiting, and a
    symlink leads nowhere. Raises Busy, NoRoom.
    """

    def __init__(self, path: Path, *, exclusive: bool = False, again: Callable[[], bool] = lambda: False) -> None:
        access = os.O_RDWR if exclusive else _READ  # a shared lock on a disk that is read-only
        try:
            self._file = os.open(path, access | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | _ALWAYS, 0o600)
        except OSError as error:
            raise _no_room(path, error) from None
        try:
            taken = _taken(self._file, exclusive, again)
        except BaseException as error:
            self.release()
            if isinstance(error, OSError):  # a network disk that knows no locks
                raise _no_room(path, error) from None
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


def _fill(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
    os.fsync(file)


def sync_folder(folder: Path) -> None:
    """The name of a new file is on the disk when its folder is. Windows has no such call."""
    if sys.platform == "win32":
        return
    file = os.open(folder, os.O_RDONLY | _ALWAYS)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _contents(path: Path, limit: int, judge: Callable[[os.stat_result], str]) -> tuple[bytes, str]:
    """The bytes of a file, and an empty text or why they may not be used. ``judge`` sees the very file that is read."""
    file = os.open(path, _READ)
    try:
        why = judge(os.fstat(file))
        data = b"" if why else _bounded(file, limit)
    finally:
        os.close(file)
    if len(data) > limit:
        return b"", Phrase(N_("it has more than {limit} bytes"), limit=limit)
    return data, why


def _bounded(file: int, limit: int) -> bytes:
    """At most ``limit`` + 1 bytes."""
    parts: list[bytes] = []
    rest = limit + 1
    while rest and (part := os.read(file, min(rest, 1 << 20))):
        parts.append(part)
        rest -= len(part)
    return b"".join(parts)


def _unfit(found: os.stat_result) -> str:
    if S_ISREG(found.st_mode):
        return ""
    return N_("it is a folder") if S_ISDIR(found.st_mode) else N_("it is not a file")


def _exposed(found: os.stat_result) -> str:
    if sys.platform == "win32" or not S_ISREG(found.st_mode):
        return _unfit(found)
    if found.st_uid != os.geteuid():
        return N_("it belongs to somebody else")
    return N_("others may read or write it; its mode must be 0600") if found.st_mode & 0o077 else ""


def _no_room(path: Path, error: OSError) -> NoRoom:
    return NoRoom(path=str(path), why=_reason(error, _NOT_WRITTEN))


def _reason(error: OSError, known: dict[int, str]) -> str:
    return known.get(error.errno or 0) or Phrase(N_("the system says: {text}"), text=error.strerror)
