"""Write a pair as a file, ready to install: the issuer's own bytes."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault.custody import Custody
from vault.errors import N_, CertvaultError, Fault, WouldOverwrite
from vault.files.reading import read_bounded
from vault.files.writing import write_new
from vault.ledger.events import record
from vault.model.event import Head
from vault.model.filename import safe_name
from vault.model.holder import Holder
from vault.model.ids import Random
from vault.model.pair import Pair
from vault.model.texts import salted
from vault.model.times import text

LONGEST = 16 * 1024 * 1024
"""Bytes of a file that is compared with what would be written there."""
LONGEST_HOLDER, LONGEST_PROVIDER = 72, 24
"""Bytes of a holder's and a provider's name in a file's: what tells two files apart stands behind them."""
WRITTEN = N_("The file was written; the log has the attempt, not that it was done.")


class Exported(NamedTuple):
    """A file that was written, or was there already with the very same bytes (``unchanged``).

    ``head`` is the end of the audit log after it: a witness for later.
    """

    path: Path
    pair: str
    sha256: str
    unchanged: bool
    head: Head


class Ready(NamedTuple):
    """What is about to be written of a pair, and where."""

    pair: Pair
    path: Path
    data: bytes


class Told(NamedTuple):
    """What the audit log says of it: for whom, if one is named, and when."""

    to: str | None
    at: datetime
    random: Random


def export(
    custody: Custody, pair: Pair, folder: Path, *, ending: str, at: datetime, random: Random, to: str | None = None
) -> Exported:
    """Write the PKCS#12 of ``pair`` into ``folder`` as the issuer delivered it, readable by its owner alone.

    ``to`` is the person who gets it, if one is named, for the audit log.

    The name tells holder, provider and last day; the PIN never lands beside it. The event ``export-attempt`` is on
    disk before the file is: where it cannot be written, no file is. ``exported`` follows. Raises WouldOverwrite where a
    file of that name has other bytes or is somebody else's, NoRoom, PairDamaged, PairDiffers.
    """
    contents = custody.contents(pair)
    with custody.reading() as reader:
        name = file_name(pair, reader.holder(pair.holder), ending)
    ready, told = Ready(pair, folder / name, contents.pkcs12), Told(to, at, random)
    record_each(custody, "export-attempt", [ready], told)
    written = put(ready)
    head = record_done(custody, [ready], told)
    return exported(ready, head, written=written)


def exported(ready: Ready, head: Head, *, written: bool) -> Exported:
    """What became of it, once that is on record."""
    return Exported(ready.path, ready.pair.id, hashlib.sha256(ready.data).hexdigest(), not written, head)


def record_each(custody: Custody, what: str, files: Iterable[Ready], told: Told) -> Head:
    """Append an event for each of ``files``, in one transaction; gives the end of the log."""
    with custody.writing() as writer:
        for pair, path, _data in files:
            said = {"path": str(path.absolute()), **({"to": told.to} if told.to else {})}
            texts = salted(told.random, **said)  # the file is named after its holder
            record(custody, writer, what, texts, at=told.at, pair=pair.id, holder=pair.holder)
        return writer.head()


def record_done(custody: Custody, files: Iterable[Ready], told: Told) -> Head:
    """Append that they were written. What it raises says that they are there all the same."""
    try:
        return record_each(custody, "exported", files, told)
    except CertvaultError as error:
        error.hint = WRITTEN
        raise


def put(ready: Ready) -> bool:
    """Write the file and read it back; False where it is there already with these bytes.

    Raises WouldOverwrite for a symlink, other bytes, or a file of somebody else; NoRoom.
    """
    path, data = ready.path, ready.data
    try:
        write_new(path, data)
    except WouldOverwrite:
        if path.is_symlink() or _of_somebody_else(path) or read_bounded(path, LONGEST) != data:
            raise
        return False
    if read_bounded(path, LONGEST) != data:
        raise Fault(what=f"{path} reads back differently")
    return True


def file_name(pair: Pair, holder: Holder | None, ending: str, *, whole_id: bool = False) -> str:
    """Holder, provider, last day and the beginning of the pair's id, so that no two pairs share a name."""
    name = safe_name(holder.name if holder else pair.holder, LONGEST_HOLDER)
    provider = safe_name(pair.provider, LONGEST_PROVIDER)
    id_ = pair.id if whole_id else pair.id[:6]
    return f"{name} {provider} {text(pair.not_after)[:10]} {id_}.{ending}"


def _of_somebody_else(path: Path) -> bool:
    """Whether a file that is there can be changed by another one than us and the owner of its folder."""
    if sys.platform == "win32":
        return False
    owner = path.lstat().st_uid
    return owner not in {os.geteuid(), path.parent.stat().st_uid}
