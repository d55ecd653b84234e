"""One line that says how far something is: on a terminal only, and gone when it is done."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cli.texts import _
from vault.ports.portal import Progress

_CLEAR = "\r\x1b[K"


@contextmanager
def shown(host: str) -> Iterator[Progress]:
    """What the portal tells about its transfer from ``host``, on standard error while the block runs."""
    if not sys.stderr.isatty():
        yield _quiet
        return
    _put(_("Asking {host} …").format(host=host))
    try:
        yield lambda arrived, expected: _put(_line(host, arrived, expected))
    finally:
        _put("")


@contextmanager
def counted(what: str) -> Iterator[Callable[[int, int], None]]:
    """How many of several are done, on standard error while the block runs."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    try:
        yield lambda done, total: _put(f"{what}: {done} / {total}")
    finally:
        _put("")


def _line(host: str, arrived: int, expected: int | None) -> str:
    share = f" ({arrived * 100 // expected} %)" if expected else ""
    return _("{host}: {size} kB").format(host=host, size=-(-arrived // 1024)) + share


def _put(line: str) -> None:
    sys.stderr.write(_CLEAR + line)
    sys.stderr.flush()


def _quiet(_arrived: int, _expected: int | None) -> None:
    """Nobody looks."""
