"""Many processes at once on one vault: adding, superseding, fetching, exporting, listing."""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from pathlib import Path

from tests.faults.figures import Figures
from tests.faults.supply import Supply
from tests.faults.truth import Wrong, check
from tests.faults.work import PROFILES, Done, Work, seeded
from tests.support import vaults
from vault.errors import CertvaultError
from vault.operations import register

PROCESSES = 16
MAY_HAPPEN = {"busy", "older-than-current", "pin-of-older-pair"}
"""What a person may be told when a colleague was quicker; nothing else."""


def run(place: Path, template: Path, papers: Supply, seed: int, count: int) -> Figures:
    """Each of sixteen processes does ``count`` things; all look after the same holders."""
    figures = Figures("16 at once")
    folder = place / "vault"
    shutil.copytree(template, folder)
    (place / "vault out").mkdir()
    children = [_started(folder, papers, seeded(seed + number), count) for number in range(PROCESSES)]
    done: list[Done] = []
    for child, pipe in children:
        with os.fdopen(pipe, "rb") as told:
            lines = told.read()
        done += Done.of(lines)
        said = Counter(line.partition(b"\t")[2].decode() for line in lines.splitlines() if line.startswith(b"said"))
        figures.outcomes.update({f"told: {kind}": often for kind, often in said.items()})
        with figures.trying("process", f"seed {seed}"):
            if os.waitpid(child, 0)[1] or said.keys() - MAY_HAPPEN:
                raise Wrong(f"a person was told: {lines.decode()[-2000:]}")
    figures.tried.update(one.kind for one in done)
    with figures.trying("vault afterwards", f"seed {seed}"):
        check(folder, papers, done)
    return figures


def _started(folder: Path, papers: Supply, dice: random.Random, count: int) -> tuple[int, int]:
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        try:
            _colleague(Work(folder, papers, dice, lambda done: _say(writing, done.line())), count, writing)
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 - told to the parent, by name
            _say(writing, f"\n{type(error).__name__}: {error}\n".encode())
        finally:
            os._exit(1)
    os.close(writing)
    return child, reading


def _colleague(work: Work, count: int, pipe: int) -> None:
    for _ in range(count):
        name = work.dice.choice(("add", "add", "fetch", "ingest", "export", "list"))
        try:
            if name == "list":
                _list(work.folder)
            else:
                work.only(name)
        except CertvaultError as error:
            _say(pipe, f"said\t{error.kind()}\n".encode())


def _list(folder: Path) -> None:
    with vaults.custody(folder) as custody:
        ids = [row.pair.id for row in register.pairs(custody, "", PROFILES)]
    if len(set(ids)) != len(ids):
        raise Wrong("a pair was listed twice")


def _say(pipe: int, line: bytes) -> None:
    os.write(pipe, line)
