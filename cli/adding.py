"""Adding files: one, or several of which one that fails never stops the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cli.pins import PinSource
from cli.placing import Wish, placed
from cli.session import Session
from vault.errors import CertvaultError
from vault.files.reading import read_bounded
from vault.ledger.pairs import Stored
from vault.model.succession import Placing
from vault.operations import add

if TYPE_CHECKING:
    from vault.custody import Custody
    from vault.ports.opener import Opener

LONGEST = 16 * 1024 * 1024
"""Bytes of a file that are read at all."""


class Order(NamedTuple):
    """The options of ``add``."""

    pin: PinSource
    wish: Wish
    holder: str | None
    provider: str | None
    delete: bool = False


class Contents(NamedTuple):
    """A file and what is in it."""

    path: Path
    pkcs12: bytes


class Outcome(NamedTuple):
    """What became of one of several files. ``deleted`` is None where nobody wished that."""

    path: Path
    result: Stored | CertvaultError
    deleted: bool | None = None


def contents(paths: Iterable[Path]) -> list[Contents]:
    """The files, read before anybody is asked for anything. Raises NotFound for one that is not there."""
    return [Contents(path, read_bounded(path, LONGEST)) for path in paths]


def added(session: Session, custody: Custody, opener: Opener, file: Contents, order: Order) -> Stored:
    """Ask for the PIN of ``file`` and store both. Raises what the operation raises."""
    pin = order.pin.read(file.path.name)

    def store(placing: Placing) -> Stored:
        return add.add(
            custody,
            file.pkcs12,
            pin,
            opener=opener,
            profiles=session.profiles,
            provider=order.provider,
            holder=order.holder,
            placing=placing,
            at=session.now(),
            random=session.random,
        )

    return placed(session, custody, order.wish, store)


def added_and_deleted(
    session: Session, custody: Custody, opener: Opener, file: Contents, order: Order
) -> tuple[Stored, bool | None]:
    """As :func:`added`; and whether the file is gone, where it shall be, or None."""
    stored = added(session, custody, opener, file, order)
    return stored, add.delete_source(custody, file.path, stored.pair) if order.delete else None


def each(
    session: Session, custody: Custody, opener: Opener, files: Sequence[Contents], order: Order
) -> Iterator[Outcome]:
    """What becomes of each of several files, one after the other."""
    for file in files:
        try:
            yield Outcome(file.path, *added_and_deleted(session, custody, opener, file, order))
        except CertvaultError as error:
            yield Outcome(file.path, error)
