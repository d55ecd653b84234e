"""Write a pair as a file, ready to install: the issuer's own bytes, or what a kind of software takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault.crypto.hashing import sha256
from vault.custody import Custody
from vault.errors import N_, CertvaultError, Fault, Phrase, PinBeside, WouldOverwrite, filled
from vault.files.reading import read_bounded
from vault.files.writing import write_new
from vault.ledger.events import record
from vault.model.event import Head
from vault.model.filename import safe_name
from vault.model.holder import Holder
from vault.model.ids import SHORT, Random
from vault.model.pair import Pair
from vault.model.target_profile import NAME
from vault.model.texts import salted
from vault.model.times import text
from vault.operations import apart
from vault.operations.fitting import Fit, Made, made

LONGEST = 16 * 1024 * 1024
"""Bytes of a file that is compared with what would be written there."""
LONGEST_HOLDER, LONGEST_PROVIDER = 72, 24
"""Bytes of a holder's and a provider's name in a file's: what tells two files apart stands behind them."""
ANOTHER_FOLDER = N_("The file was not written. Name another folder, best on another medium.")
WRITTEN = N_("The file was written; the log has the attempt, not that it was done.")


class Exported(NamedTuple):
    """A file that was written, or was there already with the very same bytes (``unchanged``).

    ``head`` is the end of the audit log after it: a witness for later. ``flavour`` says what the bytes are, and ``why``
    why they are not the issuer's (:class:`vault.operations.fitting.Made`).
    """

    path: Path
    pair: str
    sha256: str
    unchanged: bool
    head: Head
    flavour: str
    why: tuple[Phrase, ...] = ()


class Ready(NamedTuple):
    """What is about to be written of a pair, and where."""

    pair: Pair
    path: Path
    data: bytes
    made: Made

    def __repr__(self) -> str:
        return f"<Ready: {self.path}>"


class Told(NamedTuple):
    """What the audit log says of it: for whom, if one is named, and when; for which software, and how it is made."""

    to: str | None
    fit: Fit
    at: datetime
    random: Random

    def details(self, made: Made) -> dict[str, str]:
        """What is no text that names a person."""
        if self.fit.target is None:
            return {}
        found = {"profile": self.fit.target.id, "flavour": made.flavour}
        return found | ({"pin": "new"} if self.fit.new_pin else {}) | ({"key": "plain"} if self.fit.plain else {})


class Order(NamedTuple):
    """Into which ``folder``, with which ending, if one is said, or else the one that is ``usual`` for a provider; for
    which software, and for whom, if one is named."""

    folder: Path
    usual: Callable[[str], str]
    ending: str | None = None
    fit: Fit = Fit()
    to: str | None = None

    def endings(self, provider: str) -> tuple[str, ...]:
        """The endings of a pair's files."""
        return self.fit.endings(self.ending, self.usual(provider))


def export(
    custody: Custody, pair: Pair, folder: Path, *, ending: str, at: datetime, random: Random, to: str | None = None
) -> Exported:
    """Write the PKCS#12 of ``pair`` into ``folder`` as the issuer delivered it. See :func:`files`."""
    (one,) = files(custody, pair, Order(folder, lambda _provider: ending, to=to), at=at, random=random)
    return one


def files(custody: Custody, pair: Pair, order: Order, *, at: datetime, random: Random) -> list[Exported]:
    """Write ``pair`` as the software takes it, readable by its owner alone: one file, or two for PEM.

    The names tell holder, provider and last day; the PIN never lands beside them. The event ``export-attempt`` is on
    disk before a file is: where it cannot be written, no file is. ``exported`` follows. Raises WouldOverwrite where a
    file of that name has other bytes or is somebody else's, PinBeside, PinNotTaken, NoRoom, PairDamaged, PairDiffers.
    """
    found = made(custody.contents(pair), order.fit)
    with custody.reading() as reader:
        holder = reader.holder(pair.holder)
    keep_apart(custody, pair, order.folder)
    stem = file_stem(pair, holder, order.fit.name)
    ready = ready_files(pair, order.folder, stem, order.endings(pair.provider), found)
    told = Told(order.to, order.fit, at, random)
    record_each(custody, "export-attempt", ready, told)
    written: list[bool] = []
    try:
        for one in ready:
            written.append(put(one))  # noqa: PERF401 - what was written before one fails is recorded
    finally:
        head = record_done(custody, ready[: len(written)], told)
    return [exported(one, head, written=new) for one, new in zip(ready, written, strict=True)]


def keep_apart(custody: Custody, pair: Pair, folder: Path) -> None:
    """Raise PinBeside where a letter with the PIN of ``pair`` lies in ``folder``."""
    try:
        apart.check(custody, pair, folder, apart.LETTERS)
    except PinBeside as error:
        error.hint = ANOTHER_FOLDER
        raise


def ready_files(pair: Pair, folder: Path, stem: str, endings: Sequence[str], found: Made) -> list[Ready]:
    """The files of a pair."""
    pieces = zip(endings, found.data, strict=True)
    return [Ready(pair, folder / f"{stem}.{ending}", data, found) for ending, data in pieces]


def exported(ready: Ready, head: Head, *, written: bool) -> Exported:
    """What became of it, once that is on record."""
    digest = sha256(ready.data).hex()
    return Exported(ready.path, ready.pair.id, digest, not written, head, ready.made.flavour, ready.made.why)


def record_each(custody: Custody, what: str, files: Iterable[Ready], told: Told) -> Head:
    """Append an event for each of ``files``, in one transaction; gives the end of the log."""
    with custody.writing() as writer:
        for pair, path, data, found in files:
            said = {"path": str(path.absolute()), **({"to": told.to} if told.to else {})}
            if what == "exported" and found.flavour != "original":
                said["file"] = sha256(data).hex()  # of the issuer's own bytes the event by which they came knows it
            texts = salted(told.random, **said)  # the file is named after its holder
            record(custody, writer, what, texts, at=told.at, pair=pair.id, holder=pair.holder, **told.details(found))
        return writer.head()


def record_done(custody: Custody, files: Sequence[Ready], told: Told) -> Head:
    """Append that they were written, if any were. What it raises says that they are there all the same."""
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


def file_name(pair: Pair, holder: Holder | None, ending: str, pattern: str = NAME) -> str:
    """The name of a pair's file. See :func:`file_stem`."""
    return f"{file_stem(pair, holder, pattern)}.{ending}"


def file_stem(pair: Pair, holder: Holder | None, pattern: str, *, whole_id: bool = False) -> str:
    """The name of a pair's file without its ending, by a pattern of holder, provider, last day and id.

    With the ``whole_id`` it is told from that of every other pair.
    """
    fields: dict[str, object] = {
        "holder": safe_name(holder.name if holder else pair.holder, LONGEST_HOLDER),
        "provider": safe_name(pair.provider, LONGEST_PROVIDER),
        "until": text(pair.not_after)[:10],
        "id": pair.id[:SHORT],
    }
    stem = safe_name(filled(pattern, fields))
    return f"{stem} {pair.id}" if whole_id else stem


def _of_somebody_else(path: Path) -> bool:
    """Whether a file that is there can be changed by another one than us and the owner of its folder."""
    if sys.platform == "win32":
        return False
    try:
        return path.lstat().st_uid not in {os.geteuid(), path.parent.stat().st_uid}
    except OSError:
        return False  # it is gone again
