"""The file of a backup: slots and database in one, each with its checksum (``docs/format.md``, byte by byte).

A file is hostile until :func:`read` has checked it whole. What is written is never half: the caller gives the name of
a file in a private folder of its own, and moves it where it belongs when it is complete.
"""

from __future__ import annotations

import errno
import json
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from vault.errors import N_, BackupDamaged, FileUnusable, NewerVersion, NoRoom, NoSuchFile, NotABackup, Phrase
from vault.model import times
from vault.model.canonical import canonical
from vault.model.ids import LENGTH, normalised
from vault.rights import as_its_folder

if TYPE_CHECKING:
    from hashlib import _Hash as Hashed

MAGIC = b"certvault-backup"
VERSION = 1
_FRAME = struct.Struct(">16sIIIQ")
"""Magic, version, and the octets of head, slots and database."""
_SUM, _END = 32, 5 * 32
_LONGEST_HEAD, _LONGEST_SLOTS = 4096, 256 * 1024
_AT_ONCE = 1 << 20
_LARGEST = 2**53 - 1
_SECTIONS = (N_("its beginning is not as it was written"), N_("its keys are not as they were written"),
             N_("its database is not as it was written"))  # fmt: skip

Sign = Callable[[bytes], tuple[bytes, bytes]]
"""From what authenticates a whole backup to its two authentication codes, of 32 octets each."""


Sums = tuple[bytes, bytes, bytes]
"""SHA-256 of the beginning, of the slots and of the database."""


class Head(NamedTuple):
    """What a backup says of itself: whose it is, when it was made, its pairs, and the end of its audit log.

    ``events`` and ``hash`` (64 hex digits) are the witness: how many events there were, and the hash of the last.
    """

    vault: str
    generation: int
    at: datetime
    pairs: int
    events: int
    hash: str

    @property
    def witness(self) -> str:
        """``COUNT:HASH``, by which a later reader sees whether the log was cut off or written anew."""
        return f"{self.events}:{self.hash}"


class Backup(NamedTuple):
    """A backup file whose checksums are right.

    ``signed`` is what its two codes authenticate: ``register_mac`` under a key of the register's, ``events_mac`` under
    the events key, or 32 zero octets where it was made with a watch key. ``database`` is its place and size in octets,
    ``digest`` the SHA-256 of the file.
    """

    path: Path
    head: Head
    slots: bytes
    database: tuple[int, int]
    sums: Sums
    register_mac: bytes
    events_mac: bytes
    digest: str

    @property
    def signed(self) -> bytes:
        """What the authentication codes are made over: the checksums of all three sections."""
        return b"".join(self.sums)


def pack(path: Path, head: Head, slots: bytes, database: Path, sign: Sign) -> Sums:
    """Write a backup to the new file ``path``: on the disk when this returns. Gives its checksums. Raises NoRoom."""
    with _writing(path) as file, database.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        written = canonical({**head._asdict(), "at": times.text(head.at)})
        begin = _FRAME.pack(MAGIC, VERSION, len(written), len(slots), size) + written
        file.write(begin + slots)
        hashed = sha256()
        for part in _parts(source, size):
            hashed.update(part)
            file.write(part)
        sums = sha256(begin).digest(), sha256(slots).digest(), hashed.digest()
        signed = b"".join(sums)
        file.write(signed + b"".join(sign(signed)))
    return sums


def read(path: Path) -> Backup:
    """The backup in the file ``path``, read to its end and compared with its checksums.

    Raises NoSuchFile, FileUnusable, NotABackup, NewerVersion, BackupDamaged.
    """
    with _reading(path) as file:
        _from_the_disk(file)
        size = os.fstat(file.fileno()).st_size
        frame = file.read(_FRAME.size)
        lengths = _lengths(path, frame, size)
        whole = sha256(frame)
        begin, slots = _taken(file, lengths[0], whole), _taken(file, lengths[1], whole)
        hashed = sha256()
        for part in _parts(file, lengths[2]):
            hashed.update(part)
            whole.update(part)
        end = _taken(file, _END, whole)
    found = (sha256(frame + begin).digest(), sha256(slots).digest(), hashed.digest())
    for number, what in enumerate(_SECTIONS):
        if found[number] != end[number * _SUM : (number + 1) * _SUM]:
            raise BackupDamaged(path=str(path), what=what)
    place = _FRAME.size + lengths[0] + lengths[1], lengths[2]
    return Backup(path, _head(path, begin), slots, place, found, end[96:128], end[128:], whole.hexdigest())


