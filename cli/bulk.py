"""Adding many files with one list of PINs: which files, which list, and where what failed is written."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from cli import progress, prompt
from cli.session import Session
from cli.texts import _
from vault import places
from vault.errors import N_, NoSuchFile, NothingToAdd, Phrase, Usage, WouldOverwrite
from vault.files.reading import read_bounded
from vault.model.shown import shown
from vault.operations import pinlist
from vault.operations.pinlist import PinList
from vault.tables import LONGEST
from vault.workbook import rows

if TYPE_CHECKING:
    from vault.custody import Custody
    from vault.operations.bulk import Outcome
    from vault.ports.opener import Matcher

ENDINGS = {".p12", ".pfx", ".pkcs12"}
"""How the files are called that are looked for in a folder."""
MOST = 100_000
"""Files of one run."""


class Order(NamedTuple):
    """The options of ``add --pins``."""

    pins: Path
    provider: str | None = None
    dry: bool = False
    failed: Path | None = None
    delete: bool = False


class Report(NamedTuple):
    """What came of it, in the files' order. ``stopped`` says that a person interrupted it before the end."""

    outcomes: list[Outcome]
    total: int
    deleted: frozenset[Path]
    pins: PinList
    unused: list[int]
    stopped: bool


def files(named: Sequence[Path]) -> list[Path]:
    """The files that are named, and those in the folders that are. Raises NoSuchFile, NothingToAdd, Usage."""
    found = list(dict.fromkeys(path for one in named for path in _in(one)))
    if not found:
        raise NothingToAdd
    if len(found) > MOST:
        raise Usage(what=Phrase(N_("{n} files are more than can be added at once"), n=len(found)))
    return found


def pin_list(path: Path) -> PinList:
    """The list of PINs in ``path``, or for ``-`` on standard input.

    Raises NoSuchFile, FileUnusable, TableNotReadable, NoPinColumn.
    """
    if str(path) == "-":
        return pinlist.read(rows(sys.stdin.buffer.read(LONGEST + 1)))
    found = pinlist.read(rows(read_bounded(path, LONGEST)))
    _warn(path)
    return found


def check_new(path: Path | None) -> None:
    """Raise WouldOverwrite before any work is done, where what failed could not be written at its end."""
    if path is not None and path.exists():
        raise WouldOverwrite(path=str(path))


def run(
    session: Session, custody: Custody, opener: Matcher, paths: Sequence[Path], pins: PinList, order: Order
) -> Report:
    """Store what opens. Where a person interrupts it, what was told until then is in the vault."""
    from vault.ledger.pairs import Stored
    from vault.operations import bulk
    from vault.operations.add import delete_source

    table = bulk.Rows(pins)
    work = bulk.Bulk(custody, opener, table, bulk.Order(session.profiles, order.provider, order.dry))
    outcomes: list[Outcome] = []
    deleted: set[Path] = set()
    stopped = False
    with progress.counted(_("Looking") if order.dry else _("Adding")) as shown_:
        try:
            for outcome in work.run(paths, progress=shown_, at=session.now(), random=session.random):
                outcomes.append(outcome)
                stored = outcome.result if isinstance(outcome.result, Stored) else None
                if order.delete and stored and delete_source(custody, outcome.path, stored.pair):
                    deleted.add(outcome.path)
        except KeyboardInterrupt:
            stopped = True
    place = {path: number for number, path in enumerate(paths)}
    outcomes.sort(key=lambda one: place[one.path])
    return Report(outcomes, len(paths), frozenset(deleted), pins, table.unused(), stopped)


def _in(named: Path) -> Iterator[Path]:
    if named.is_dir():
        yield from sorted(path for path in named.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    elif named.exists():
        yield named
    else:
        raise NoSuchFile(path=str(named))


def _warn(path: Path) -> None:
    """Say so where others see the list too."""
    if sys.platform != "win32" and path.stat().st_mode & 0o077:
        prompt.tell(_("Mind: others on this machine may read {path}.").format(path=shown(str(path))))
    if program := places.synchronised(path.absolute().parent):
        told = _("Mind: {path} lies in a folder that {program} copies to other machines, with all PINs in it.")
        prompt.tell(told.format(path=shown(str(path)), program=program))
