"""One bit flipped: in the database, in what a kill left of its journal, in the slots, in a backup."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from tests.faults import child, upkeep
from tests.faults.child import Tell
from tests.faults.figures import Figures
from tests.faults.kills import Ground, Share
from tests.faults.truth import Wrong, copied, outside, whole
from tests.faults.work import Work, seeded
from tests.support import vaults
from vault import packing
from vault.custody import Custody
from vault.errors import CertvaultError
from vault.model.pair import Pair
from vault.opening import slots
from vault.operations.verify import verify

CANNOT_UNLOCK, DAMAGED = 3, 5
MAGIC = bytes.fromhex("d9d505f920a163d7")
"""How a rollback journal begins that must be played back."""
ANEW = 250
"""Flips after which another vault is taken that was killed."""
BEFORE_THE_RENAME = ("-e", "trace=rename", "-e", "inject=rename:signal=KILL:when=2")
"""The moment at which a rotation has both databases, and its note."""


class Standing:
    """A vault on the disk, byte by byte, and what may truly be in it."""

    def __init__(self, folder: Path, truths: list[list[Pair]]) -> None:
        self.files = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        self.names = sorted(name for name, data in self.files.items() if data)
        self.truths = truths

    def put(self, folder: Path, name: str = "", at: int = 0, bit: int = 0) -> None:
        """Write it into ``folder``, with one bit of one file flipped."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        for each, data in self.files.items():
            (folder / each).write_bytes(flipped(data, at, bit) if each == name else data)


def flipped(data: bytes, at: int, bit: int) -> bytes:
    """``data`` with one bit flipped."""
    return data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]


