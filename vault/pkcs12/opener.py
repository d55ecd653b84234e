"""Opening PKCS#12 files of others in a child process that can be stopped.

A count of derivations can hide inside encrypted content, and the library holds the interpreter while it derives: only
another process can be ended. File and PIN reach it through a pipe, never by argument, environment or file.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO, Self, cast

from vault.errors import N_, CertvaultError, FileDamaged, TooCostly
from vault.model.ids import Random
from vault.model.pin import pin as checked
from vault.pkcs12 import limits, recognise, trying, wire
from vault.ports.opener import Inside, Opened
from vault.secret import Pin

SECONDS = 20.0
"""How long one file may take, from asking to answer."""
_STRANGERS = 3
_BREAKS_DOWN = N_("the crypto library breaks down over it")
_AT_ONCE = 2000
"""PINs that are tried in one request: each answer says that it goes on."""
_FIRST = 50
"""PINs that are tried exactly before all others are tried quickly: those that a file's name speaks for come first."""
_START = "import sys; sys.path.append(sys.argv[1]); from vault.pkcs12.child import main; main()"
_ROOT = str(Path(__file__).parents[2])


class ChildOpener:
    """The ports ``Opener``, ``Matcher``, ``Rewriter`` and ``Looker``.

    May be used by several threads at once: each has a child of its own.

    Every file gets a new child; between ``with`` and its end children are used again, which is what many files want,
    and the first one starts at once, so that it is ready when the PIN has been typed.
    """

    def __init__(self, random: Random, *, seconds: float = SECONDS) -> None:
        self._random = random
        self._seconds = seconds
        self._idle: list[_Child] = []
        self._keeping = False
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._keeping = True
        self._idle.append(_Child())
        return self

    def __exit__(self, *_exception: object) -> None:
        with self._lock:
            self._keeping = False
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def open(self, pkcs12: bytes, pin: Pin) -> Opened:
        """Open ``pkcs12`` with ``pin``. Raises what the port says, and BadPin for what can be no PIN."""
        answer = self._with_pin(pkcs12, pin, look=False)
        if not isinstance(answer, Opened):
            raise FileDamaged(what=_BREAKS_DOWN)
        return answer

    def look(self, pkcs12: bytes, pin: Pin) -> Inside:
        """What is in ``pkcs12``. Raises what the port ``Looker`` says."""
        answer = self._with_pin(pkcs12, pin, look=True)
        if not isinstance(answer, Inside):
            raise FileDamaged(what=_BREAKS_DOWN)
        return answer

    def anew(self, pkcs12: bytes, pin: Pin, flavour: str, secret: Pin | None) -> tuple[bytes, ...]:
        """See the port ``Rewriter``."""
        limits.check_size(pkcs12)
        answer = self._asked(wire.Order(pkcs12, pin, flavour, secret))
        if not isinstance(answer, wire.Anew):
            raise FileDamaged(what=_BREAKS_DOWN)
        return answer.data

    def _with_pin(self, pkcs12: bytes, pin: Pin, *, look: bool) -> wire.Answer:
        checked(pin.reveal(), exact=True)
        limits.check_size(pkcs12)
        recognise.check(pkcs12)
        strangers = tuple(Pin(self._random(16).hex()) for _ in range(_STRANGERS))
        return self._asked(wire.Request(pkcs12, pin, strangers, look))

    def fitting(self, pkcs12: bytes, pins: Sequence[Pin]) -> int | None:
        """Which of ``pins`` the file's MAC is made from. See the port ``Matcher``."""
        limits.check_size(pkcs12)
        recognise.check(pkcs12)
        count = min(trying.at_once(pkcs12), _AT_ONCE)
        if count == 0:
            return None
        limits.check_tried(trying.cost(pkcs12) * len(pins))
        rounds = [(pins[:_FIRST], 0, False), (pins[_FIRST:], _FIRST, True), (pins[_FIRST:], _FIRST, False)]
        for some, begin, quickly in rounds:
            for at in range(0, len(some), count):
                answer = self._asked(wire.Trial(pkcs12, tuple(some[at : at + count]), quickly))
                if isinstance(answer, wire.Fits) and answer.at is not None:
                    return begin + at + answer.at
        return None

    def _asked(self, request: wire.Request | wire.Trial | wire.Order) -> wire.Answer:
        child = self._borrow()
        try:
            answer = child.ask(request, self._seconds)
        except BaseException:
            child.end()
            raise
        self._give_back(child)
        if isinstance(answer, CertvaultError):
            raise answer
        return answer

    def _borrow(self) -> _Child:
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.alive():
                    return child
                child.end()
        return _Child()

    def _give_back(self, child: _Child) -> None:
        with self._lock:
            if self._keeping:
                self._idle.append(child)
                return
        child.end()


class _Child:
    def __init__(self) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - this interpreter and constants of this file
            [sys.executable, "-I", "-B", "-c", _START, _ROOT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: wire.Request | wire.Trial | wire.Order, seconds: float) -> wire.Answer | CertvaultError:
        """The answer within ``seconds``. Raises TooCostly or FileDamaged where there is none."""
        late = threading.Event()

        def stop() -> None:
            late.set()
            self._process.kill()

        clock = threading.Timer(seconds, stop)
        clock.daemon = True
        clock.start()
        try:
            wire.send_request(_pipe(self._process.stdin), request)
            return wire.receive_answer(_pipe(self._process.stdout))
        except (OSError, wire.Garbled):
            raise self._why(late=late.is_set()) from None
        finally:
            clock.cancel()
            clock.join()

    def end(self) -> None:
        """Nothing is left behind: neither the process nor its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                _pipe(pipe).close()
            except OSError:
                pass  # what was not yet written goes nowhere

    def _why(self, *, late: bool) -> CertvaultError:
        try:
            code = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:
            code = None
        stopped = (-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0), wire.OUT_OF_MEMORY)
        if late or code in stopped:
            return TooCostly(what=N_("opening it took too long or too much memory"))
        return FileDamaged(what=_BREAKS_DOWN)


def _pipe(pipe: object) -> BinaryIO:
    return cast("BinaryIO", pipe)
