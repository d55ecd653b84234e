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
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.faults.figures import Figures
from tests.faults.supply import Supply
from tests.faults.trace import Step, steps, traced, worker
from tests.faults.truth import Wrong, check
from tests.faults.work import Done, seeded

SECTOR = 512
"""Bytes that a disk writes whole."""
WAYS = ("nothing since the sync", "any of it", "any of it, in another order", "any of it, torn", "grown, not filled")


class Disk:
    """What is surely on the disk, and what was written since."""

    def __init__(self, before: Path, numbers: Mapping[str, int]) -> None:
        self.names = dict(numbers)
        self.files = {number: bytearray((before / path).read_bytes()) for path, number in numbers.items()}
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

    def after(self, way: str, dice: random.Random) -> dict[str, bytes]:
        """The files by their paths, as they may stand after the power went."""
        names, files = dict(self.names), {}
        if way != WAYS[0]:
            moved(names, self.moves[: dice.randint(0, len(self.moves))])
        for path, file in names.items():
            whole = copy.copy(self.files.get(file, bytearray()))
            files[path] = bytes(put(whole, list(survivors(self.writes.get(file, []), way, len(whole), dice))))
        return files


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


def record(place: Path, template: Path, supply: Path, seed: str, things: int) -> tuple[Disk, list[Step]]:
    """Let a worker work on a copy of ``template``; gives the disk as it was before, and what it did."""
    root, before = place / "recorded", place / "before"
    shutil.copytree(template, root / "vault")
    (root / "vault out").mkdir()
    shutil.copytree(root, before)
    done = traced(worker(root / "vault", supply, seed, things), place / "trace")
    if done.returncode:
        raise Wrong(f"the recorded worker failed: {done.stderr.decode()[-2000:]}")
    there = [str(path.relative_to(before)) for path in sorted(before.rglob("*")) if path.is_file()]
    numbers = {path: number for number, path in enumerate(there, 1)}
    return Disk(before, numbers), list(steps(place / "trace", root, numbers))


def run(place: Path, template: Path, papers: Supply, supply: Path, seed: int, count: int) -> Figures:
    """Check about so many states, spread over all moments of a day's work."""
    dice, figures = seeded(seed), Figures("power cut")
    disk, seen = record(place, template, supply, str(seed), max(3, min(12, count // 40)))
    moments = range(len(seen) + 1)
    each = max(1, round(count / len(moments)))
    picked = set(dice.sample(moments, min(count, len(moments))))
    told, known = b"", set[bytes]()
    for moment, step in enumerate([*seen, Step("told")]):
        if moment in picked:
            for way in dice.sample(WAYS, min(each, len(WAYS))):
                files, done = disk.after(way, dice), Done.of(told)
                mark = hashlib.sha256(repr(sorted(files.items())).encode() + told).digest()
                if mark in known:
                    figures.count("the same as another state")
                    continue
                known.add(mark)
                with figures.trying(way, f"seed {seed}, before call {moment} ({step.what})"):
                    _check(place, files, done, papers)
        told += step.data if step.what == "told" else b""
        disk.take(step)
    figures.count("calls recorded", len(seen))
    figures.count("syncs among them", sum(step.what.startswith("sync") for step in seen))
    return figures


def _check(place: Path, files: dict[str, bytes], done: list[Done], papers: Supply) -> None:
    old, new = str(place / "recorded"), place / "state"
    shutil.rmtree(new, ignore_errors=True)
    for folder in ("vault", "vault out"):
        (new / folder).mkdir(parents=True)
    for path, data in files.items():
        (new / path).write_bytes(data)
    for key in (new / "vault out").glob("*.key"):
        key.chmod(0o600)
    check(new / "vault", papers, [one._replace(name=one.name.replace(old, str(new))) for one in done])
