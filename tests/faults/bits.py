"""One bit flipped: in the database, in what a kill left of its journal, in the slots."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.figures import Figures
from tests.faults.kills import killed, working
from tests.faults.supply import Supply
from tests.faults.truth import Wrong, check
from tests.faults.work import Work, seeded
from tests.support import vaults
from vault.errors import CertvaultError
from vault.model.pair import Pair

CANNOT_UNLOCK, DAMAGED = 3, 5
MAGIC = bytes.fromhex("d9d505f920a163d7")
"""How a rollback journal begins that must be played back."""


class Standing:
    """A vault on the disk, byte by byte, and what may truly be in it."""

    def __init__(self, folder: Path, truths: list[list[Pair]]) -> None:
        self.files = {path.name: path.read_bytes() for path in folder.iterdir() if path.stat().st_size}
        self.truths = truths

    def put(self, folder: Path, name: str = "", at: int = 0, bit: int = 0) -> None:
        """Write it into ``folder``, with one bit of one file flipped."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        for each, data in self.files.items():
            (folder / each).write_bytes(data)
        if name:
            data = self.files[name]
            (folder / name).write_bytes(data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :])


def run(place: Path, template: Path, papers: Supply, seed: int, count: int) -> Figures:
    """So many flipped bits: half of them in a vault at rest, half in one whose writer was killed."""
    dice, figures = seeded(seed), Figures("one bit")
    key = place / "watch.key"
    for folder in template.parent.glob("template out"):
        shutil.copytree(folder, place / "vault out")
    shutil.copytree(template, place / "vault")
    vaults.new_watch_key(place / "vault", key, "bits")
    rest = Standing(place / "vault", [check(place / "vault", papers, [])])
    for kind, vault, often in (("at rest", rest, count // 2), ("after a kill", None, count - count // 2)):
        for number in range(often):
            if vault is None or (kind == "after a kill" and number % 250 == 0):
                vault = hot(place, papers, dice)
            name, at = _place(vault, dice, journal=kind == "after a kill")
            bit = dice.randrange(8)
            vault.put(place / "flipped", name, at, bit)
            with figures.trying(f"{_file(name)}, {kind}", f"{name}, byte {at}, bit {bit}"):
                figures.count(_outcome(place / "flipped", papers, vault, key))
    return figures


def hot(place: Path, papers: Supply, dice: random.Random) -> Standing:
    """A vault whose writer was killed while it wrote pages, so that its journal must be played back."""
    while True:
        folder = place / "hot"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(place / "vault", folder)
        (place / "hot out").mkdir(exist_ok=True)
        work = Work(folder, papers, seeded(dice.random()), lambda _done: None)
        killed(working(work), dice.uniform(0.01, 0.12))
        journals = list(folder.glob("*-journal"))
        if journals and journals[0].read_bytes()[:8] == MAGIC:
            break
    left = Standing(folder, [])
    left.put(place / "before")
    left.truths.append(check(place / "before", papers, []))
    left.put(place / "after")
    next((place / "after").glob("*-journal")).unlink()
    try:
        left.truths.append(check(place / "after", papers, []))
    except (Wrong, CertvaultError):
        pass  # it was killed before the last page was written
    return left


def _place(vault: Standing, dice: random.Random, *, journal: bool) -> tuple[str, int]:
    """Any byte; small files as often as large ones, and the heads of files more often than the rest."""
    names = sorted(vault.files)
    if journal and dice.random() < 0.7:
        names = [name for name in names if name.endswith("-journal")]
    name = dice.choice(names)
    size = len(vault.files[name])
    return name, dice.randrange(min(size, 100)) if dice.random() < 0.2 else dice.randrange(size)


def _file(name: str) -> str:
    return "journal" if name.endswith("-journal") else "database" if name.endswith(".db") else "slots"


def _outcome(folder: Path, papers: Supply, vault: Standing, key: Path) -> str:
    """What both keys are told. Raises what must never be."""
    told = list(_opened(folder, papers, vault, key))
    return "named: " + next(said for said in told if said) if any(told) else "of no consequence"


def _opened(folder: Path, papers: Supply, vault: Standing, key: Path) -> Iterator[str]:
    looks: tuple[Callable[[], list[Pair]], ...] = (lambda: check(folder, papers, []), lambda: _listed(folder, key))
    for opened in looks:
        try:
            found = opened()
        except CertvaultError as error:
            if error.code not in {CANNOT_UNLOCK, DAMAGED}:
                raise
            yield error.kind()
            continue
        if found not in vault.truths:
            raise Wrong("another state than the old or the new one was given out")
        yield ""


def _listed(folder: Path, key: Path) -> list[Pair]:
    with vaults.watch(folder, key) as watch, watch.reading() as reader:
        return list(reader.pairs(every=True))
