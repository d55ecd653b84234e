"""One line that says how far something is: on a terminal only, and gone when it is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cli.texts import _
from vault.ports.portal import Progress

_CLEAR = "\r\x1b[K"
_PAUSE = 0.1
"""Seconds between two writings of a line that changes thousands of times."""
_SURE = 1.0
"""Seconds after which it can be said how long it will take."""


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
    left = _Left()
    try:
        yield lambda done, total: _put(f"{what}: {done} / {total}{left.of(done / max(total, 1))}")
    finally:
        _put("")


@contextmanager
def portion() -> Iterator[Callable[[str, float], None]]:
    """What share of a whole is done, beside what is said of it; on standard error while the block runs."""
    if not sys.stderr.isatty():
        yield lambda _what, _share: None
        return
    left = _Left()

    def show(what: str, share: float) -> None:
        if left.is_time():
            _put(f"{what}, {int(share * 100)} %{left.of(share)}")

    try:
        yield show
    finally:
        _put("")


class _Left:
    """How long it will still take, if it goes on as it went."""

    def __init__(self) -> None:
        self._begin = self._shown = time.monotonic()

    def is_time(self) -> bool:
        """Whether the line is old enough to be written anew: nobody reads faster."""
        now = time.monotonic()
        if now - self._shown < _PAUSE:
            return False
        self._shown = now
        return True

    def of(self, share: float) -> str:
        """The time left after this ``share``; empty as long as nothing can be said."""
        gone = time.monotonic() - self._begin
        if gone < _SURE or share < 0.01:
            return ""
        minutes, seconds = divmod(round(gone / share - gone), 60)
        return ", " + _("{minutes}:{seconds:02d} left").format(minutes=minutes, seconds=seconds)


def _line(host: str, arrived: int, expected: int | None) -> str:
    share = f" ({arrived * 100 // expected} %)" if expected else ""
    return _("{host}: {size} kB").format(host=host, size=-(-arrived // 1024)) + share


def _put(line: str) -> None:
    sys.stderr.write(_CLEAR + line)
    sys.stderr.flush()


def _quiet(_arrived: int, _expected: int | None) -> None:
    """Nobody looks."""
