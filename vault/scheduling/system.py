"""The programs and files by which a system's scheduler is told of a job."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from vault.errors import N_, Phrase, SchedulerUnusable
from vault.model.shown import shown

LONGEST_RUN = 1200.0
"""Seconds that a job may take: longer than a hundred mails to a slow server."""


class Done(NamedTuple):
    """How a program ended, and what it wrote."""

    code: int
    out: bytes = b""
    err: bytes = b""


class Call(NamedTuple):
    """A program to run: its arguments, what it reads, the seconds that it may take, and, where not None, all of its
    environment and its folder."""

    command: Sequence[str]
    stdin: bytes = b""
    patience: float = 60.0
    environment: Mapping[str, str] | None = None
    folder: Path | None = None


Run = Callable[[Call], Done]
"""Runs a program without a shell. One that is not there ends with 127, one that takes too long with 124."""


def ask(run: Run, system: str, *command: str, stdin: bytes = b"") -> bytes:
    """What a program writes, which must do well. Raises SchedulerUnusable."""
    done = run(Call(command, stdin))
    if done.code:
        raise refused(system, command[0], done)
    return done.out


def refused(system: str, program: str, done: Done) -> SchedulerUnusable:
    """The error for a program of ``system`` that did not do well."""
    said = shown((done.err or done.out).decode("utf-8", "replace").strip(), 300) or str(done.code)
    return SchedulerUnusable(
        system=system, why=Phrase(N_("{program} says: {text}"), program=PureWindowsPath(program).name, text=said)
    )


def put(system: str, path: Path, data: bytes) -> None:
    """Write a file that the scheduler reads, and the folders above it. Raises SchedulerUnusable."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.new")
        new.write_bytes(data)
        new.replace(path)
    except OSError as error:
        why = Phrase(N_("{path} cannot be written: {text}"), path=path, text=error.strerror)
        raise SchedulerUnusable(system=system, why=why) from None


def read(path: Path) -> bytes:
    """What stands in such a file; nothing where it is not there."""
    try:
        return path.read_bytes()
    except OSError:
        return b""
