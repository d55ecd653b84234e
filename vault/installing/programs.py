"""Running the program of a certificate store without telling anybody else a secret.

Secrets go by standard input or by a descriptor that the program inherits, never on its argument line, in its
environment, or into a file on a disk.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from vault.errors import N_, NotInstalled, Phrase
from vault.model.shown import shown

PATIENCE = 60.0
"""Seconds that a program may take."""
NOT_THERE, TOO_LONG = 127, 124


class Done(NamedTuple):
    """How a program ended, and what it wrote."""

    code: int
    out: bytes = b""
    err: bytes = b""


class Call(NamedTuple):
    """A program to run: its arguments, what it reads, which descriptors it inherits, and, where not None, all of its
    environment."""

    command: Sequence[str]
    stdin: bytes = b""
    inherits: tuple[int, ...] = ()
    environment: Mapping[str, str] | None = None


Run = Callable[[Call], Done]
"""Runs a program without a shell and without a terminal, on which it could ask somebody. One that is not there ends
with :data:`NOT_THERE`, one that takes too long with :data:`TOO_LONG`."""


def run(call: Call) -> Done:
    """The usual :data:`Run`."""
    try:
        done = subprocess.run(  # noqa: S603 - the programs of this folder
            list(call.command),
            input=call.stdin,
            capture_output=True,
            env=call.environment,
            pass_fds=call.inherits,
            start_new_session=True,
            timeout=PATIENCE,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        return Done(TOO_LONG)
    except OSError as error:
        return Done(NOT_THERE, err=(error.strerror or "").encode())
    return Done(done.returncode, done.stdout, done.stderr)


def refused(program: str, done: Done, hint: str | None = None) -> NotInstalled:
    """The error that tells what ``program`` wrote, else how it ended; and what helps, where that is known."""
    if done.code == TOO_LONG:
        slow = N_("{program} took longer than {n} seconds and was ended")
        return NotInstalled(why=Phrase(slow, program=program, n=int(PATIENCE)), hint=hint)
    said = shown((done.err or done.out).decode("utf-8", "replace").strip(), 300) or str(done.code)
    return NotInstalled(why=Phrase(N_("{program} says: {text}"), program=program, text=said), hint=hint)


class Held(NamedTuple):
    """Data in memory that a program can read like a file, by its ``path``, if it inherits the ``descriptor``."""

    descriptor: int
    path: str


def can_hold() -> bool:
    """Whether this system can hand over data so: Linux alone."""
    return hasattr(os, "memfd_create")


@contextmanager
def held(*data: bytes) -> Iterator[list[Held]]:
    """Each of ``data`` in memory, gone with the block and with whoever inherits it."""
    opened: list[int] = []
    try:
        for each in data:
            descriptor = os.memfd_create("certvault")  # closed in programs that do not inherit it
            opened.append(descriptor)
            with os.fdopen(os.dup(descriptor), "wb") as file:
                file.write(each)
        yield [Held(descriptor, f"/dev/fd/{descriptor}") for descriptor in opened]
    finally:
        for descriptor in opened:
            os.close(descriptor)
