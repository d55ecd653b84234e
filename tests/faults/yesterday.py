"""Yesterday's files put back, one by one or all together: found where somebody noted the head of the log."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.faults.figures import Figures
from tests.faults.kills import Ground, Share
from tests.faults.truth import Wrong, copied
from tests.faults.work import SELDOM, TURNS, Work, seeded
from tests.faults.world import World
from tests.support import vaults
from tests.support.rotation import quiet
from vault.doctor import examine
from vault.errors import CertvaultError
from vault.model.event import Head
from vault.opening import slots
from vault.operations.audit import head
from vault.operations.settings import settings
from vault.operations.verify import verify

PAGE = 4096
DAMAGED = 5
KEYS_ALONE = [name for name in SELDOM if name.startswith("keys") and "rotate" not in name]


class Days:
    """The same vault yesterday and today, and the head of its log today."""

    def __init__(self, place: Path, ground: Ground, dice: random.Random) -> None:
        self.yesterday, self.today, self.ground = place / "yesterday", place / "today", ground
        copied(ground.folder, self.yesterday)
        copied(ground.folder, self.today)
        work = Work(self.today, ground.papers, dice, World().take)
        for _ in range(dice.randrange(1, 6)):
            work.only(dice.choice((*TURNS, *KEYS_ALONE, "purge")))
        self.database = slots(self.today).database
        with vaults.custody(self.today) as custody:
            self.witness = head(custody)
        self.answers = answers(self.today)

    def pages(self) -> list[int]:
        """The pages that are other ones today."""
        old, new = ((folder / self.database).read_bytes() for folder in (self.yesterday, self.today))
        return [at for at in range(0, min(len(old), len(new)), PAGE) if old[at : at + PAGE] != new[at : at + PAGE]]


def run(place: Path, ground: Ground, seed: int, count: int, share: Share) -> Figures:
    """So many times: a page or some, the database, the slots, all."""
    dice, figures = seeded(seed), Figures("yesterday")
    ways: dict[str, Callable[[Days, Path, random.Random], None]] = {
        "a page": _a_page,
        "some pages": _some_pages,
        "the database": lambda days, folder, _dice: _file(days, folder, days.database),
        "keyslots.json": lambda days, folder, _dice: _file(days, folder, "keyslots.json"),
        "the whole folder": lambda days, folder, _dice: copied(days.yesterday, folder),
    }
    for number in range(count):
        if number % 20 == 0:
            days = Days(place, ground, dice)
        what = "a page" if number % 2 else dice.choice(list(ways))
        copied(days.today, place / "put back")
        with figures.trying(what, f"seed {seed}, trial {number}"):
            ways[what](days, place / "put back", dice)
            figures.count(_found(days, place / "put back"))
    return figures


def _a_page(days: Days, folder: Path, dice: random.Random) -> None:
    _put_back(days, folder, [dice.choice(days.pages())])


def _some_pages(days: Days, folder: Path, dice: random.Random) -> None:
    pages = days.pages()
    _put_back(days, folder, dice.sample(pages, dice.randrange(1, len(pages) + 1)))


def _put_back(days: Days, folder: Path, pages: list[int]) -> None:
    old = (days.yesterday / days.database).read_bytes()
    with (folder / days.database).open("r+b") as file:
        for at in pages:
            file.seek(at)
            file.write(old[at : at + PAGE])


def _file(days: Days, folder: Path, name: str) -> None:
    shutil.copyfile(days.yesterday / name, folder / name)


def _found(days: Days, folder: Path) -> str:
    """By what it is found. Raises Wrong where it is not, and something else than today's truth is told."""
    for what, looked in (("audit --verify --head", _verified), ("doctor", _examined)):
        try:
            if looked(folder, days.witness):
                return f"found by {what}"
        except CertvaultError as error:
            if error.code != DAMAGED:
                raise
            return f"refused: {error.kind()}"
    told = answers(folder)
    wrong = [name for name in told if told[name] != days.answers[name]]
    if wrong:
        raise Wrong(f"not found, and another answer about: {', '.join(wrong)}")
    if (folder / "keyslots.json").read_bytes() != (days.today / "keyslots.json").read_bytes():
        raise Wrong("not found, and other keys open it")
    return "of no consequence: every answer is today's"


def _verified(folder: Path, witness: Head) -> bool:
    with vaults.custody(folder) as custody:
        return bool(verify(custody, against=witness).total)


def _examined(folder: Path, _witness: Head) -> bool:
    return not examine(folder, vaults.PASSPHRASE, at=vaults.NOW, progress=quiet).healthy


def answers(folder: Path) -> dict[str, Any]:
    """All that the vault tells of itself, except its keys."""
    with vaults.custody(folder) as custody, custody.reading() as reader:
        pairs, links = list(reader.pairs(every=True)), list(reader.links(every=True))
        found: dict[str, Any] = {
            "pairs": pairs,
            "links": links,
            "settings": settings(custody, reader),
            "holders": reader.holders(list({pair.holder for pair in pairs})),
        }
    with vaults.custody(folder) as custody:
        found["contents"] = [(one.pkcs12, one.pin.reveal()) for one in (custody.unsealed(pair) for pair in pairs)]
    return found
