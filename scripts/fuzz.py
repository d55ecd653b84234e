"""Coverage-guided fuzzing: one process a target, what it found, and figures."""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

HOME = Path(".fuzz")
SECONDS, MEGABYTES = 20, 1024
"""What one input may take."""
_FIGURES = ("number_of_executed_units", "average_exec_per_sec", "slowest_unit_time_sec", "peak_rss_mb")
_COVERAGE = re.compile(r"cov: (\d+) ft: (\d+)")
_ROW = "{:14} {:>10} {:>8} {:>9} {:>10} {:>10} {:>6}"


def main() -> None:
    """Run what the arguments say; the exit code is 1 where something was found."""
    asked = _arguments()
    from tests.fuzz.targets import TARGETS

    if asked.list:
        print(*TARGETS, sep="\n")
    elif asked.shrink:
        print(_shrunk(asked.targets[0], asked.shrink))
    else:
        print(_ROW.format("target", "inputs", "per s", "branches", "slowest s", "memory MB", "found"))
        found = [path for name in asked.targets or TARGETS for path in _tried(name, asked.minutes)]
        print(*(f"found: {path}" for path in found), sep="\n")
        sys.exit(bool(found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET")
    parser.add_argument("--minutes", type=float, default=1.0, help="for each target (1)")
    parser.add_argument("--list", action="store_true", help="name the targets")
    parser.add_argument("--shrink", type=Path, metavar="FILE", help="make FILE as small as it goes")
    return parser.parse_args()


def _tried(name: str, minutes: float) -> Iterator[Path]:
    """Fuzz one target in a process of its own, print its row, and give what it found."""
    corpus, found = HOME / name / "corpus", HOME / name / "found"
    for folder in (corpus, found):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    call = [sys.executable, __file__.removesuffix("fuzz.py") + "fuzzing.py", name, str(corpus), str(found)]
    done = subprocess.run([*call, str(int(60 * minutes))], stderr=subprocess.PIPE, text=True, check=False)
    (HOME / name / "log").write_text(done.stderr)
    figures = dict(re.findall(r"stat::(\w+):\s+(\S+)", done.stderr))
    covered = _COVERAGE.findall(done.stderr)
    new = sorted(set(found.iterdir()) - before)
    shown = [figures.get(figure, "?") for figure in _FIGURES]
    print(_ROW.format(name, *shown[:2], covered[-1][0] if covered else "?", *shown[2:], len(new)), flush=True)
    if done.returncode and not new:
        print(done.stderr[-2000:], file=sys.stderr)
        sys.exit(f"{name}: the fuzzer itself failed; see {HOME / name / 'log'}")
    yield from new


def _shrunk(name: str, path: Path) -> Path:
    """A file beside ``path`` with as few bytes as still do the same."""
    data = path.read_bytes()
    wanted = _failure(name, data)
    if wanted is None:
        sys.exit(f"{path} does no harm to {name}.")
    size = max(1, len(data) // 2)
    while size:
        at = 0
        while at < len(data):
            less = data[:at] + data[at + size :]
            if _failure(name, less) == wanted:
                data = less
            else:
                at += size
        size //= 2
    small = path.with_name(f"small-{sha256(data).hexdigest()[:12]}")
    small.write_bytes(data)
    return small


def _failure(name: str, data: bytes) -> str | None:
    """Where a target fails over ``data``, or None."""
    from tests.fuzz.targets import TARGETS

    try:
        TARGETS[name].run(data)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what was found
        last = error.__traceback__
        while last is not None and last.tb_next is not None:
            last = last.tb_next
        return f"{type(error).__name__} {last.tb_frame.f_code.co_name if last else ''}"
    return None


if __name__ == "__main__":
    os.umask(0o077)
    main()
