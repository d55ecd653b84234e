"""Why the system would not let a file be read or written, in words for people; and how a file is opened at all."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from vault.errors import N_, NoRoom, Phrase

ALWAYS = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
READ = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | ALWAYS
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


def not_written(path: Path, error: OSError) -> NoRoom:
    """The error that says why ``path`` could not be written."""
    return NoRoom(path=str(path), why=_reason(error, _NOT_WRITTEN))


def not_read(error: OSError) -> str:
    """Why a file could not be read."""
    return _reason(error, _NOT_READ)


def _reason(error: OSError, known: dict[int, str]) -> str:
    return known.get(error.errno or 0) or Phrase(N_("the system says: {text}"), text=error.strerror)
