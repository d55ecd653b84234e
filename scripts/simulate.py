"""Two years of an agency, day by day. Run by ``scripts/simulate``; exits 1 where anything was wrong."""

from __future__ import annotations

import argparse
import os
import platform
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.simulation.figures import table, tried
from tests.simulation.simulate import BEGIN, Size

FULL = Size(731, 2000)
SHORT = Size(120, 150)


def head(seed: int, size: Size) -> str:
    """What the figures are of."""
    answer = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    where = f"{platform.system()} on {platform.machine()}; Python {platform.python_version()}"
    of = f"{size.days} days from {BEGIN}, {size.pairs:,} certificates at the beginning"
    return f"Commit {answer.stdout.strip() or 'unknown'}, {time.strftime('%Y-%m-%d')}; {where}; seed {seed}; {of}.\n"


def main() -> int:
    """Simulate, print the figures, name what was not announced in time, and say what was wrong."""
    parser = argparse.ArgumentParser(prog="scripts/simulate", description=__doc__)
    parser.add_argument("--short", action="store_true", help="in some seconds")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="the same years once more")
    parser.add_argument("--days", type=int, help="how long")
    parser.add_argument("--pairs", type=int, help="certificates at the beginning")
    given = parser.parse_args()
    usual = SHORT if given.short else FULL
    size = Size(given.days or usual.days, given.pairs or usual.pairs)
    os.umask(0o077)  # a vault that others may read is not opened
    print(head(given.seed, size), flush=True)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="certvault-simulation-") as name:
        outcome = tried(Path(name), given.seed, size)
    print(table(outcome))
    for one in outcome.named:
        print(f"named: {one}")
    print(f"{(time.monotonic() - begun) / 60:.1f} minutes", file=sys.stderr)
    for what in outcome.wrong:
        print(f"WRONG: {what}", file=sys.stderr)
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
