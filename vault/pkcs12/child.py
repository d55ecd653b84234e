"""The process in which files of others are opened, so that it can be stopped.

It has nothing but its two pipes to do with: requests come in on standard input, answers go out on standard output. It
ends when its parent closes the pipe, and at its own limits where the system knows such (not on Windows: there only the
parent's clock stops it).
"""

from __future__ import annotations

import os
import signal
import sys

from vault.crash import leave_no_core
from vault.errors import CertvaultError
from vault.pkcs12 import inside, looking, trying, wire

MEMORY = 1024 * 1024 * 1024
"""Bytes of address space, all libraries included."""
CPU_SECONDS = 15
"""Seconds of computing for one file."""

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]


def main() -> None:
    """Answer requests until there are no more."""
    _confine()
    while (request := wire.receive_request(sys.stdin.buffer)) is not None:
        _allow_time()
        wire.send_answer(sys.stdout.buffer, _answer(request))


def _answer(request: wire.Request | wire.Trial | wire.Order) -> wire.Answer | CertvaultError:
    try:
        if isinstance(request, wire.Trial):
            tried = trying.quickly if request.quickly else trying.fitting
            return wire.Fits(tried(request.pkcs12, request.pins))
        if isinstance(request, wire.Order):
            from vault.pkcs12 import writing  # seldom asked for

            return wire.Anew(writing.anew(*request))
        answer = looking.look if request.look else inside.prove
        return answer(request.pkcs12, request.pin, request.strangers)
    except CertvaultError as error:
        return error
    except MemoryError:
        os._exit(wire.OUT_OF_MEMORY)


def _confine() -> None:
    """No file grows, no core is dumped, memory is bounded. Ctrl-C is for the parent, which ends this process itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    leave_no_core()
    sys.dont_write_bytecode = True  # a module that is loaded later would leave a cut one behind
    if resource is not None:
        _lower(resource.RLIMIT_FSIZE, 0)
        _lower(resource.RLIMIT_AS, MEMORY)


def _allow_time() -> None:
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + CPU_SECONDS)


def _lower(limit: int, value: int) -> None:
    """The soft limit only: the one of time is raised again for the next file."""
    hard = resource.getrlimit(limit)[1]
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(limit, (soft, hard))
    except (OSError, ValueError):
        pass  # a system that does not know this limit has the parent's clock
