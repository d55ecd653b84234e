"""SIGKILL: at random moments, again and again on the same vault, and before each call by which files change."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from tests.faults import child, upkeep
from tests.faults.child import Ended, Tell
from tests.faults.figures import Figures
from tests.faults.supply import Supply
from tests.faults.trace import CHANGES, called
from tests.faults.truth import Wrong, check, copied, nothing_half, older_is_kept, outside, proven
from tests.faults.work import NOW_AND_THEN, THINGS, TURNS, Work, seeded
from tests.faults.world import World
from tests.support import vaults
from vault.errors import NoVault

KILLS_A_VAULT = 12
"""Then a new copy of the template is taken, so that checking stays quick."""
LONGEST = 0.12
"""Seconds until the kill of a process that works on and on, at most."""
KILLED = -9
NAMES = {"rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir"}
"""Calls that change names: a thing is killed before each of them, also where only some of all calls are tried."""


SYNCS = {"fsync", "fdatasync"}
SEEDS = 1000
"""The seeds of the workers of one run differ by less, and only in these places."""
Calls = list[tuple[str, str, int]]
"""The thing that makes a call, the call's name, and which of this name it is."""


class Share(NamedTuple):
    """Which worker it is, of how many."""

    number: int
    of: int


class Ground:
    """A vault with a little of everything, from which each trial takes a copy."""

    def __init__(self, folder: Path, papers: Supply, world: World) -> None:
        self.folder, self.papers, self.world = folder, papers, world

    def work(self, folder: Path, seed: object) -> Callable[[Tell], Work]:
        """A worker in ``folder``."""
        return lambda tell: Work(folder, self.papers, seeded(seed), tell)


def ground(place: Path, papers: Supply) -> Ground:
    """Work a little in a new vault."""
    place.mkdir()
    folder = place / "template"
    vaults.new_vault(folder)
    outside(folder).mkdir()
    world = World()
    work = Work(folder, papers, seeded(1), world.take)
    for name in (
        *TURNS,
        *TURNS,
        "add",
        "add",
        *NOW_AND_THEN,
        *TURNS,
        "keys add watch",
        "keys add passphrase",
        "backup",
    ):
        work.only(name)
    return Ground(folder, papers, check(folder, papers, world))


