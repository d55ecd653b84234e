"""What a command costs: seconds, CPU time and peak memory of new processes."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_PEAK = (
    "import os, sys;"
    "child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ,"
    " file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]);"
    "_, status, usage = os.wait4(child, 0);"
    "print(usage.ru_maxrss);"
    "sys.exit(os.waitstatus_to_exitcode(status))"
)
"""Run a command from a small process: what is measured would otherwise start with the size of the one that forks."""


class Run(NamedTuple):
    """One command: its arguments, what it reads from standard input, and the exit code that it ends with."""

    arguments: Sequence[str]
    stdin: str = ""
    code: int = 0


class Spent(NamedTuple):
    """What one run took: seconds until it ended, and those in which a processor worked for it or its children."""

    seconds: float
    cpu: float


class Cost:
    """Runs commands in one environment. One that ends with another exit code than it should: CalledProcessError."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = dict(environment)
        self.folder = folder

    def spent(self, run: Run) -> Spent:
        """What a new process takes, from its start until its exit code is here."""
        worked, begin = _worked(), time.perf_counter()
        with subprocess.Popen(
            run.arguments,
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        ) as process:
            process.communicate(run.stdin)
        taken = time.perf_counter() - begin
        if process.returncode != run.code:
            raise subprocess.CalledProcessError(process.returncode, run.arguments)
        return Spent(taken, _worked() - worked)

    def done(self, run: Run) -> str:
        """Run it; gives its standard output."""
        return subprocess.run(
            run.arguments,
            env=self.environment,
            cwd=self.folder,
            input=run.stdin,
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout

    def peak(self, run: Run) -> float:
        """The peak resident memory in MiB of the largest single process that it was."""
        measured = self.done(Run([sys.executable, "-I", "-S", "-c", _PEAK, *run.arguments], run.stdin))
        return int(measured) / (1024 if sys.platform != "darwin" else 1024 * 1024)

    def both(self, rounds: int, *each: Callable[[], Run]) -> list[Spent]:
        """The medians of what several commands take, run in turns so that what disturbs one disturbs all.

        The first round, which fills the system's cache, does not count.
        """
        times = [[self.spent(make()) for make in each] for _ in range(rounds + 1)]
        return [Spent(*map(statistics.median, zip(*runs, strict=True))) for runs in zip(*times[1:], strict=True)]

    def medians(self, rounds: int, *each: Callable[[], Run]) -> list[float]:
        """The seconds alone of :meth:`both`."""
        return [one.seconds for one in self.both(rounds, *each)]


def _worked() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime
