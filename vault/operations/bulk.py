"""Store many certificate files with the PINs of one list: on all cores, and none stopped by another.

A file that the list names is opened with the PIN beside its name. On every other file, all PINs of the list that are
still unused are tried: here, by the file's own MAC, and never at a portal. What opens is written a few hundred pairs at
a time, and counts as stored when it was read back.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

from vault.custody import Custody
from vault.errors import AnyPinOpens, CertvaultError, NoPinFits, WrongPin
from vault.files.reading import read_bounded
from vault.ledger.batch import Entry, admit_each
from vault.ledger.holders import holder_of_row
from vault.ledger.pairs import Admission, Proven, Stored, foreseen
from vault.model.fold import words
from vault.model.ids import Random
from vault.model.pair import Contents
from vault.model.succession import UNSAID
from vault.operations.add import provider_of
from vault.operations.find import Profiles
from vault.operations.pinlist import Line, PinList, named
from vault.pkcs12.limits import LARGEST
from vault.ports.opener import Matcher, Opened
from vault.secret import Pin

_AT_ONCE = 250
"""Pairs of one transaction."""
_HELD = 16 * 1024 * 1024
"""Bytes of files that wait for their transaction."""
_AHEAD = 32
"""Files of each core that are being opened or wait for it."""

Progress = Callable[[int, int], None]
"""Called with the files that were opened, or could not be, and those that there are."""


class Foreseen(NamedTuple):
    """What a dry run finds: the pair would be stored, or is here already."""

    subject: str
    not_after: datetime
    known: bool
    supersedes: str | None


class Outcome(NamedTuple):
    """What became of a file. ``line`` is the row of the list whose PIN opens it, or None."""

    path: Path
    result: Stored | Foreseen | CertvaultError
    line: int | None = None


class Order(NamedTuple):
    """What holds for all files. ``dry`` finds out what would be, and changes nothing."""

    profiles: Profiles
    provider: str | None = None
    dry: bool = False


class _Opened(NamedTuple):
    """A file that opened, and the row that opened it."""

    path: Path
    line: Line
    proven: Proven


class Rows:
    """The rows of a list: those that name a file, and those that are still unused. Several threads may ask at once."""

    def __init__(self, pins: PinList) -> None:
        self._lines = pins.lines
        self._used: set[int] = set()
        self._opened: set[int] = set()
        self._lock = threading.Lock()
        self._named: dict[str, list[Line]] = {}
        for line in pins.lines:
            if line.file:
                self._named.setdefault(line.file, []).append(line)

    def own(self, path: Path) -> list[Line]:
        """The rows that name this file, with or without its ending."""
        name = named(path.name)
        return self._named.get(name) or self._named.get(name.rpartition(".")[0], [])

    def others(self, path: Path) -> list[Line]:
        """All rows that may open this file, those first whose holder or number is in its name.

        A row that opened its file is not tried again, unless it says of nothing whose PIN it is.
        """
        name = " ".join(words(path.stem))
        with self._lock:
            free = [line for line in self._lines if line.number not in self._used]
        return sorted(free, key=lambda line: not any(len(hint) > 2 and hint in name for hint in line.hints))

    def use(self, line: Line) -> None:
        """Note that the PIN of a row opened its file."""
        with self._lock:
            if line.file or line.hints:
                self._used.add(line.number)
            self._opened.add(line.number)

    def unused(self) -> list[int]:
        """The lines whose PIN opened nothing."""
        return [line.number for line in self._lines if line.number not in self._opened]


class Bulk:
    """One run over many files."""

    def __init__(self, custody: Custody, opener: Matcher, rows: Rows, order: Order) -> None:
        self._custody, self._opener, self._rows, self._order = custody, opener, rows, order
        self._workers = os.cpu_count() or 1

    def run(self, paths: Sequence[Path], *, progress: Progress, at: datetime, random: Random) -> Iterator[Outcome]:
        """What becomes of each of ``paths``, in the order in which it is done.

        First the files that the list names, then all others. An :class:`Outcome` comes when its pair was stored and
        read back: whoever stops in between has what was told, and can run it again. Raises NoRoom, Damaged where the
        vault itself fails.
        """
        own = [path for path in paths if self._rows.own(path)]
        rest = [path for path in paths if not self._rows.own(path)]
        missed: list[Path] = []
        done = count(1)

        def hits(found: Iterable[_Opened | Outcome]) -> Iterator[_Opened | Outcome]:
            for one in found:
                if isinstance(one, Outcome) and isinstance(one.result, WrongPin):
                    missed.append(one.path)
                else:
                    yield one

        def counted(found: Iterable[_Opened | Outcome]) -> Iterator[_Opened | Outcome]:
            for one in found:
                progress(next(done), len(paths))
                yield one

        yield from self._stored(counted(hits(self._each(own, self._by_name))), at, random)
        yield from self._stored(counted(self._each([*rest, *missed], self._by_trying)), at, random)

    def _each(self, paths: Sequence[Path], opened: Callable[[Path], _Opened | Outcome]) -> Iterator[_Opened | Outcome]:
        """What ``opened`` finds of each file, on all cores; no more are begun than are soon taken."""
        todo = iter(paths)
        with _pool(self._workers) as pool:
            running = {pool.submit(opened, path) for path in islice(todo, self._workers * _AHEAD)}
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                running |= {pool.submit(opened, path) for path in islice(todo, len(done))}
                yield from (future.result() for future in done)

    def _by_name(self, path: Path) -> _Opened | Outcome:
        return self._guarded(path, self._rows.own(path))

    def _by_trying(self, path: Path) -> _Opened | Outcome:
        return self._guarded(path, None)

    def _guarded(self, path: Path, lines: Sequence[Line] | None) -> _Opened | Outcome:
        try:
            pkcs12 = read_bounded(path, LARGEST)
            found = self._tried(pkcs12, lines) if lines is not None else self._matched(path, pkcs12)
        except CertvaultError as error:
            own = self._rows.own(path)
            return Outcome(path, error, own[0].number if own else None)
        line, pin, opened = found
        if not opened.proven:
            return Outcome(path, AnyPinOpens(), line.number)
        return _Opened(path, line, Proven(Contents(pkcs12, pin), opened, "file"))

    def _tried(self, pkcs12: bytes, lines: Sequence[Line]) -> tuple[Line, Pin, Opened]:
        """The first PIN of ``lines`` that opens the file. Raises WrongPin, and what opening it raises."""
        for line in lines:
            for pin in line.pins:
                try:
                    opened = self._opener.open(pkcs12, pin)
                except WrongPin:
                    continue
                self._rows.use(line)
                return line, pin, opened
        raise WrongPin

    def _matched(self, path: Path, pkcs12: bytes) -> tuple[Line, Pin, Opened]:
        """The row whose PIN opens the file, among all that are unused. Raises NoPinFits, and what opening it raises."""
        tries = [(line, pin) for line in self._rows.others(path) for pin in line.pins]
        index = self._opener.fitting(pkcs12, [pin for _line, pin in tries])
        if index is None:
            raise NoPinFits
        line, pin = tries[index]
        opened = self._opener.open(pkcs12, pin)
        self._rows.use(line)
        return line, pin, opened

    def _stored(self, found: Iterable[_Opened | Outcome], at: datetime, random: Random) -> Iterator[Outcome]:
        waiting: list[_Opened] = []
        size = 0
        for one in found:
            if isinstance(one, Outcome):
                yield one
            else:
                waiting.append(one)
                size += len(one.proven.contents.pkcs12)
            if len(waiting) >= _AT_ONCE or size >= _HELD:
                yield from self._written(waiting, at, random)
                waiting, size = [], 0
        yield from self._written(waiting, at, random)

    def _written(self, opened: Sequence[_Opened], at: datetime, random: Random) -> Iterator[Outcome]:
        entries: list[tuple[_Opened, Entry]] = []
        for one in opened:
            try:
                entries.append((one, self._entry(one)))
            except CertvaultError as error:
                yield Outcome(one.path, error, one.line.number)
        results: Sequence[Stored | Foreseen | CertvaultError]
        if self._order.dry:
            results = [self._foreseen(entry) for _one, entry in entries]
        else:
            results = admit_each(self._custody, [entry for _one, entry in entries], at=at, random=random)
        for (one, _entry), result in zip(entries, results, strict=True):
            yield Outcome(one.path, result, one.line.number)

    def _entry(self, one: _Opened) -> Entry:
        said = one.line.provider or self._order.provider
        profile = provider_of(self._custody, one.proven.opened, said, UNSAID, self._order.profiles)
        whose = self._holder(one.line)
        admission = Admission(profile.name, whose, UNSAID, activation=profile.activation)
        return Entry(one.proven, admission)

    def _holder(self, line: Line) -> str | None:
        """Whom a row names, or who here has its agency number. Raises HolderUnclear."""
        if not line.agency:
            return line.holder or None
        with self._custody.reading() as reader:
            known = holder_of_row(reader, line.holder, line.agency)
        return known.id if known is not None else line.holder or None

    def _foreseen(self, entry: Entry) -> Foreseen | CertvaultError:
        certificate = entry.proven.opened.certificate
        try:
            with self._custody.reading() as reader:
                known = reader.pair_with_fingerprint(certificate.fingerprint) is not None
                where = None if known else foreseen(reader, certificate, entry.admission)
        except CertvaultError as error:
            return error
        old = where.supersedes.id if where and where.supersedes else None
        return Foreseen(certificate.subject, certificate.not_after, known, old)


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that wait for processes. Where the block is left early, what was not begun is dropped."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
