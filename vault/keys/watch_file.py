"""The watch key file: one line, ``certvault-watch-key-1`` and 32 random octets with a checksum in base64."""

from __future__ import annotations

import binascii
import hashlib
import os
from pathlib import Path

from vault.errors import N_, KeyFileUnusable
from vault.model.ids import Random
from vault.secret import WatchKey

_HEADER = b"certvault-watch-key-1 "
_LABEL = b"certvault/1/watch-key-checksum\n"
_SIZE, _CHECKSUM, _LONGEST = 32, 4, 256


def new_watch_key(random: Random) -> WatchKey:
    """A new watch key."""
    return WatchKey(random(_SIZE))


def contents(key: WatchKey) -> bytes:
    """What stands in the key file: one ASCII line of 71 octets."""
    value = key.reveal()
    return _HEADER + binascii.b2a_base64(value + _checksum(value))


def read(path: Path) -> WatchKey:
    """The key in the file ``path``, which nobody else may read (mode 0600, where there are such modes).

    Raises KeyFileUnusable.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            found = file.read(_LONGEST)
    except OSError as error:
        raise KeyFileUnusable(path=str(path), why=error.strerror or N_("it cannot be read")) from None
    if os.name == "posix" and mode & 0o077:
        raise KeyFileUnusable(path=str(path), why=N_("others may read it"))
    return parsed(found, path)


def parsed(found: bytes, path: Path) -> WatchKey:
    """The key in ``found``, the contents of the file ``path``: exactly the one line, however it ends.

    Raises KeyFileUnusable.
    """
    line = found.removesuffix(b"\n").removesuffix(b"\r")
    if not line.startswith(_HEADER):
        raise KeyFileUnusable(path=str(path), why=N_("it is not a watch key file"))
    try:
        value = binascii.a2b_base64(line.removeprefix(_HEADER), strict_mode=True)
    except binascii.Error:
        value = b""
    if len(value) != _SIZE + _CHECKSUM or _checksum(value[:_SIZE]) != value[_SIZE:]:
        raise KeyFileUnusable(path=str(path), why=N_("the watch key in it is damaged"))
    return WatchKey(value[:_SIZE])


def _checksum(value: bytes) -> bytes:
    return hashlib.sha256(_LABEL + value).digest()[:_CHECKSUM]
