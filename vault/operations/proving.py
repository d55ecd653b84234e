"""Prove a copy of the vault: each sealed value is the living one, and with the root key each pair opens."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from vault.custody import Custody, Watch
from vault.errors import N_, Damaged, Fault
from vault.model.pair import Pair

Progress = Callable[[int, int], None]
"""Called with the pairs that were opened and those that there are."""

_AT_ONCE = 500
_FEW = 100
"""Pairs below which another process costs more than it saves."""


def prove(watch: Watch, database: Path, progress: Progress) -> int:
    """Prove the copy of the vault in the file ``database``; gives the number of its pairs.

    Every page and index is read, every sealed value compared with the one of the living vault, and where the root key
    is at hand every pair is opened as for an export, on all cores. Raises Damaged, PairDamaged, PairDiffers and what
    opening a file raises.
    """
    with watch.in_file(database) as copy:
        copy.check_store()
        total = 0
        for page in _pages(copy):
            _compare(watch, copy, page)
            total += len(page)
        if isinstance(watch, Custody):
            if isinstance(copy, Custody) and (total < _FEW or sys.platform == "win32"):
                _open_here(copy, progress, total)
            else:
                _Openers(watch, database, total).run(progress)
    return total


def _pages(copy: Watch) -> Iterator[list[Pair]]:
    after = None
    while True:
        with copy.reading() as reader:
            page = list(reader.pairs(every=True, after=after, limit=_AT_ONCE))
        if not page:
            return
        yield page
        after = page[-1]


def _compare(living: Watch, copy: Watch, page: list[Pair]) -> None:
    """A pair is never deleted while somebody has the vault open, and its sealed value never changes."""
    with living.reading() as one, copy.reading() as other:
        for pair in page:
            sealed = other.sealed(pair.id)
            if sealed is None or one.sealed(pair.id) != sealed:
                raise Damaged(path=str(living.folder), what=N_("a sealed record reads differently each time"))


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
