"""Some years of an agency, day by day, on a real vault in a folder."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import NamedTuple

from tests.simulation import weather
from tests.simulation.agency import CLERKS, WINDOWS, Agency
from tests.simulation.days import moment
from tests.simulation.history import CERTIFICATE, LINK, History, Night
from tests.simulation.people import OFFICE, People
from tests.simulation.post import Killed, Post, compose
from tests.simulation.weather import Try
from tests.support import vaults
from vault import opening
from vault.keys.watch_file import read_watch_key
from vault.operations.remind import remind
from vault.operations.watching import idle
from vault.secret import WatchKey

BEGIN = date(2026, 10, 1)
USUAL: dict[str, tuple[int, ...]] = {CERTIFICATE: (60, 30, 14, 7, 3, 1), LINK: (14, 7, 3, 1)}
"""As the help of ``config`` says it."""


class Size(NamedTuple):
    """How many days since when, and how many certificates there are at the beginning."""

    days: int
    pairs: int
    begin: date = BEGIN


def simulated(folder: Path, seed: int, size: Size) -> History:
    """Live through it; the same ``seed`` does the same."""
    random = Random(seed)  # noqa: S311 - a game, and no key
    history = History(WINDOWS, USUAL)
    history.outages += weather.outages(random, size.begin, size.days, [*CLERKS, OFFICE])
    agency = Agency(random, history, size.begin, size.days)
    tries = weather.tries(random, size.begin, size.days)
    vault, at = folder / "vault", moment(size.begin - timedelta(days=1), 18)
    vaults.new_vault(vault, at=at)
    key = read_watch_key(vaults.new_watch_key(vault, folder / "watch.key").read_bytes(), "watch.key")
    with opening.custody(vault, vaults.PASSPHRASE, user="clerk", at=at) as custody:
        agency.found(custody, size.pairs, at)
        People(agency).begin(custody, at, size.pairs)
    for number in range(size.days):
        _live(vault, key, agency, size.begin + timedelta(days=number), tries[size.begin + timedelta(days=number)])
    return history


def _live(vault: Path, key: WatchKey, agency: Agency, one: date, tries: list[Try]) -> None:
    """One day: what people do and when the job runs, in the order of their times."""
    times = list(tries)
    with ExitStack() as stack:
        custody = None
        for at, deed in agency.deeds(one):
            while times and times[0].at <= at:
                night(vault, key, agency.history, times.pop(0))
            if custody is None:
                custody = stack.enter_context(opening.custody(vault, vaults.PASSPHRASE, user="clerk", at=at))
            deed(custody, at)
    for left in times:
        night(vault, key, agency.history, left)


def night(vault: Path, key: WatchKey, history: History, one: Try) -> None:
    """The job, as the command does it, with the watch key alone."""
    found = Night(one.at, "missed" if one.missed else "killed")
    history.nights.append(found)
    if one.missed:
        return
    try:
        with opening.watch(vault, key, path="watch.key", user="job", at=one.at) as watch:
            if idle(watch, at=one.at):
                found.how = "idle"
                return
            remind(watch, Post(history, one, found).ways, compose, windows=WINDOWS, at=one.at)
            found.how = "ran"
    except Killed:
        history.count("killed")
