"""Work that other processes do while this one goes on: on all cores, and with the errors that it raises here."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NoReturn

from vault.errors import N_, Fault

Job = Callable[[], None]
"""What opens all that it needs: nothing that is open here may be used in another process."""


@contextmanager
def meanwhile(jobs: Sequence[Job], *, here: bool = False) -> Iterator[None]:
    """Each job in a process of its own while the block runs; they are done when it ends.

    A job that fails is done again here, so that it raises what it has to say. On Windows, or where ``here`` says that
    processes cost more than they save, all are done here after the block.
    """
    if here or sys.platform == "win32":
        yield
        for job in jobs:
            job()
        return
    children = [_begun(job) for job in jobs]
    try:
        yield
        for number, job in enumerate(jobs):
            if _failed(children[number]):
                children[number] = 0
                job()
                raise Fault(what=N_("a process that helped came to an early end"))
            children[number] = 0
    finally:
        for child in filter(None, children):
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


def _begun(job: Job) -> int:
    child = os.fork()
    if not child:
        _done(job)
    return child


def _done(job: Job) -> NoReturn:
    """However it ends, nothing of the parent's is taken apart."""
    code = 1
    try:
        job()
        code = 0
    finally:
        os._exit(code)


def _failed(child: int) -> bool:
    return os.waitpid(child, 0)[1] != 0
