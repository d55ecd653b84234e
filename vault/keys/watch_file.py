"""The watch key file: one line, ``certvault-watch-key-1`` and 32 random octets with a checksum in base64."""

from __future__ import annotations

import binascii

from vault.crypto.hashing import sha256
from vault.errors import N_, KeyFileUnusable
from vault.model.ids import Random
from vault.secret import WatchKey

LONGEST = 256
"""Octets: whoever reads the file need not read more."""

_HEADER = b"certvault-watch-key-1 "
_LABEL = b"certvault/1/watch-key-checksum\n"
_SIZE, _CHECKSUM = 32, 4


def new_watch_key(random: Random) -> WatchKey:
    """A new watch key."""
    return WatchKey(random(_SIZE))


def contents(key: WatchKey) -> bytes:
    """What stands in the key file: one ASCII line of 71 octets."""
    value = key.reveal()
    return _HEADER + binascii.b2a_base64(value + _checksum(value))


def read_watch_key(found: bytes, path: str) -> WatchKey:
    """The key in ``found``, the contents of the file ``path``: exactly the one line, however it ends.

    Raises KeyFileUnusable.
    """
    line = found.removesuffix(b"\n").removesuffix(b"\r")
    if not line.startswith(_HEADER):
        raise KeyFileUnusable(path=path, why=N_("it is not a watch key file"))
    try:
        value = binascii.a2b_base64(line.removeprefix(_HEADER), strict_mode=True)
    except binascii.Error:
        value = b""
    if len(value) != _SIZE + _CHECKSUM or _checksum(value[:_SIZE]) != value[_SIZE:]:
        raise KeyFileUnusable(path=path, why=N_("the watch key in it is damaged"))
    return WatchKey(value[:_SIZE])


def _checksum(value: bytes) -> bytes:
    return sha256(_LABEL + value)[:_CHECKSUM]
