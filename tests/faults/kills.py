"""SIGKILL at random moments, again and again, on the same vault."""

from __future__ import annotations

import os
import select
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.faults.figures import Figures
from tests.faults.supply import Supply
from tests.faults.truth import Wrong, check
from tests.faults.work import THINGS, Done, Work, seeded
from tests.support import vaults
from vault.errors import NoVault, SlotsDamaged

KILLS_A_VAULT = 12
"""Then a new copy of the template is taken, so that checking stays quick."""
LONGEST, LONGEST_INIT = 0.12, 0.06
"""Seconds until the kill, at most."""


class Killed(NamedTuple):
    """What a process had told when it was killed, and what it was doing."""

    done: list[Done]
    doing: str
    told: str


def killed(body: Callable[[Callable[[bytes], object]], None], seconds: float) -> Killed:
    """Run ``body`` in a child and kill it so many seconds after it began; ``body`` gets what tells us."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(body, writing)
    os.close(writing)
    told = _read(reading, time.monotonic() + seconds)
    os.kill(child, signal.SIGKILL)
    told += _read(reading, None)
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise Wrong(f"it ended by itself: {told.decode()[-2000:]}")
    begun = [line.partition("\t")[2] for line in told.decode(errors="replace").splitlines() if line.startswith("begin")]
    return Killed(Done.of(told), begun[-1] if begun else "start", told.decode(errors="replace"))


def _child(body: Callable[[Callable[[bytes], object]], None], writing: int) -> None:
    """Never returns: whatever happens in the child stays in it."""
    try:
        body(lambda line: os.write(writing, line))
    except BaseException as error:  # noqa: BLE001 - told to the parent, by name
        os.write(writing, f"\n{type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(1)


def _read(pipe: int, until: float | None) -> bytes:
    """What is told until this moment, or until nobody can tell any more."""
    told = b""
    while True:
        rest = None if until is None else until - time.monotonic()
        if rest is not None and (rest <= 0 or not select.select([pipe], [], [], rest)[0]):
            return told
        if not (part := os.read(pipe, 65536)):
            return told
        told += part


def working(work: Work) -> Callable[[Callable[[bytes], object]], None]:
    """What a child does all its life."""

    def body(tell: Callable[[bytes], object]) -> None:
        work.tell = lambda done: tell(done.line())
        for name in work.day():
            tell(f"begin\t{name}\n".encode())

    return body


def run(place: Path, template: Path, papers: Supply, seed: int, count: int) -> Figures:
    """So many kills, on copies of ``template`` below ``place``."""
    dice, figures = seeded(seed), Figures("SIGKILL")
    done: list[Done] = []
    for number in range(count // 10):
        with figures.trying("during init", f"seed {seed}, kill {number}"):
            figures.count(_init(place / f"new-{number}", papers, dice.uniform(0, LONGEST_INIT)))
    for number in range(count - count // 10):
        folder = place / f"vault-{number // KILLS_A_VAULT}"
        if number % KILLS_A_VAULT == 0:
            done = []
            shutil.copytree(template, folder)
            (place / f"{folder.name} out").mkdir()
        work = Work(folder, papers, seeded(dice.random()), lambda _done: None)
        end = killed(working(work), dice.uniform(0, LONGEST))
        done += end.done
        journal = any(folder.glob("*-journal"))
        with figures.trying(f"during {end.doing}", f"seed {seed}, kill {number}"):
            check(folder, papers, done)
            _nothing_half(folder.with_name(f"{folder.name} out"), papers)
        figures.count("left a journal", journal)
        figures.count("acknowledged, and there", len(end.done))
    return figures


def _init(folder: Path, papers: Supply, seconds: float) -> str:
    """What a killed ``init`` leaves: no vault, one that opens, or a database alone, which is named."""

    def body(tell: Callable[[bytes], object]) -> None:
        vaults.new_vault(folder)
        tell(b"made\n")
        time.sleep(60)

    told = killed(body, seconds).told
    try:
        check(folder, papers, [])
    except (NoVault, SlotsDamaged) as error:
        if told:
            raise
        return f"init, killed: {error.kind()}"
    return "init, killed: a vault that opens"


def _nothing_half(out: Path, papers: Supply) -> None:
    files = {paper.pkcs12 for known in papers.of.values() for paper in known}
    half = [path.name for path in out.glob("*.p12") if path.read_bytes() not in files]
    if half:
        raise Wrong(f"half a file was left: {half}")


def template(place: Path, papers: Supply) -> Path:
    """A vault with a little of everything."""
    place.mkdir()
    folder = place / "template"
    vaults.new_vault(folder)
    (place / "template out").mkdir()
    work = Work(folder, papers, seeded(1), lambda _done: None)
    for name in THINGS:
        work.only(name)
    work.only("keys add passphrase")
    for _ in zip(range(12), work.day(), strict=False):
        pass
    return folder
