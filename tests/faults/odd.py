"""What happens to folders and clocks in offices: odd paths, odd times, symlinks where files should be."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.faults.figures import Figures
from tests.faults.supply import Supply
from tests.faults.truth import Wrong, check
from tests.faults.work import Done, Work, seeded
from tests.support import vaults
from vault.errors import CertvaultError, WouldOverwrite
from vault.opening import slots
from vault.operations.due import due
from vault.operations.export import export

YEAR = timedelta(days=366)


def run(place: Path, template: Path, papers: Supply, seed: int, count: int) -> Figures:
    """Each of them ``count`` times."""
    figures = Figures("odd")
    trials: dict[str, Callable[[Path, Path, Supply, random.Random], None]] = {
        "the clock a year back": lambda *known: _clock(-YEAR, *known),
        "the clock a year ahead": lambda *known: _clock(YEAR, *known),
        "a path with blanks, umlauts and quotation marks": _path,
        "a symlink in place of the database": _linked_database,
        "a symlink in place of an export": _linked_export,
    }
    for what, trial in trials.items():
        for number in range(count):
            here = place / f"{len(what)}-{number}"
            here.mkdir()
            with figures.trying(what, f"seed {seed + number}"):
                trial(here, template, papers, seeded(seed + number))
            shutil.rmtree(here)
    return figures


def _worked(folder: Path, template: Path, papers: Supply, dice: random.Random, at: timedelta, things: int) -> None:
    """A copy of the template in ``folder``, after so many things at another time, whole."""
    if not folder.exists():
        shutil.copytree(template, folder)
        Path(f"{folder} out").mkdir()
    done: list[Done] = []
    work = Work(folder, papers, dice, done.append, at=vaults.NOW + at)
    for _ in zip(work.day(), range(things), strict=False):
        pass
    check(folder, papers, done)


def _clock(by: timedelta, here: Path, template: Path, papers: Supply, dice: random.Random) -> None:
    """Work goes on at that time and at the right time after it, and what is due is told as of the time that is said."""
    _worked(here / "vault", template, papers, dice, by, 6)
    with vaults.custody(here / "vault") as custody:
        soon = [due(custody, at=vaults.NOW + shift, within=timedelta(days=400)) for shift in (-YEAR, timedelta(), YEAR)]
    if not soon[1] or not soon[2]:
        raise Wrong("nothing is due although certificates run out")
    _worked(here / "vault", template, papers, dice, timedelta(), 6)


def _path(here: Path, template: Path, papers: Supply, dice: random.Random) -> None:
    _worked(here / 'Büro Köln #1 100%? \'Müller & "Söhne"' / "Tresor", template, papers, dice, timedelta(), 8)


def _linked_database(here: Path, template: Path, papers: Supply, dice: random.Random) -> None:
    """A vault that works as before, or is refused by name and nothing is written."""
    shutil.copytree(template, here / "vault")
    Path(here / "vault out").mkdir()
    database = here / "vault" / slots(here / "vault").database
    database.rename(here / "elsewhere.db")
    database.symlink_to(here / "elsewhere.db")
    before = (here / "elsewhere.db").read_bytes()
    try:
        _worked(here / "vault", template, papers, dice, timedelta(), 6)
    except CertvaultError:
        if (here / "elsewhere.db").read_bytes() != before:
            raise Wrong("refused, and yet written") from None


def _linked_export(here: Path, template: Path, papers: Supply, dice: random.Random) -> None:
    """What a symlink leads to is neither written nor taken for the file."""
    shutil.copytree(template, here / "vault")
    out = here / "out"
    out.mkdir()
    with vaults.custody(here / "vault") as custody:
        with custody.reading() as reader:
            pair = dice.choice(list(reader.pairs()))
        written = export(custody, pair, out, ending="p12", at=vaults.NOW, random=os.urandom).path
        other = here / "other"
        written.rename(other)
        written.symlink_to(other)
        other.write_bytes(b"somebody's own")
        try:
            export(custody, pair, out, ending="p12", at=vaults.NOW, random=os.urandom)
        except WouldOverwrite:
            pass
        else:
            raise Wrong("a symlink was taken for the file")
    if other.read_bytes() != b"somebody's own":
        raise Wrong("written through a symlink")
