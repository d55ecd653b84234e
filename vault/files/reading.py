"""Reading files whole, within bounds: those that must be private, and those that a person names."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO

from vault.errors import N_, ConfigurationUnusable, FileUnusable, KeyFileUnusable, NoSuchFile, Phrase
from vault.files.reasons import READ, not_read


def read_private(path: Path, limit: int) -> bytes:
    """The contents of a passphrase or key file: 1 to ``limit`` bytes.

    A symlink is followed (systemd and Kubernetes hand out secrets so); what counts is the file that was opened: a
    regular one, and on POSIX one of our own that nobody else may read or write. Raises KeyFileUnusable.
    """
    try:
        data, why = _contents(path, limit, _exposed)
    except OSError as error:
        raise KeyFileUnusable(path=str(path), why=not_read(error)) from None
    if why or not data:
        raise KeyFileUnusable(path=str(path), why=why or N_("it is empty"))
    return data


def read_own(path: Path, limit: int) -> bytes | None:
    """The contents of a file that says what this program shall do, at most ``limit`` bytes; None where it is not there.

    On POSIX it must be one of our own (or root's) that nobody else may write. Raises ConfigurationUnusable.
    """
    try:
        data, why = _contents(path, limit, _foreign)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationUnusable(path=str(path), why=not_read(error)) from None
    if why:
        raise ConfigurationUnusable(path=str(path), why=why)
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
        raise FileUnusable(path=str(path), why=not_read(error)) from None
    if why:
        raise FileUnusable(path=str(path), why=why)
    return data


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file named by hand, open for reading while the block runs.

    Raises NoSuchFile; FileUnusable for a folder, a device, a FIFO, one that may not be read, or whose disk fails within
    the block.
    """
    try:
        file = os.open(path, READ)
        with os.fdopen(file, "rb") as reading:
            why = _unfit(os.fstat(file))
            if why:
                raise FileUnusable(path=str(path), why=why)
            yield reading
    except FileNotFoundError:
        raise NoSuchFile(path=str(path)) from None
    except OSError as error:
        raise FileUnusable(path=str(path), why=not_read(error)) from None


def _contents(path: Path, limit: int, judge: Callable[[os.stat_result], str]) -> tuple[bytes, str]:
    """The bytes of a file, and an empty text or why they may not be used. ``judge`` sees the very file that is read."""
    file = os.open(path, READ)
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


def _foreign(found: os.stat_result) -> str:
    if sys.platform == "win32" or not S_ISREG(found.st_mode):
        return _unfit(found)
    if found.st_uid not in {0, os.geteuid()}:
        return N_("it belongs to somebody else")
    return N_("others may write it") if found.st_mode & 0o022 else ""