def unpack(backup: Backup, database: Path) -> None:
    """Write the database of a backup that was read to the new file ``database``. Raises NoRoom, BackupDamaged."""
    start, size = backup.database
    hashed = sha256()
    with _reading(backup.path) as source, _writing(database) as file:
        source.seek(start)
        for part in _parts(source, size):
            hashed.update(part)
            file.write(part)
    if hashed.digest() != backup.sums[2]:
        raise BackupDamaged(path=str(backup.path), what=N_("it was changed while it was read"))


def is_backup_of(path: Path, vault: str) -> bool:
    """Whether ``path`` is a regular file that begins as a backup of this vault does."""
    try:
        with _reading(path) as file:
            frame = file.read(_FRAME.size)
            size = os.fstat(file.fileno()).st_size
            return _head(path, file.read(_lengths(path, frame, size)[0])).vault == vault
    except (BackupDamaged, NotABackup, NewerVersion, FileUnusable, NoSuchFile):
        return False


def _lengths(path: Path, frame: bytes, size: int) -> tuple[int, int, int]:
    if frame[: len(MAGIC)] != MAGIC:
        raise NotABackup(path=str(path))
    if len(frame) < _FRAME.size:
        raise BackupDamaged(path=str(path), what=N_("it is cut short"))
    _, version, head, slots, database = _FRAME.unpack(frame)
    if version > VERSION:
        raise NewerVersion(found=version, known=VERSION)
    if version < 1 or head > _LONGEST_HEAD or slots > _LONGEST_SLOTS:
        raise BackupDamaged(path=str(path), what=_SECTIONS[0])
    expected = _FRAME.size + head + slots + database + _END
    if size != expected:
        why = N_("it is cut short") if size < expected else N_("it is longer than it says")
        raise BackupDamaged(path=str(path), what=why)
    return head, slots, database


def _head(path: Path, written: bytes) -> Head:
    try:
        found = json.loads(written.decode("ascii"))
        head = Head(**found | {"at": times.moment(found["at"])})
        counts = (head.generation, head.pairs, head.events)
        fine = all(type(count) is int and 0 <= count <= _LARGEST for count in counts)
        fine = fine and len(head.vault) == LENGTH and normalised(head.vault) == head.vault
        if fine and len(bytes.fromhex(head.hash)) == _SUM and canonical(found) == written:
            return head
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise BackupDamaged(path=str(path), what=_SECTIONS[0])


def _from_the_disk(file: BinaryIO) -> None:
    """What the system remembers of the file is forgotten, where it can be asked to: what is read is what was kept."""
    with suppress(AttributeError, OSError):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _taken(file: BinaryIO, size: int, whole: Hashed) -> bytes:
    data = file.read(size)
    whole.update(data)
    return data


def _parts(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The next ``size`` octets, a megabyte at a time."""
    while size and (part := file.read(min(size, _AT_ONCE))):
        size -= len(part)
        yield part


@contextmanager
def _reading(path: Path) -> Iterator[BinaryIO]:
    """The regular file ``path``; a FIFO in its place keeps nobody waiting."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FileUnusable(path=str(path), why=N_("it is not a file"))
            yield file
    except FileNotFoundError:
        raise NoSuchFile(path=str(path)) from None
    except OSError as error:
        raise FileUnusable(path=str(path), why=_said(error)) from None


@contextmanager
def _writing(path: Path) -> Iterator[BinaryIO]:
    """A new file, as open as its folder; on the disk at the end of the block."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
            as_its_folder(file.fileno(), path.parent)
            yield file
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise NoRoom(path=str(path), why=_said(error)) from None


def _said(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EFBIG}:
        return N_("there is no room left on the disk")
    return Phrase(N_("the system says: {text}"), text=error.strerror)
