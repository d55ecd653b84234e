"""Many processes at once on one vault, while others replace its files; and a handle that was open before."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.faults import child
from tests.faults.child import PIPE, Tell, say
from tests.faults.figures import Figures
from tests.faults.kills import Ground, Share
from tests.faults.truth import Wrong, check, copied
from tests.faults.work import PROFILES, SELDOM, TURNS, Work
from tests.faults.world import Done, World
from tests.support import vaults
from vault.errors import Busy, CertvaultError
from vault.operations import register

PROCESSES = 16
MAY_HAPPEN = {"busy", "older-than-current", "pin-of-older-pair"}
"""What a person may be told when a colleague was quicker; nothing else."""
BUSY = 16
REPLACES = (*SELDOM, "restore")
"""What waits until it has the vault for itself: it writes the slot file, the database, or both anew."""
PATIENCE = 90.0
"""Seconds until whoever waits for the vault gives up."""


def run(place: Path, ground: Ground, seed: int, count: int, share: Share) -> Figures:
    """Each of sixteen does ``count`` things, at first by themselves, then while others replace the files."""
    figures = Figures("16 at once")
    rounds = max(1, count // 8)
    _sixteen(place / "vault", ground, seed, count, (), figures)
    _sixteen(place / "replaced", ground, seed + 100, count, list(SELDOM) * rounds, figures)
    _sixteen(place / "restored", ground, seed + 200, count, ["backup", "restore"] * rounds, figures)
    for name in REPLACES:
        with figures.trying(f"{name}, while a handle is open", f"seed {seed}"):
            _held(place / "held", ground, name)
    return figures


def _sixteen(folder: Path, ground: Ground, seed: int, count: int, replaces: Sequence[str], figures: Figures) -> None:
    """What all told, in its order, must be there at last."""
    copied(ground.folder, folder)
    log = folder.with_name(f"{folder.name} log")
    bodies: list[Callable[[Work], None]] = [lambda work: _colleague(work, count)] * PROCESSES
    bodies += [lambda work: _replacing(work, replaces)] * bool(replaces)
    children = [_started(ground.work(folder, seed + number), log, body) for number, body in enumerate(bodies)]
    codes = [os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) for process in children]
    lines = log.read_bytes()
    done = Done.of(lines)
    said = Counter(line.partition(b"\t")[2].decode() for line in lines.splitlines() if line.startswith(b"said\t"))
    figures.outcomes.update({f"told: {kind}": often for kind, often in said.items()})
    figures.tried.update(one.kind for one in done if one.kind in {"pair", "link", "export", "backup"})
    figures.tried.update(f"files replaced by {name} while others work" for name in replaces)
    with figures.trying("sixteen processes", f"seed {seed}"):
        if any(codes) or said.keys() - MAY_HAPPEN:
            raise Wrong(f"a person was told: {lines.decode()[-2000:]}")
        _nothing_lost(folder, ground, done)


def _nothing_lost(folder: Path, ground: Ground, done: Sequence[Done]) -> None:
    """All that was told is there. What was told before a restore ended may lie in the vault that it put aside."""
    ends = [number for number, one in enumerate(done) if one.kind == "restored"]
    if not ends:
        heads = [one.name for one in done if one.kind == "head"]
        last = max(heads, key=lambda name: int(name.partition(":")[0]))
        check(
            folder, ground.papers, ground.world.after([one for one in done if one.kind != "head" or one.name == last])
        )
        return
    check(folder, ground.papers, World().after(one for one in done[ends[-1] :] if one.kind in {"pair", "link"}))
    there = {pair for place in (folder, *folder.glob("replaced-*")) for pair in _pairs(place)}
    lost = [one.name for one in done if one.kind == "pair" and one.name not in there]
    if lost:
        raise Wrong(f"pairs that were acknowledged are neither here nor aside: {lost}")


def _pairs(folder: Path) -> Iterator[str]:
    with vaults.custody(folder) as custody, custody.reading() as reader:
        yield from (pair.id for pair in reader.pairs(every=True))


def _held(folder: Path, ground: Ground, name: str) -> None:
    """Busy while somebody has the vault open, who then writes where the vault is; done when he has closed it."""
    copied(ground.folder, folder)
    told: list[Done] = []
    work = ground.work(folder, 1)(told.append)
    with vaults.custody(folder) as custody:
        other = child.run(lambda tell: ground.work(folder, 2)(tell).only(name))
        if other.code != BUSY:
            raise Wrong(f"it did not wait for who has the vault open: exit code {other.code}, {other.told}")
        work.do("add", custody)
    check(folder, ground.papers, ground.world.after(told))
    other = child.run(lambda tell: ground.work(folder, 2)(tell).only(name))
    if other.code:
        raise Wrong(f"it failed with nobody in the way: {other.told}")
    check(folder, ground.papers, ground.world.after([*told, *other.done]))


def _started(work: Callable[[Tell], Work], log: Path, body: Callable[[Work], None]) -> int:
    if process := os.fork():
        return process
    try:
        os.dup2(os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), PIPE)
        body(work(lambda done: say(done.line())))
        os._exit(0)
    except BaseException as error:  # noqa: BLE001 - told to the parent, by name
        say(f"\n{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(1)


def _colleague(work: Work, count: int) -> None:
    for _ in range(count):
        name = work.dice.choice((*TURNS, "list"))
        try:
            if name == "list":
                _list(work.folder)
            else:
                work.only(name)
        except CertvaultError as error:
            say(f"said\t{error.kind()}\n".encode())
        time.sleep(work.dice.uniform(0, 0.1))


def _replacing(work: Work, names: Sequence[str]) -> None:
    """One thing after the other, each as soon as nobody else has the vault open."""
    for name in names:
        end = time.monotonic() + PATIENCE
        while True:
            try:
                work.only(name)
                break
            except Busy:
                if time.monotonic() > end:
                    raise
                time.sleep(0.001)


def _list(folder: Path) -> None:
    with vaults.custody(folder) as custody:
        ids = [row.pair.id for row in register.pairs(custody, "", PROFILES)]
    if len(set(ids)) != len(ids):
        raise Wrong("a pair was listed twice")