def run(place: Path, ground: Ground, seed: int, count: int, share: Share) -> Figures:
    """So many kills: a quarter at random moments of a day, a quarter at those of one thing, half before a call."""
    figures = Figures("SIGKILL")
    _days(place, ground, seed, count // 4, figures)
    _at_random(place, ground, seed, count // 4, figures)
    _aimed(place, ground, seed, count - 2 * (count // 4), share, figures)
    return figures


def _days(place: Path, ground: Ground, seed: int, count: int, figures: Figures) -> None:
    """Kills, one after the other, on the same vault."""
    dice, world = seeded(seed), ground.world
    for number in range(count):
        folder = place / f"vault-{number // KILLS_A_VAULT}"
        if number % KILLS_A_VAULT == 0:
            copied(ground.folder, folder)
            world = ground.world
        end = child.run(_day(ground, folder, dice.random()), seconds=dice.uniform(0, LONGEST))
        journal = any(folder.glob("*-journal"))
        with figures.trying(f"{end.doing}, at random", f"seed {seed}, kill {number}"):
            world = _after(folder, ground, world, end)
        figures.count("left a journal", journal)
        figures.count("acknowledged, and there", len(end.done))


def _day(ground: Ground, folder: Path, seed: float) -> Callable[[Tell], object]:
    def body(tell: Tell) -> None:
        for name in ground.work(folder, seed)(tell).day():
            child.say(f"begin\t{name}\n".encode())

    return body


def _at_random(place: Path, ground: Ground, seed: int, count: int, figures: Figures) -> None:
    """One thing, killed somewhere between its beginning and its end."""
    dice, folder = seeded(seed + 1), place / "once"
    lasting = {thing: _seconds(ground, folder, thing) for thing in THINGS}
    for number in range(count):
        thing = THINGS[number % len(THINGS)]
        moment = dice.uniform(0, lasting[thing])
        with figures.trying(f"{thing}, at random", f"seed {seed}, after {moment:.3f} s"):
            _killed(folder, ground, thing, dice.random(), seconds=moment)


def _seconds(ground: Ground, folder: Path, thing: str) -> float:
    begin_again(ground, folder, thing)
    begun = time.monotonic()
    end = child.run(lambda tell: ground.work(folder, 0)(tell).only(thing))
    if end.code:
        raise Wrong(f"{thing} failed on a sound disk: {end.told}")
    return time.monotonic() - begun


def _aimed(place: Path, ground: Ground, seed: int, count: int, share: Share, figures: Figures) -> None:
    """One thing, killed before a call that changes a file: each change of names, and of the rest as many as fit."""
    folder = place / "aimed"
    calls = [(thing, *call) for thing in THINGS for call in changes(place, ground, folder, thing)]
    calls = [call for call in calls if call[1] not in SYNCS]  # what stands before a sync stood after the write
    for thing, call, number in picked(calls, count, seed, share):
        with figures.trying(f"{thing}, before a call", f"{call} {number}"):
            _killed(
                folder,
                ground,
                thing,
                number,
                strace=("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"),
            )


def changes(place: Path, ground: Ground, folder: Path, thing: str) -> Iterator[tuple[str, int]]:
    """Every call by which a thing changes files: its name, and which of this name it is."""
    begin_again(ground, folder, thing)
    trace = place / "counted"
    end = child.run(
        lambda tell: ground.work(folder, 0)(tell).only(thing),
        strace=("-y", "-o", str(trace), "-e", f"trace={','.join(CHANGES)}"),
    )
    if end.code:
        raise Wrong(f"{thing} failed on a sound disk: {end.told}")
    return called(trace)


def picked(calls: Calls, count: int, seed: int, share: Share) -> Calls:
    """So many of a worker's share of the calls: those that change names first."""
    dice = seeded(seed // SEEDS)
    first = [call for call in calls if call[1] in NAMES]
    rest = [call for call in calls if call[1] not in NAMES]
    dice.shuffle(first)
    dice.shuffle(rest)
    return [*first, *rest][share.number :: share.of][:count]


def begin_again(ground: Ground, folder: Path, thing: str) -> None:
    """What a thing finds: a vault, or for a new one nothing."""
    copied(ground.folder, folder)
    if thing == "init":
        shutil.rmtree(folder)


def _killed(
    folder: Path,
    ground: Ground,
    thing: str,
    seed: object,
    *,
    seconds: float | None = None,
    strace: tuple[str, ...] = (),
) -> None:
    begin_again(ground, folder, thing)
    begin = World() if thing == "init" else ground.world
    end = child.run(lambda tell: ground.work(folder, seed)(tell).only(thing), seconds=seconds, strace=strace)
    if end.code not in {KILLED, 0}:
        raise Wrong(f"it ended by itself: {end.told[-2000:]}")
    standing(folder, ground, begin, thing, end)


def standing(folder: Path, ground: Ground, begin: World, thing: str, end: Ended) -> None:
    """What a thing that came to its end leaves: all that must hold, and the next try works."""
    if thing == "init":
        _new(folder, ground, end)
        return
    if thing == "migrate":
        if end.done:
            older_is_kept(folder)
        with upkeep.later():
            _after(folder, ground, begin, end)
        return
    world = _after(folder, ground, begin, end)
    if thing not in THINGS:
        return
    done = child.run(lambda tell: ground.work(folder, 7)(tell).only(thing))
    if done.code:
        raise Wrong(f"the next try failed: {done.told[-2000:]}")
    check(folder, ground.papers, world.after(done.done))


def _after(folder: Path, ground: Ground, world: World, end: Ended) -> World:
    """The world that is there now."""
    if end.code not in {KILLED, 0, 17}:
        raise Wrong(f"exit code {end.code}: {end.told[-2000:]}")
    now = check(folder, ground.papers, world.after(end.done))
    nothing_half(folder, ground.papers)
    proven(folder, ground.papers, now, folder.with_name("proof"), since=world)
    return now


def _new(folder: Path, ground: Ground, end: Ended) -> None:
    """No vault, which can be made then, or one that opens."""
    try:
        check(folder, ground.papers, World())
    except NoVault:
        if end.done:
            raise
        vaults.new_vault(folder)
        check(folder, ground.papers, World())
