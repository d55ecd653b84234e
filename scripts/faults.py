"""Try faults on real vaults and print what came of it. Run by ``scripts/faults``; exits 1 where anything was wrong."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import sqlcipher3

from tests.faults import bits, disks, kills, odd, power, supply, together, yesterday
from tests.faults.figures import Figures
from tests.faults.kills import Ground, Share
from tests.faults.work import THINGS

HOLDERS = 4
EACH = (40, 120)
"""Certificates of each holder: short, in full."""
Run = Callable[[Path, Ground, int, int, Share], Figures]
PARTS: dict[str, tuple[Run, int, int]] = {
    "kills": (kills.run, 110, 2300),
    "power": (power.run, 110, 2400),
    "disks": (disks.run, 60, 1700),
    "bits": (bits.run, 300, 5600),
    "yesterday": (yesterday.run, 40, 1000),
    "together": (together.run, 4, 40),
    "odd": (odd.run, 1, 10),
}
"""How often each is tried: short, in full. For ``together`` it is the things that each process does."""
ALONE = {"together"}
"""What is not shared out: it has sixteen processes of its own."""
BY_THING = {"SIGKILL", "power cut", "full disk"}
"""Parts whose trials are of one thing each."""


def shared(part: str, ground: Ground, seed: int, count: int, share: Share) -> Figures:
    """One worker's share of a part, with files of its own."""
    os.umask(0o077)  # a vault that others may read is not opened
    with tempfile.TemporaryDirectory(prefix="certvault-faults-") as name:
        return PARTS[part][0](Path(name), ground, seed, count, share)


def tried(part: str, ground: Ground, seed: int, count: int, workers: int) -> Figures:
    """All of a part, shared out among workers."""
    number = 1 if part in ALONE else min(workers, count)
    shares = [count // number + (each < count % number) for each in range(number)]
    with ProcessPoolExecutor(number, multiprocessing.get_context("spawn")) as pool:
        jobs = [
            pool.submit(shared, part, ground, seed * kills.SEEDS + each, often, Share(each, number))
            for each, often in enumerate(shares)
        ]
        first, *others = [job.result() for job in jobs]
    for other in others:
        first.add(other)
    return first


def head(seed: int, *, short: bool) -> str:
    """What the figures are of."""
    commit = _git("rev-parse", "--short=12", "HEAD") or "unknown"
    changed = " with changes" if _git("status", "--porcelain") else ""
    system = f"{platform.system()} {platform.release()} on {platform.machine()}, {os.cpu_count()} cores"
    program = f"Python {platform.python_version()}, SQLCipher {_sqlcipher()}"
    how = "short" if short else "in full"
    return f"Commit {commit}{changed}, {time.strftime('%Y-%m-%d')}; {system}; {program}; seed {seed}, {how}.\n"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], capture_output=True, text=True, check=False).stdout.strip()


def _sqlcipher() -> str:
    return str(sqlcipher3.connect(":memory:").execute("PRAGMA cipher_version").fetchone()[0])


def table(all_figures: list[tuple[Figures, float]]) -> str:
    """The figures as Markdown: each part, and which thing was tried how often."""
    lines = ["| what | tried | wrong | what came of it | minutes |", "|---|---:|---:|---|---:|"]
    for figures, seconds in all_figures:
        total, outcomes = sum(figures.tried.values()), sorted(figures.outcomes.items())
        told = "; ".join(f"{what}: {often:,}" for what, often in outcomes)
        lines.append(f"| {figures.part} | {total:,} | {len(figures.wrong):,} | {told} | {seconds / 60:.1f} |")
    columns = [figures for figures, _ in all_figures if figures.part in BY_THING]
    if columns:
        lines += ["", f"| thing | {' | '.join(one.part for one in columns)} |", "|---|" + "---:|" * len(columns)]
        counts = [by_thing(figures) for figures in columns]
        lines += [f"| {thing} | {' | '.join(f'{one[thing]:,}' for one in counts)} |" for thing in THINGS]
    return "\n".join([*lines, ""])


def by_thing(figures: Figures) -> Counter[str]:
    """How often each thing was tried."""
    counts: Counter[str] = Counter()
    for what, often in figures.tried.items():
        counts[what.partition(",")[0].partition(":")[0]] += often
    return counts


def details(figures: Figures) -> str:
    """Each kind of trial."""
    return "\n".join(f"  {often:>6,}  {what}" for what, often in sorted(figures.tried.items()))


def main() -> int:
    """Try the parts, print their table, and say what was wrong."""
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--short", action="store_true", help="in about a minute")
    parser.add_argument("--details", action="store_true", help="each kind of trial, while they run")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="the same choices once more")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    os.umask(0o077)
    print(head(given.seed, short=given.short), flush=True)
    found: list[tuple[Figures, float]] = []
    with tempfile.TemporaryDirectory(prefix="certvault-faults-") as name:
        supply.make(Path(name) / "supply", HOLDERS, EACH[not given.short])
        ground = kills.ground(Path(name) / "ground", supply.load(Path(name) / "supply"))
        for part in given.parts or PARTS:
            begun = time.monotonic()
            figures = tried(part, ground, given.seed, PARTS[part][2 - given.short], given.workers)
            found.append((figures, time.monotonic() - begun))
            print(f"{part}: {sum(figures.tried.values()):,} tried, {len(figures.wrong)} wrong", file=sys.stderr)
            print(details(figures) if given.details else "", end="", file=sys.stderr, flush=True)
    print(table(found))
    for figures, _seconds in found:
        for each in figures.wrong:
            print(f"WRONG: {each}", file=sys.stderr)
    return 1 if any(figures.wrong for figures, _seconds in found) else 0


if __name__ == "__main__":
    sys.exit(main())
