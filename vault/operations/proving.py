"""Prove a copy of the vault: each sealed value is the living one, and with the root key each pair opens.

``doctor`` opens the pairs of the living vault by the same processes.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple, NoReturn
from zlib import crc32

from vault.crypto.hashing import sha256
from vault.custody import Custody, Watch
from vault.errors import N_, CertvaultError, Damaged, Fault
from vault.model.event import Wanted
from vault.model.ids import LENGTH
from vault.model.pair import Pair
from vault.operations.meanwhile import meanwhile

Progress = Callable[[int, int], None]
"""Called with the pairs that were opened and those that there are."""

MOST = 1000
"""Pairs that do not open whose ids are kept."""
_NAMED = 1 + LENGTH
_EARLY = N_("a process that opened pairs came to an early end")
_AT_ONCE = 500
_COMPARED = 100
_FEW, _SMALL = 100, 4_000_000
"""Pairs, and bytes of a database, below which another process costs more than it saves."""


@contextmanager
def proven(watch: Watch, database: Path, progress: Progress) -> Iterator[None]:
    """Prove the copy of the vault in the file ``database``, as far as can be while the block runs.

    Every page and index is read, and every sealed value compared with that of the living vault; where the root key is
    at hand, every pair is opened as for an export, on all cores. Raises Damaged, PairDamaged, PairDiffers and what
    opening a file raises.
    """
    with meanwhile([partial(job, watch, database) for job in (_check, _compare)], here=_is_small(database)):
        yield
    if isinstance(watch, Custody):
        _open_all(watch, database, progress)


def _is_small(database: Path) -> bool:
    return database.stat().st_size < _SMALL


def _check(watch: Watch, database: Path) -> None:
    with watch.in_file(database) as copy:
        copy.check_store()


def _compare(watch: Watch, database: Path) -> None:
    """A pair is never deleted while somebody has the vault open, and sealed anew only where an event says so."""
    with watch.in_file(watch.folder / watch.slots.database) as living, watch.in_file(database) as copy:
        last = 0
        while page := _values(copy, last):
            differing = {value for _number, value in set(page) - set(_values(living, last))}
            if differing and not {sha256(value).hex() for value in differing} <= _moved_meanwhile(living, copy):
                raise Damaged(path=str(watch.folder), what=N_("a sealed record reads differently each time"))
            last = page[-1][0]


def _moved_meanwhile(living: Watch, copy: Watch) -> set[str]:
    """The hashes of sealed values as they were before pairs were moved, since the copy was made."""
    with copy.reading() as reader:
        number = reader.head().number
    was: set[str] = set()
    with living.reading() as reader:
        while page := reader.events(Wanted(what=("pair-moved",)), after=number, limit=_AT_ONCE):
            was |= {dict(one.event.details).get("was", "") for one in page}
            number = page[-1].number
    return was


def _values(vault: Watch, last: int) -> list[tuple[int, bytes]]:
    with vault.reading() as reader:
        return reader.sealed_values(after=last, limit=_COMPARED)


def _open_all(custody: Custody, database: Path, progress: Progress) -> None:
    with custody.in_file(database) as copy:
        with copy.reading() as reader:
            total = reader.count_pairs()
        found = open_every(copy, database, total, progress)
        for id_ in found.failing[:1]:
            _open_again(copy, id_)
        if found.opened != total:
            raise Fault(what=_EARLY)


class Opened(NamedTuple):
    """How many pairs opened, how many did not, and the ids of the first :data:`MOST` of these."""

    opened: int
    failed: int
    failing: list[str]


def open_every(custody: Custody, database: Path, total: int, progress: Progress) -> Opened:
    """Open every pair of ``custody``, whose store lies in the file ``database``, as for an export, on all cores.

    ``total`` is how many there are, for ``progress``. Raises Fault where a process ends before its work is done.
    """
    if total < _FEW or sys.platform == "win32":
        return _open_here(custody, progress, total)
    return _Openers(custody, database, total).run(progress)


def _pages(copy: Watch) -> Iterator[list[Pair]]:
    after = None
    while True:
        with copy.reading() as reader:
            page = list(reader.pairs(every=True, after=after, limit=_AT_ONCE))
        if not page:
            return
        yield page
        after = page[-1]


def _open_again(custody: Custody, id_: str) -> None:
    """Raise what the pair with this id raises."""
    with custody.reading() as reader:
        pair = reader.pair(id_)
    if pair is not None:
        custody.contents(pair)


def _open_here(custody: Custody, progress: Progress, total: int) -> Opened:
    tally = _Tally()
    for page in _pages(custody):
        for pair in page:
            try:
                custody.contents(pair)
            except CertvaultError:
                tally.fails(pair.id)
            else:
                tally.opened += 1
            progress(tally.opened + tally.failed, total)
    return tally.told()


class _Tally:
    def __init__(self) -> None:
        self.opened = self.failed = 0
        self._failing: list[str] = []

    def fails(self, id_: str) -> None:
        self.failed += 1
        if len(self._failing) < MOST:
            self._failing.append(id_)

    def told(self) -> Opened:
        return Opened(self.opened, self.failed, self._failing)


class _Openers:
    """Processes that share the opening of all pairs, by their ids, so that none is left out where others are writing.

    Each tells of every pair on one pipe: ``+``, or ``!`` and its id.
    """

    def __init__(self, custody: Custody, database: Path, total: int) -> None:
        self._custody = custody
        self._database = database
        self._total = total
        self._count = os.cpu_count() or 1

    def run(self, progress: Progress) -> Opened:
        """Open every pair. Raises Fault where a process ends early."""
        ours, its = os.pipe()
        children = [self._begun(number, its, ours) for number in range(self._count)]
        os.close(its)
        ended = []
        try:
            tally = self._watched(ours, progress)
        except BaseException:
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            raise
        finally:
            os.close(ours)
            ended = [os.waitpid(child, 0)[1] for child in children]
        if any(ended):
            raise Fault(what=_EARLY)
        return tally.told()

    def _watched(self, pipe: int, progress: Progress) -> _Tally:
        """What all of them tell, until the last one is done."""
        told, tally = b"", _Tally()
        while part := os.read(pipe, 65536):
            told += part
            at = 0
            while at < len(told):
                if told[at : at + 1] == b"+":
                    tally.opened += 1
                    at += 1
                elif len(told) >= at + _NAMED:
                    tally.fails(told[at + 1 : at + _NAMED].decode())
                    at += _NAMED
                else:
                    break
            told = told[at:]
            progress(tally.opened + tally.failed, self._total)
        return tally

    def _begun(self, number: int, its: int, ours: int) -> int:
        child = os.fork()
        if not child:
            os.close(ours)
            self._work(number, its)
        return child

    def _work(self, number: int, its: int) -> NoReturn:
        """Open each pair whose turn it is. However it ends, nothing of the parent's is taken apart."""
        code = 1
        try:
            with self._custody.in_file(self._database) as copy:
                for page in _pages(copy):
                    for pair in page:
                        if crc32(pair.id.encode()) % self._count != number:
                            continue
                        os.write(its, b"+" if _opens(copy, pair) else b"!" + pair.id.encode())
            code = 0
        finally:
            os._exit(code)


def _opens(copy: Custody, pair: Pair) -> bool:
    try:
        copy.contents(pair)
    except Exception:  # noqa: BLE001 - whoever asked tries again, and says what it is
        return False
    return True
