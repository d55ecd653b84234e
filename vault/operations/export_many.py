"""Write many pairs as files, into a folder for each holder and provider: on all cores, and none stopped by another.

Each pair is opened, and written anew where that must be, in a process of its own; and compared with its row, as where
one is exported alone. The events ``export-attempt`` of a batch are on disk before the first of its files is, and
``exported`` follows when all of them are. Whoever runs it again has what is there already told as unchanged, and the
record made whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple

from vault.crypto.hashing import sha256
from vault.custody import Custody, compare
from vault.errors import (
    CertvaultError,
    NoRoom,
    NotFound,
    PairDiffers,
    PairNotOpened,
    Phrase,
    PinBeside,
    PinNotTaken,
    WouldOverwrite,
)
from vault.files.writing import private_folder
from vault.model.event import Head
from vault.model.filename import safe_name, same_place
from vault.model.holder import Holder
from vault.model.ids import SHORT, Random
from vault.model.pair import Contents, Pair
from vault.operations.export import (
    LONGEST_HOLDER,
    LONGEST_PROVIDER,
    Exported,
    Order,
    Ready,
    Told,
    exported,
    file_stem,
    keep_apart,
    put,
    ready_files,
    record_done,
    record_each,
)
from vault.operations.fitting import Made, made
from vault.ports.opener import Rewriter
from vault.ports.store import Reader

_AT_ONCE = 200
"""Pairs of one transaction."""
_HELD = 16 * 1024 * 1024
"""Bytes of files that wait for their transaction."""
_WRITERS = 8
"""Files that are written at once: each waits for the disk, not for a core."""

Progress = Callable[[int, int], None]
"""Called with the pairs that were opened, or could not be, and those that there are."""


class Outcome(NamedTuple):
    """What became of a pair: its files that are there, and why not all of them are; its row is None where it was purged
    meanwhile."""

    id: str
    pair: Pair | None
    holder: Holder | None
    files: tuple[Exported, ...] = ()
    error: CertvaultError | None = None


class _Taken(NamedTuple):
    """A pair as it stands in the vault, then what is made of it; or why it cannot be had."""

    id: str
    pair: Pair | None
    holder: Holder | None
    found: Contents | Made | CertvaultError


class Export:
    """One run over many pairs."""

    def __init__(self, custody: Custody, opener: Rewriter, order: Order) -> None:
        self._custody, self._opener, self._order = custody, opener, order
        self._shared = _shared_names(custody)
        self._given = set[bytes]()
        self._workers = os.cpu_count() or 1

    def run(self, ids: Sequence[str], *, progress: Progress, at: datetime, random: Random) -> Iterator[Outcome]:
        """What becomes of each of the pairs ``ids``, in their order. An :class:`Outcome` comes when it is on record.

        Where a person interrupts it while files are written, what was written is told before KeyboardInterrupt comes. A
        failing pair stops none of the others. Raises NoRoom where none of a batch found room, and what the vault itself
        raises when events are recorded: Busy, NoRoom, Damaged.
        """
        told, todo, done = Told(self._order.to, self._order.fit, at, random), iter(ids), count(1)
        with _pool(self._workers) as opening, _pool(_WRITERS) as writing:
            while taken := self._taken(todo):
                batch: list[_Taken] = []
                for one in opening.map(self._opened, taken):
                    progress(next(done), len(ids))
                    batch.append(self._apart(one))
                yield from self._written(writing, batch, told)

    def _taken(self, todo: Iterator[str]) -> list[_Taken]:
        """The next batch."""
        found: list[_Taken] = []
        size = 0
        with self._custody.reading() as reader:
            for id_ in islice(todo, _AT_ONCE):
                one = self._one(reader, id_)
                found.append(one)
                size += len(one.found.pkcs12) if isinstance(one.found, Contents) else 0
                if size >= _HELD:
                    break
            holders = reader.holders(list({one.pair.holder for one in found if one.pair}))
        return [one._replace(holder=holders.get(one.pair.holder)) if one.pair else one for one in found]

    def _one(self, reader: Reader, id_: str) -> _Taken:
        pair = reader.pair(id_)
        if pair is None:
            return _Taken(id_, None, None, NotFound(name=id_[:SHORT]))
        try:
            return _Taken(id_, pair, None, self._custody.check(reader, pair))
        except CertvaultError as error:
            return _Taken(id_, pair, None, error)

    def _opened(self, one: _Taken) -> _Taken:
        """The same with what is made of the file, or why the file is not what its row says."""
        if one.pair is None or not isinstance(one.found, Contents):
            return one
        try:
            compare(one.pair, self._opener.open(*one.found).certificate)
            return one._replace(found=made(one.found, self._order.fit, self._opener.anew))
        except (PairDiffers, PinNotTaken) as error:
            return one._replace(found=error)
        except CertvaultError as error:
            why = Phrase(error.sentence, **error.fields)
            return one._replace(found=PairNotOpened(pair=one.pair.id, why=why))

    def _apart(self, one: _Taken) -> _Taken:
        """The same, unless a letter with its PIN lies where its files would."""
        if one.pair is None or not isinstance(one.found, Made):
            return one
        try:
            keep_apart(self._custody, one.pair, self._folder(one.pair, one.holder))
        except PinBeside as error:
            return one._replace(found=error)
        return one

    def _written(self, pool: ThreadPoolExecutor, batch: Sequence[_Taken], told: Told) -> Iterator[Outcome]:
        ready = {one.id: self._ready(one) for one in batch}
        every = [file for files in ready.values() for file in files]
        if every:
            record_each(self._custody, "export-attempt", every, told)
        results, stopped = _each_put(pool, every)
        there = [file for file in every if isinstance(results.get(file.path), bool)]
        head = record_done(self._custody, there, told) if there else Head(0, b"")
        for one in batch:
            outcome = _outcome(one, ready[one.id], results, head)
            if outcome.files or outcome.error:
                yield outcome
        if stopped:
            raise KeyboardInterrupt
        full = [result for result in results.values() if isinstance(result, NoRoom)]
        if full and len(full) == len(results):
            raise full[-1]

    def _ready(self, one: _Taken) -> list[Ready]:
        if one.pair is None or not isinstance(one.found, Made):
            return []
        folder, endings = self._folder(one.pair, one.holder), self._order.endings(one.pair.provider)
        stem = file_stem(one.pair, one.holder, self._order.fit.name)
        place = sha256(same_place(str(folder / stem)).encode())[:8]  # of each of 100,000 files it is kept
        if place in self._given:
            stem = file_stem(one.pair, one.holder, self._order.fit.name, whole_id=True)
        self._given.add(place)
        return ready_files(one.pair, folder, stem, endings, one.found)

    def _folder(self, pair: Pair, holder: Holder | None) -> Path:
        """The folder of a holder and provider. Two holders whose names are one to some file system have two."""
        name = _folder_name(holder.name if holder else pair.holder)
        if same_place(name) in self._shared:
            name = f"{name} {pair.holder[:SHORT]}"
        return self._order.folder / name / safe_name(pair.provider, LONGEST_PROVIDER)


def _folder_name(holder: str) -> str:
    return safe_name(holder, LONGEST_HOLDER)


def _shared_names(custody: Custody) -> frozenset[str]:
    """The names of folders that would be those of several holders, whoever of them has pairs now."""
    whose: dict[str, str] = {}
    shared = set[str]()
    with custody.reading() as reader:
        for id_, name in reader.names():
            place = same_place(_folder_name(name))
            if whose.setdefault(place, id_) != id_:
                shared.add(place)
    return frozenset(shared)


def _outcome(one: _Taken, ready: Sequence[Ready], results: Mapping[Path, bool | CertvaultError], head: Head) -> Outcome:
    """What became of a pair; nothing yet where it was interrupted before."""
    if isinstance(one.found, CertvaultError):
        return Outcome(one.id, one.pair, one.holder, error=one.found)
    came = [(file, results.get(file.path)) for file in ready]
    files = tuple(exported(file, head, written=result) for file, result in came if isinstance(result, bool))
    error = next((result for _file, result in came if isinstance(result, CertvaultError)), None)
    if error is None and len(files) < len(ready):
        return Outcome(one.id, one.pair, one.holder)
    return Outcome(one.id, one.pair, one.holder, files, error)


def _each_put(pool: ThreadPoolExecutor, ready: Sequence[Ready]) -> tuple[dict[Path, bool | CertvaultError], bool]:
    """What became of each file that was begun, and whether a person interrupted it before all were."""
    running = {one.path: pool.submit(_put, one) for one in ready}
    stopped = False
    try:
        wait(running.values())
    except KeyboardInterrupt:
        stopped = True
        wait([future for future in running.values() if not future.cancel()])
    return {path: future.result() for path, future in running.items() if not future.cancelled()}, stopped


def _put(ready: Ready) -> bool | CertvaultError:
    try:
        for folder in (ready.path.parents[1], ready.path.parent):
            private_folder(folder)
            if folder.is_symlink():
                raise WouldOverwrite(path=str(folder))
        return put(ready)
    except CertvaultError as error:
        return error


@contextmanager
def _pool(workers: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that wait for processes or the disk. Where the block is left early, what was not begun is dropped."""
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
