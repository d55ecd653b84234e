"""Write a pair as a file, ready to install: the issuer's own bytes."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault.custody import Custody
from vault.errors import N_, CertvaultError, Fault, WouldOverwrite
from vault.files.reading import read_bounded
from vault.files.writing import write_new
from vault.ledger.events import record
from vault.model.event import Head, Text
from vault.model.filename import safe_name
from vault.model.ids import Random
from vault.model.pair import Pair
from vault.model.texts import salted
from vault.model.times import text

LONGEST = 16 * 1024 * 1024
"""Bytes of a file that is compared with what would be written there."""
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


def export(
    custody: Custody, pair: Pair, folder: Path, *, ending: str, at: datetime, random: Random, to: str | None = None
) -> Exported:
    """Write the PKCS#12 of ``pair`` into ``folder`` as the issuer delivered it, readable by its owner alone.

    ``to`` is the person who gets it, if one is named, for the audit log.

    The name tells holder, provider and last day; the PIN never lands beside it. The event ``export-attempt`` is on
    disk before the file is: where it cannot be written, no file is. ``exported`` follows. Raises WouldOverwrite where a
    file of that name has other bytes, NoRoom, PairDamaged, PairDiffers.
    """
    contents = custody.contents(pair)
    path = folder / _name(custody, pair, ending)
    digest = hashlib.sha256(contents.pkcs12).hexdigest()
    texts = {"path": str(path.absolute()), **({"to": to} if to else {})}  # the file is named after its holder
    _record(custody, "export-attempt", pair, salted(random, **texts), at)
    unchanged = not _written(path, contents.pkcs12)
    try:
        head = _record(custody, "exported", pair, salted(random, **texts), at)
    except CertvaultError as error:
        error.hint = WRITTEN
        raise
    return Exported(path, pair.id, digest, unchanged, head)


def _record(custody: Custody, what: str, pair: Pair, texts: tuple[Text, ...], at: datetime) -> Head:
    with custody.writing() as writer:
        record(custody, writer, what, texts, at=at, pair=pair.id, holder=pair.holder)
        return writer.head()


def _written(path: Path, data: bytes) -> bool:
    try:
        write_new(path, data)
    except WouldOverwrite:
        if path.is_symlink() or read_bounded(path, LONGEST) != data:
            raise
        return False
    if read_bounded(path, LONGEST) != data:
        raise Fault(what=f"{path} reads back differently")
    return True


def _name(custody: Custody, pair: Pair, ending: str) -> str:
    with custody.reading() as reader:
        holder = reader.holder(pair.holder)
    name = holder.name if holder else pair.holder
    return f"{safe_name(f'{name} {pair.provider} {text(pair.not_after)[:10]} {pair.id[:6]}')}.{ending}"
