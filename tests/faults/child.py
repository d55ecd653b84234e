"""A worker as a process of its own, that may be killed, traced, or have its calls fail."""

from __future__ import annotations

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from tests.faults.world import Done
from vault.errors import CertvaultError

Tell = Callable[[Done], object]
PATIENCE = 60.0
"""Seconds after which a worker is taken to hang."""
PIPE = 1
"""The descriptor by which a worker tells what it has done."""
_SET_PTRACER, _ANY = 0x59616D61, ctypes.c_ulong(-1)
"""prctl(2): who is no root may be traced by a process beside it only where it says so."""


class Ended(NamedTuple):
    """How a worker ended: its exit code, or the signal below zero; what it had done, and all that it told."""

    code: int
    done: list[Done]
    told: str

    @property
    def doing(self) -> str:
        """What it was at."""
        begun = [line.partition("\t")[2] for line in self.told.splitlines() if line.startswith("begin\t")]
        return begun[-1] if begun else "start"


def run(
    body: Callable[[Tell], object],
    *,
    strace: Sequence[str] = (),
    seconds: float | None = None,
    before: Callable[[], object] = lambda: None,
) -> Ended:
    """Run ``body`` in a child and wait for its end: under strace with these options, or killed after so many seconds.

    The exit code is that of the error it ends with, 1 for one that is not ours. ``before`` is called in the child.
    """
    reading, writing = os.pipe()
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.close(go)
        _work(body, before, writing, ready)
    os.close(writing)
    os.close(ready)
    with _traced(child, strace):
        os.write(go, b"!")
        os.close(go)
        told = b"" if seconds is None else _read(reading, time.monotonic() + seconds)
        if seconds is not None:
            os.kill(child, signal.SIGKILL)
        told += _read(reading, time.monotonic() + PATIENCE)
        os.close(reading)
        if select.select([pidfd := os.pidfd_open(child)], [], [], PATIENCE)[0] == []:
            os.kill(child, signal.SIGKILL)
            told += b"\nit did not come to an end\n"
        os.close(pidfd)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Ended(code, Done.of(told), told.decode(errors="replace"))


def say(line: bytes) -> None:
    """Told by one call, so that a trace has it in its place; not by the one that writes files, which may fail."""
    os.writev(PIPE, [line])


def _work(body: Callable[[Tell], object], before: Callable[[], object], writing: int, ready: int) -> None:
    """Never returns: whatever happens in the child stays in it."""
    code = 1
    try:
        os.dup2(writing, PIPE)
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_SET_PTRACER, _ANY, 0, 0, 0)
        os.read(ready, 1)
        before()
        body(lambda done: say(done.line()))
        code = 0
    except CertvaultError as error:
        code = error.code
        say(f"\n{error.kind()}: {error}\n".encode())
    except BaseException:  # noqa: BLE001 - told to the parent
        say(f"\n{traceback.format_exc()}\n".encode())
    finally:
        os._exit(code)


@contextmanager
def _traced(child: int, options: Sequence[str]) -> Iterator[None]:
    if not options:
        yield
        return
    strace = shutil.which("strace")
    if strace is None:
        raise FileNotFoundError("strace is missing: scripts/setup --system installs it")
    written = ("-o", "/dev/null") if "-o" not in options else ()
    with subprocess.Popen([strace, "-f", "-p", str(child), *written, *options], stderr=subprocess.PIPE) as tracer:
        assert tracer.stderr is not None
        attached = tracer.stderr.readline()
        if b"attached" not in attached:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise PermissionError(attached.decode())
        try:
            yield
        finally:
            tracer.stderr.read()


def _read(pipe: int, until: float) -> bytes:
    """What is told until this moment, or until nobody can tell any more."""
    told = b""
    while True:
        rest = until - time.monotonic()
        if rest <= 0 or not select.select([pipe], [], [], rest)[0]:
            return told
        if not (part := os.read(pipe, 65536)):
            return told
        told += part
