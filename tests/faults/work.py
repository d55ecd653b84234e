"""What an agency does all day, again and again, each thing acknowledged when its call has returned."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from tests.faults import upkeep
from tests.faults.supply import Inside, Paper, Supply
from tests.faults.world import Done
from tests.support import vaults
from vault import opening
from vault.custody import Custody
from vault.model.address import CheckedUrl
from vault.model.chain import witness
from vault.model.link import Link
from vault.model.profile import Profile
from vault.operations.add import add
from vault.operations.audit import head
from vault.operations.export import export
from vault.operations.fetch import fetch
from vault.operations.ingest import ingest
from vault.operations.sources import Source
from vault.ports.portal import PinPage, Progress
from vault.profiles import load_all
from vault.secret import Pin

PROFILES = load_all()
TURNS = ("add", "add", "fetch", "fetch", "ingest", "export")
"""What is done all day, in one opening after the other."""
SELDOM: dict[str, Callable[[Work, Custody], None]] = {
    "keys add watch": upkeep.add_watch,
    "keys add passphrase": upkeep.add_passphrase,
    "keys change-passphrase": upkeep.change_passphrase,
    "keys remove": upkeep.remove_key,
    "keys rotate": upkeep.rotate_all,
    "keys rotate --watch": upkeep.rotate_watch,
    "purge": upkeep.purge_all,
}
"""What wants the vault for itself."""
ALONE: dict[str, Callable[[Work], None]] = {
    "restore": upkeep.restore_one,
    "migrate": upkeep.migrate_it,
    "init": upkeep.init,
}
"""What opens the vault by itself."""
THINGS = ("add", "fetch", "ingest", "export", *SELDOM, "backup", *ALONE)
NOW_AND_THEN = (*SELDOM, "backup", "restore")


def seeded(seed: object) -> random.Random:
    """Dice that fall the same way again."""
    return random.Random(str(seed))  # noqa: S311 - choices of trials, not keys


class Work:
    """One worker with a vault. ``tell`` gets what is done."""

    def __init__(
        self,
        folder: Path,
        papers: Supply,
        dice: random.Random,
        tell: Callable[[Done], object],
        *,
        at: datetime = vaults.NOW,
    ) -> None:
        self.folder, self.papers, self.dice, self.tell, self.at = folder, papers, dice, tell, at
        self.holders = sorted(papers.of)
        self.out = folder.with_name(folder.name + " out")

    def day(self) -> Iterator[str]:
        """Endless work: the name of each thing before it is begun."""
        while True:
            if self.dice.random() < 0.25:
                name = self.dice.choice(NOW_AND_THEN)
                yield name
                self.only(name)
                continue
            yield "open"
            with self._opened() as custody:
                for _ in range(self.dice.randrange(1, 5)):
                    name = self.dice.choice(TURNS)
                    yield name
                    self.do(name, custody)

    def only(self, name: str) -> None:
        """One thing, in a vault that is opened for it."""
        if name in ALONE:
            ALONE[name](self)
            return
        with self._opened(exclusive=name in SELDOM) as custody:
            self.do(name, custody)

    def do(self, name: str, custody: Custody) -> None:
        """One thing."""
        things: dict[str, Callable[[Work, Custody], object]] = {
            "add": Work.add,
            "fetch": Work.fetch,
            "ingest": Work.ingest,
            "export": Work.export,
            "backup": upkeep.back_up,
        }
        (things | SELDOM)[name](self, custody)
        if not name.startswith("keys rotate"):  # its register is another one now
            self.tell(Done("head", witness(head(custody))))

    def _opened(self, *, exclusive: bool = False) -> AbstractContextManager[Custody]:
        return opening.custody(self.folder, vaults.PASSPHRASE, user="worker", at=self.at, exclusive=exclusive)

    def add(self, custody: Custody) -> None:
        """The next certificate of somebody: his first, or the one that supersedes."""
        paper = self.next_paper(custody)
        stored = add(
            custody,
            paper.pkcs12,
            Pin(paper.pin),
            opener=Inside(),
            profiles=PROFILES,
            at=self.at,
            random=os.urandom,
        )
        self.tell(Done("pair", stored.pair.id, paper.digest))

    def fetch(self, custody: Custody) -> None:
        """The same by a link, from a portal that has it."""
        paper = self.next_paper(custody)
        link = self.ingest(custody, paper.holder)
        stored = fetch(
            custody,
            link,
            Pin(paper.pin),
            profile=PROFILES["arag"],
            portal=Ready(paper.pkcs12),
            opener=Inside(),
            progress=lambda _arrived, _expected: None,
            at=self.at,
            random=os.urandom,
        )
        self.tell(Done("pair", stored.pair.id, paper.digest))

    def ingest(self, custody: Custody, holder: str | None = None) -> Link:
        """A link of ``holder``, or of anybody."""
        url = f"https://www.arag.de/TokenService/download?did={os.urandom(8).hex()}".encode()
        one = Source("-", lambda: url, by_hand=True)
        who = holder or self.dice.choice(self.holders)
        found = ingest(custody, [one], PROFILES, holder=who, at=self.at, random=os.urandom).links[0]
        self.tell(Done("link", found.id))
        return found

    def export(self, custody: Custody) -> None:
        """A pair, as a file."""
        with custody.reading() as reader:
            pairs = list(reader.pairs())
        if not pairs:
            return
        written = export(custody, self.dice.choice(pairs), self.out, ending="p12", at=self.at, random=os.urandom)
        self.tell(Done("export", written.path.name, written.sha256))

    def next_paper(self, custody: Custody) -> Paper:
        """The file that somebody got after those that are in the vault."""
        papers = self.papers.of[self.dice.choice(self.holders)]
        with custody.reading() as reader:
            here = {pair.fingerprint for pair in reader.pairs(every=True)}
        there = [number for number, paper in enumerate(papers) if paper.fingerprint in here]
        return papers[max(there, default=-1) + 1]


class Ready:
    """A portal that hands a file out at once."""

    def __init__(self, file: bytes) -> None:
        self._file = file

    def reach(self, url: CheckedUrl, profile: Profile, progress: Progress) -> PinPage | bytes:
        """As the port says."""
        return self._file
