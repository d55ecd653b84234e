"""Prove a copy of the vault: each sealed value is the living one, and with the root key each pair opens."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import NoReturn

from vault.custody import Custody, Watch
from vault.errors import N_, Damaged, Fault
from vault.model.pair import Pair
from vault.operations.meanwhile import meanwhile

Progress = Callable[[int, int], None]
"""Called with the pairs that were opened and those that there are."""

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
    """A pair is never deleted while somebody has the vault open, and its sealed value never changes."""
    with watch.in_file(watch.folder / watch.slots.database) as living, watch.in_file(database) as copy:
        last = 0
        while page := _values(copy, last):
            if _values(living, last)[: len(page)] != page:
                raise Damaged(path=str(watch.folder), what=N_("a sealed record reads differently each time"))
            last = page[-1][0]


def _values(vault: Watch, last: int) -> list[tuple[int, bytes]]:
    with vault.reading() as reader:
        return reader.sealed_values(after=last, limit=_COMPARED)


def _open_all(custody: Custody, database: Path, progress: Progress) -> None:
    with custody.in_file(database) as copy:
        with copy.reading() as reader:
            total = reader.count_pairs()
        if total < _FEW or sys.platform == "win32":
            _open_here(copy, progress, total)
            return
    _Openers(custody, database, total).run(progress)


def _pages(copy: Watch) -> Iterator[list[Pair]]:
    after = None
    while True:
        with copy.reading() as reader:
            page = list(reader.pairs(every=True, after=after, limit=_AT_ONCE))
        if not page:
            return
        yield page
        after = page[-1]


def _open_here(copy: Custody, progress: Progress, total: int) -> None:
    done = 0
    for page in _pages(copy):
        for pair in page:
            copy.contents(pair)
            done += 1
            progress(done, total)


class _Openers:
    """Processes that share the opening of all pairs. Each tells of every pair by an octet on one pipe."""

    def __init__(self, custody: Custody, database: Path, total: int) -> None:
        self._custody = custody
        self._database = database
        self._total = total
        self._count = os.cpu_count() or 1

    def run(self, progress: Progress) -> None:
        """Open every pair. Raises what the first pair that does not open raises."""
        ours, its = os.pipe()
        children = [self._begun(number, its, ours) for number in range(self._count)]
        os.close(its)
        try:
            failed, opened = self._watched(ours, progress)
        finally:
            os.close(ours)
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
        if failed:
            with self._custody.in_file(self._database) as copy, copy.reading() as reader:
                pair = reader.pair(failed)
            with self._custody.in_file(self._database) as copy:
                if pair is not None:
                    copy.contents(pair)
        if failed or opened != self._total:
            raise Fault(what=N_("a process that opened pairs came to an early end"))

    def _watched(self, pipe: int, progress: Progress) -> tuple[str, int]:
        """The id of a pair that does not open, or an empty text, and how many opened."""
        told, opened = b"", 0
        while part := os.read(pipe, 65536):
            told += part
            opened += told.count(b"+")
            told = told.replace(b"+", b"")
            progress(opened, self._total)
            if len(told) >= 17:
                return told[1:17].decode(), opened
        return "", opened

    def _begun(self, number: int, its: int, ours: int) -> int:
        child = os.fork()
        if not child:
            os.close(ours)
            self._work(number, its)
        return child

    def _work(self, number: int, its: int) -> NoReturn:
        """Open each pair whose turn it is. However it ends, nothing of the parent's is taken apart."""
        try:
            with self._custody.in_file(self._database) as copy:
                for page in _pages(copy):
                    for pair in page[number :: self._count]:
                        self._open(copy, pair, its)
        finally:
            os._exit(0)

    def _open(self, copy: Custody, pair: Pair, its: int) -> None:
        try:
            copy.contents(pair)
        except Exception:  # noqa: BLE001 - the parent tries again, and says what it is
            os.write(its, b"!" + pair.id.encode())
            os._exit(1)
        os.write(its, b"+")