def run(place: Path, ground: Ground, seed: int, count: int, share: Share) -> Figures:
    """So many flipped bits: in a vault at rest, after a kill, after a rotation that was killed, and in backups."""
    figures, trials = Figures("one bit"), _Trials(place, ground, seeded(seed))
    kinds = ("at rest", "after a kill", "in a backup", "after a rotation was killed")
    for kind, often in zip(kinds, (count // 3, count // 3, count // 4, count), strict=True):
        left = min(often, count - sum(figures.tried.values()))
        for number in range(left):
            if number % ANEW == 0 and kind != "in a backup":
                trials.take(kind)
            trials.flip(kind, figures)
    return figures


class _Trials:
    def __init__(self, place: Path, ground: Ground, dice: random.Random) -> None:
        self.place, self.ground, self.dice = place, ground, dice
        self.key = place / "watch.key"
        copied(ground.folder, place / "vault")
        vaults.new_watch_key(place / "vault", self.key, "bits")
        self.rest = self.vault = Standing(place / "vault", [self.opened(place / "vault")])
        self.backups = sorted(path for path in outside(ground.folder).glob(f"*{upkeep.ENDING}"))
        self.truths = {path: self.restored(path) for path in self.backups}

    def take(self, kind: str) -> None:
        """The vault whose bits are flipped."""
        ways = {"after a kill": self.hot, "after a rotation was killed": self.rotating}
        self.vault = ways.get(kind, lambda: self.rest)()

    def flip(self, kind: str, figures: Figures) -> None:
        """One bit anywhere: small files as often as large ones, the heads of files more often than the rest."""
        dice, bit = self.dice, self.dice.randrange(8)
        if kind == "in a backup":
            path = dice.choice(self.backups)
            at = _place(path.stat().st_size, dice)
            with figures.trying("backup", f"{path.name}, byte {at}, bit {bit}"):
                figures.count(self.of_backup(path, at, bit))
            return
        journals = [name for name in self.vault.names if name.endswith("-journal")]
        name = dice.choice(journals if journals and dice.random() < 0.7 else self.vault.names)
        at = _place(len(self.vault.files[name]), dice)
        self.vault.put(self.place / "flipped", name, at, bit)
        with figures.trying(f"{_file(name)}, {kind}", f"{name}, byte {at}, bit {bit}"):
            figures.count(self.told(self.place / "flipped"))

    def of_backup(self, path: Path, at: int, bit: int) -> str:
        """What is told of a backup with a flipped bit. Raises what must never be."""
        bad = self.place / "bad"
        bad.write_bytes(flipped(path.read_bytes(), at, bit))
        packing.is_backup_of(bad, self.ground.folder.name)
        try:
            found = self.restored(bad)
        except CertvaultError as error:
            if error.code != DAMAGED:
                raise
            return f"named: {error.kind()}"
        if found != self.truths[path]:
            raise Wrong("another state than that of the backup was restored")
        return "of no consequence"

    def told(self, folder: Path) -> str:
        """What both keys are told. Raises what must never be."""
        said = [one for one in self.looks(folder) if one]
        return f"named: {said[0]}" if said else "of no consequence"

    def looks(self, folder: Path) -> Iterator[str]:
        for opened in (self.opened, self.listed, *(self.tidied for note in folder.glob("*.moving"))):
            try:
                found = opened(folder)
            except CertvaultError as error:
                if error.code not in {CANNOT_UNLOCK, DAMAGED}:
                    raise
                yield error.kind()
                continue
            if found not in self.vault.truths:
                raise Wrong("another state than the old or the new one was given out")

    def opened(self, folder: Path) -> list[Pair]:
        """Every pair, whole, and the log."""
        with vaults.custody(folder) as custody:
            return self.sound(custody)

    def tidied(self, folder: Path) -> list[Pair]:
        """The same, where what a killed process left is tidied up before."""
        with vaults.custody(folder, exclusive=True):
            pass
        return self.opened(folder)

    def sound(self, custody: Custody) -> list[Pair]:
        pairs = whole(custody, self.ground.papers)
        if found := verify(custody).contradictions:
            raise Wrong(f"the log contradicts itself: {found[0].text}")
        return pairs

    def listed(self, folder: Path) -> list[Pair]:
        """What the watch key sees."""
        with vaults.watch(folder, self.key) as watch, watch.reading() as reader:
            return list(reader.pairs(every=True))

    def restored(self, path: Path) -> list[Pair]:
        """What comes out of a backup."""
        folder = self.place / "restored"
        shutil.rmtree(folder, ignore_errors=True)
        upkeep.restored(path, folder)
        return self.opened(folder)

    def hot(self) -> Standing:
        """A vault whose writer was killed while it wrote pages, so that its journal must be played back."""
        folder = self.place / "hot"
        while True:
            copied(self.place / "vault", folder)
            body = Work(folder, self.ground.papers, seeded(self.dice.random()), lambda _done: None)
            child.run(partial(_endless, body), seconds=self.dice.uniform(0.01, 0.12))
            journals = list(folder.glob("*-journal"))
            if len(journals) == 1 and journals[0].read_bytes()[:8] == MAGIC and self.is_named(folder, journals[0]):
                break
        left = Standing(folder, [])
        left.put(self.place / "before")
        left.truths.append(self.opened(self.place / "before"))
        left.put(self.place / "after")
        next((self.place / "after").glob("*-journal")).unlink()
        try:
            left.truths.append(self.opened(self.place / "after"))
        except (Wrong, CertvaultError):
            pass  # it was killed before the last page was written
        return left

    def is_named(self, folder: Path, journal: Path) -> bool:
        """Whether it is the journal of the database that counts."""
        return journal.name == f"{slots(folder).database}-journal"

    def rotating(self) -> Standing:
        """A vault whose rotation was killed right before its commit: two databases, and a note about them."""
        folder = self.place / "rotating"
        copied(self.place / "vault", folder)
        work = Work(folder, self.ground.papers, self.dice, lambda _done: None)
        child.run(lambda _tell: work.only("keys rotate"), strace=BEFORE_THE_RENAME)
        left = Standing(folder, self.rest.truths)
        if "vault.moving" not in left.files:
            raise Wrong("the rotation was not killed where it should be")
        return left


def _endless(work: Work, _tell: Tell) -> None:
    for _name in work.day():
        pass


def _place(size: int, dice: random.Random) -> int:
    return dice.randrange(min(size, 100)) if dice.random() < 0.2 else dice.randrange(size)


def _file(name: str) -> str:
    ends = {"-journal": "journal", ".db": "database", ".json": "slots", ".moving": "note of a rotation"}
    return next((what for end, what in ends.items() if name.endswith(end)), "unfinished slots")
