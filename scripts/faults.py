"""Try faults on real vaults and print what came of it. Run by ``scripts/faults``; exits 1 where anything was wrong."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import secrets
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from tests.faults import bits, disks, kills, odd, power, supply, together
from tests.faults.figures import Figures

HOLDERS, EACH = 4, 120
COUNTS = {
    "kills": (100, 1100),
    "power": (100, 2000),
    "disks": (24, 400),
    "bits": (300, 5200),
    "together": (6, 40),
    "odd": (1, 10),
}
"""How often each is tried: short, in full. For ``together`` it is the things that each process does."""
ALONE = {"together"}
"""What is not shared out: it has sixteen processes of its own."""


def share(part: str, seed: int, count: int) -> Figures:
    """One worker's share of a part, with files of its own."""
    os.umask(0o077)  # a vault that others may read is not opened
    with tempfile.TemporaryDirectory(prefix="certvault-faults-") as name:
        place = Path(name)
        supply.make(place / "supply", HOLDERS, EACH)
        papers = supply.load(place / "supply")
        template = kills.template(place / "ground", papers)
        (place / part).mkdir()
        here = place / part, template, papers
        if part == "power":
            return power.run(*here, place / "supply", seed, count)
        if part == "disks":
            return disks.run(*here, place / "supply", seed, count)
        runs = {"kills": kills.run, "bits": bits.run, "together": together.run, "odd": odd.run}
        return runs[part](*here, seed, count)


def tried(part: str, seed: int, count: int, workers: int) -> Figures:
    """All of a part, shared out among workers."""
    number = 1 if part in ALONE else min(workers, count)
    shares = [count // number + (each < count % number) for each in range(number)]
    with ProcessPoolExecutor(number, multiprocessing.get_context("spawn")) as pool:
        jobs = [pool.submit(share, part, seed + 1000 * each, often) for each, often in enumerate(shares)]
        first, *others = [job.result() for job in jobs]
    for other in others:
        first.add(other)
    return first


def table(figures: Figures, seconds: float) -> str:
    """The figures of a part, as Markdown."""
    total = f"{sum(figures.tried.values()):,}"
    lines = [f"### {figures.part}: {total} tried, {len(figures.wrong)} wrong ({seconds:.0f} s)", ""]
    lines += ["| what | how often |", "|---|---|"]
    lines += [f"| {what} | {often:,} |" for what, often in sorted(figures.tried.items())]
    lines += [f"| → {what} | {often:,} |" for what, often in sorted(figures.outcomes.items())]
    return "\n".join([*lines, ""])


def main() -> int:
    """Try the parts, print their tables, and say what was wrong."""
    parser = argparse.ArgumentParser(prog="scripts/faults", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[[], *COUNTS], metavar="PART", help=", ".join(COUNTS))
    parser.add_argument("--short", action="store_true", help="in about a minute")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="the same choices once more")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    print(f"seed {given.seed}; Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    print(f"{given.workers} workers on {os.cpu_count()} cores\n", flush=True)
    wrong: list[str] = []
    for part in given.parts or COUNTS:
        begun = time.monotonic()
        figures = tried(part, given.seed, COUNTS[part][not given.short], given.workers)
        print(table(figures, time.monotonic() - begun), flush=True)
        wrong += figures.wrong
    for each in wrong:
        print(f"WRONG: {each}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
