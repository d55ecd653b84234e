"""Admit many proven pairs in few transactions: each superseded as one, each read back, none stopped by another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vault.custody import Custody, compare
from vault.errors import CertvaultError, Damaged, Fault, NoRoom, PairDamaged, PairDiffers
from vault.ledger.pairs import Admission, Proven, Stored, admit, admitted, remarks_on
from vault.ledger.waiting import settle
from vault.model.ids import Random
from vault.ports.store import Reader, Writer


class Entry(NamedTuple):
    """A proven pair and where it comes from."""

    proven: Proven
    admission: Admission


def admit_each(
    custody: Custody, entries: Sequence[Entry], *, at: datetime, random: Random
) -> list[Stored | CertvaultError]:
    """What becomes of each of ``entries``, in their order: all that can be new is written in one transaction.

    Every new pair is read back after commit: its seal must hold, byte for byte, the file that was proven with its PIN,
    and its row what was found in that file. What is here already, and what the transaction as a whole did not take, is
    admitted alone. Raises NoRoom and Damaged where the store itself fails: then none of ``entries`` is here.
    """
    results: dict[int, Stored | CertvaultError] = {}
    try:
        with custody.writing() as writer:
            for number, entry in enumerate(entries):
                result = _new(custody, writer, entry, at, random)
                if result is not None:
                    results[number] = result
    except CertvaultError as error:
        if _ends_all(error):
            raise
        results.clear()
    with custody.reading() as reader:
        for number, found in results.items():
            if isinstance(found, Stored):
                results[number] = _read_back(custody, reader, entries[number], found)
    return [
        results[number] if number in results else _alone(custody, entry, at, random)
        for number, entry in enumerate(entries)
    ]


def _new(
    custody: Custody, writer: Writer, entry: Entry, at: datetime, random: Random
) -> Stored | CertvaultError | None:
    """The pair that was written, what hinders it, or None for a certificate that is here already."""
    opened = entry.proven.opened
    if writer.pair_with_fingerprint(opened.certificate.fingerprint) is not None:
        return None
    try:
        stored = admitted(custody, writer, entry.proven, entry.admission, at, random)
        settle(custody, writer, stored.pair, entry.proven.contents.pin, (), at)
    except CertvaultError as error:
        if isinstance(error, Fault) or _ends_all(error):
            raise
        return error
    return stored._replace(remarks=remarks_on(opened, at))


def _alone(custody: Custody, entry: Entry, at: datetime, random: Random) -> Stored | CertvaultError:
    try:
        return admit(custody, entry.proven, entry.admission, at=at, random=random)
    except CertvaultError as error:
        if _ends_all(error):
            raise
        return error


def _ends_all(error: CertvaultError) -> bool:
    """Whether the store itself failed, and not one pair in it."""
    return isinstance(error, NoRoom | Damaged) and not isinstance(error, PairDamaged | PairDiffers)


def _read_back(custody: Custody, reader: Reader, entry: Entry, stored: Stored) -> Stored | CertvaultError:
    """``stored``, or an error where what stands in the vault is not what was proven a moment ago."""
    try:
        row = reader.pair(stored.pair.id)
        if row is None or custody.check(reader, row) != entry.proven.contents:
            raise Fault(what=f"pair {stored.pair.id} reads back differently")
        compare(row, entry.proven.opened.certificate)
    except CertvaultError as error:
        return error
    return stored
