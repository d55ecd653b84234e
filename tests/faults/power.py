"""Power cuts: the files as they may stand when the machine stops, replayed from a record of what was written.

The model is stricter than the usual file systems: what was written since the last sync of its file is there, is not
there, is there in part, or in another order; names that were made, moved or taken away since the last sync of their
folder are as they were at any moment since.
"""

from __future__ import annotations

import copy
import hashlib
import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from tests.faults import child
from tests.faults.child import Ended
from tests.faults.figures import Figures
from tests.faults.kills import KILLED, Ground, Share, begin_again, standing
from tests.faults.trace import FOLDER, WHOLE, Step, steps
from tests.faults.truth import Wrong, outside
from tests.faults.work import THINGS, Work, seeded
from tests.faults.world import Done, World

SECTOR = 512
"""Bytes that a disk writes whole."""
WAYS = ("nothing since the sync", "any of it", "any of it, in another order", "any of it, torn", "grown, not filled")


class Disk:
    """What is surely on the disk, and what was written since."""

    def __init__(self, before: Path, numbers: Mapping[str, int]) -> None:
        self.names = dict(numbers)
        there = {path: number for path, number in numbers.items() if number != FOLDER}
        self.files = {number: bytearray((before / path).read_bytes()) for path, number in there.items()}
        self.writes: dict[int, list[Step]] = {}
        self.moves: list[Step] = []

    def take(self, step: Step) -> None:
        """The next call."""
        if step.what in {"write", "truncate"}:
            self.writes.setdefault(step.file, []).append(step)
        elif step.what in {"name", "unname"}:
            self.moves.append(step)
        elif step.what == "sync":
            self.files[step.file] = put(self.files.get(step.file, bytearray()), self.writes.pop(step.file, []))
        elif step.what == "sync-names":
            here = [move for move in self.moves if str(Path(move.path).parent) == step.path]
            moved(self.names, here)
            self.moves = [move for move in self.moves if move not in here]

    def after(self, way: str, dice: random.Random) -> dict[str, bytes | None]:
        """The files by their paths, and folders (None), as they may stand after the power went."""
        names: dict[str, int] = dict(self.names)
        if way != WAYS[0]:
            moved(names, self.moves[: dice.randint(0, len(self.moves))])
        found: dict[str, bytes | None] = {}
        for path, file in sorted(names.items()):
            if str(Path(path).parent) not in {".", *found}:
                continue  # its folder is not there
            whole = copy.copy(self.files.get(file, bytearray()))
            writes = self.writes.get(file, [])
            found[path] = None if file == FOLDER else bytes(put(whole, [*survivors(writes, way, len(whole), dice)]))
        return found


def put(data: bytearray, writes: Sequence[Step]) -> bytearray:
    """``data`` after these writes."""
    for write in writes:
        if write.what == "truncate":
            data[write.offset :] = bytes(max(write.offset - len(data), 0))
            continue
        if len(data) < write.offset:
            data += bytes(write.offset - len(data))
        data[write.offset : write.offset + len(write.data)] = write.data
    return data


def moved(names: dict[str, int], moves: Sequence[Step]) -> None:
    """Names after these moves."""
    for move in moves:
        if move.what == "name":
            names[move.path] = move.file
        else:
            names.pop(move.path, None)


def survivors(writes: list[Step], way: str, size: int, dice: random.Random) -> Iterator[Step]:
    """Which of the writes since the last sync are on the disk."""
    if way == WAYS[0]:
        return
    chance = dice.random()
    kept = [write for write in writes if dice.random() < chance]
    if way == WAYS[2]:
        dice.shuffle(kept)
    for write in kept:
        if way == WAYS[3] and write.data and dice.random() < 0.5:
            cut = SECTOR * dice.randint(0, len(write.data) // SECTOR)
            first = dice.random() < 0.5
            yield (
                write._replace(data=write.data[:cut])
                if first
                else write._replace(offset=write.offset + cut, data=write.data[cut:])
            )
        elif way == WAYS[4] and write.offset + len(write.data) > size:
            yield write._replace(data=bytes(len(write.data)))
        else:
            yield write


def record(place: Path, ground: Ground, thing: str, body: Callable[[Work], object]) -> tuple[Disk, list[Step]]:
    """Let a worker work on a copy of the ground; gives the disk as it was before, and what it did."""
    root, before = place / "recorded", place / "before"
    shutil.rmtree(place, ignore_errors=True)
    begin_again(ground, root / "vault", thing)
    shutil.copytree(root, before)
    strace = (*WHOLE, "-o", str(place / "trace"))
    end = child.run(lambda tell: body(ground.work(root / "vault", thing)(tell)), strace=strace)
    if end.code:
        raise Wrong(f"the recorded worker failed: {end.told[-2000:]}")
    numbers = numbered(before)
    return Disk(before, numbers), list(steps(place / "trace", root, numbers))


def numbered(root: Path) -> dict[str, int]:
    """The files below a folder by their paths, each with a number."""
    there = {str(path.relative_to(root)): path.is_dir() for path in sorted(root.rglob("*"))}
    return {path: FOLDER if folder else number for number, (path, folder) in enumerate(there.items(), 1)}


def run(place: Path, ground: Ground, seed: int, count: int, share: Share) -> Figures:
    """Check about so many states, spread over all moments of a day's work and of each thing."""
    dice, figures = seeded(seed), Figures("power cut")
    mine = ("a day", *THINGS)[share.number :: share.of]
    for thing in mine:
        body = _day if thing == "a day" else partial(Work.only, name=thing)
        disk, seen = record(place / "power", ground, thing, body)
        _tried(place / "power", ground, thing, disk, seen, count // len(mine), dice, figures)
        figures.count("calls recorded", len(seen))
        figures.count("syncs among them", sum(step.what.startswith("sync") for step in seen))
    return figures


def _day(work: Work) -> None:
    for _name in zip(range(6), work.day(), strict=False):
        pass


def _tried(
    place: Path,
    ground: Ground,
    thing: str,
    disk: Disk,
    seen: list[Step],
    count: int,
    dice: random.Random,
    figures: Figures,
) -> None:
    """About so many states of one recording."""
    moments = range(len(seen) + 1)
    each = max(1, round(count / len(moments)))
    picked = {len(seen), *dice.sample(moments, min(count, len(moments)))}
    told, known = b"", set[bytes]()
    for moment, step in enumerate([*seen, Step("told")]):
        for way in dice.sample(WAYS, min(each, len(WAYS))) if moment in picked else ():
            files = disk.after(way, dice)
            mark = hashlib.sha256(repr(sorted(files.items())).encode() + told).digest()
            if mark in known:
                figures.count("the same as another state")
                continue
            known.add(mark)
            with figures.trying(f"{thing}: {way}", f"before call {moment} ({step.what} {step.path})"):
                _check(place, ground, thing, files, told)
        told += step.data if step.what == "told" else b""
        disk.take(step)


def _check(place: Path, ground: Ground, thing: str, files: dict[str, bytes | None], told: bytes) -> None:
    new = place / "state"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    for path, data in files.items():
        if data is None:
            (new / path).mkdir(mode=0o700)
        else:
            (new / path).write_bytes(data)
            (new / path).chmod(0o600)
    outside(new / "vault").mkdir(exist_ok=True)
    end = Ended(KILLED, Done.of(told), told.decode(errors="replace"))
    standing(new / "vault", ground, World() if thing == "init" else ground.world, thing, end)
