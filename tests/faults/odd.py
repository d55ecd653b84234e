"""What happens to folders and clocks in offices: odd paths, odd times, symlinks where files should be."""

from __future__ import annotations

import os
import random
import shlex
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from tests.faults.figures import Figures
from tests.faults.kills import Ground, Share
from tests.faults.truth import Wrong, check, copied, outside
from tests.faults.work import TURNS, Work, seeded
from tests.faults.world import World
from tests.support import vaults
from vault.errors import Exposed, KeyFileUnusable, NotACertvault, WouldOverwrite
from vault.files.reading import read_private
from vault.opening import slots
from vault.operations.due import due
from vault.operations.export import export

YEAR = timedelta(days=366)


def run(place: Path, ground: Ground, seed: int, count: int, share: Share) -> Figures:
    """Each of them ``count`` times."""
    figures = Figures("odd")
    trials: dict[str, Callable[[Path, Ground, random.Random], None]] = {
        "the clock a year back": lambda *known: _clock(-YEAR, *known),
        "the clock a year ahead": lambda *known: _clock(YEAR, *known),
        "a path with blanks, umlauts and quotation marks": _path,
        "a symlink in place of the database": _linked_database,
        "a symlink in place of an export": _linked_export,
        "loosened permissions": _loosened,
    }
    for what, trial in trials.items():
        for number in range(count):
            here = place / f"{len(what)}-{number}"
            here.mkdir()
            with figures.trying(what, f"seed {seed + number}"):
                trial(here, ground, seeded(seed + number))
            shutil.rmtree(here)
    return figures


def _worked(folder: Path, ground: Ground, dice: random.Random, at: timedelta, things: int) -> None:
    """So many things at another time, in a copy of the ground where nothing is there yet; all of it whole."""
    if not folder.exists():
        copied(ground.folder, folder)
    world = World().after([])
    work = Work(folder, ground.papers, dice, world.take, at=vaults.NOW + at)
    for _ in range(things):
        work.only(dice.choice(TURNS))
    check(folder, ground.papers, world)


def _clock(by: timedelta, here: Path, ground: Ground, dice: random.Random) -> None:
    """Work goes on at that time and at the right time after it, and what is due is told as of the time that is said."""
    _worked(here / "vault", ground, dice, by, 6)
    with vaults.custody(here / "vault") as custody:
        soon = [
            list(due(custody, at=vaults.NOW + shift, within=timedelta(days=400)))
            for shift in (-YEAR, timedelta(), YEAR)
        ]
    if not soon[1] or not soon[2]:
        raise Wrong("nothing is due although certificates run out")
    _worked(here / "vault", ground, dice, timedelta(), 6)


def _path(here: Path, ground: Ground, dice: random.Random) -> None:
    _worked(here / 'Büro Köln #1 100%? \'Müller & "Söhne"' / "Tresor", ground, dice, timedelta(), 8)


def _linked_database(here: Path, ground: Ground, dice: random.Random) -> None:
    """Refused by name, and nothing is written."""
    copied(ground.folder, here / "vault")
    database = here / "vault" / slots(here / "vault").database
    database.rename(here / "elsewhere.db")
    database.symlink_to(here / "elsewhere.db")
    before = (here / "elsewhere.db").read_bytes()
    try:
        _worked(here / "vault", ground, dice, timedelta(), 6)
    except NotACertvault:
        if (here / "elsewhere.db").read_bytes() != before:
            raise Wrong("refused, and yet written") from None
    else:
        raise Wrong("a symlink was taken for the database")


def _linked_export(here: Path, ground: Ground, dice: random.Random) -> None:
    """What a symlink leads to is neither written nor taken for the file."""
    copied(ground.folder, here / "vault")
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


def _loosened(here: Path, ground: Ground, dice: random.Random) -> None:
    """Refused, and the command in the answer mends it; a key file is refused as well."""
    folder = here / "vault"
    copied(ground.folder, folder)
    for path in (folder, folder / "keyslots.json", folder / slots(folder).database):
        path.chmod(path.stat().st_mode | dice.choice((0o040, 0o004, 0o020, 0o002, 0o066, 0o055)))
        try:
            check(folder, ground.papers, ground.world)
        except Exposed as error:
            subprocess.run(shlex.split(str(error.fields["command"])), check=True)
        else:
            raise Wrong(f"{path.name} was taken although others may use it")
        check(folder, ground.papers, ground.world)
    for key in outside(folder).glob("*.key"):
        key.chmod(dice.choice((0o604, 0o640, 0o622)))
        try:
            read_private(key, 1000)
        except KeyFileUnusable:
            continue
        raise Wrong(f"{key.name} was taken although others may use it")
