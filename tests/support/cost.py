"""What a command costs: seconds and peak memory of new processes."""

from __future__ import annotations

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
    """One command: its arguments, and what it reads from standard input."""

    arguments: Sequence[str]
    stdin: str = ""


class Cost:
    """Runs commands in one environment. Each must end with exit code 0, else CalledProcessError is raised."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = dict(environment)
        self.folder = folder

    def seconds(self, run: Run) -> float:
        """How long a new process takes, from its start until its exit code is here."""
        begin = time.perf_counter()
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
        if process.returncode:
            raise subprocess.CalledProcessError(process.returncode, run.arguments)
        return taken

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

    def medians(self, rounds: int, *each: Callable[[], Run]) -> list[float]:
        """The median seconds of several commands, run in turns so that what disturbs one disturbs all.

        The first round, which fills the system's cache, does not count.
        """
        times = [[self.seconds(make()) for make in each] for _ in range(rounds + 1)]
        return [statistics.median(column) for column in zip(*times[1:], strict=True)]
