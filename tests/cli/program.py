"""The program as its users have it: a process with a folder, an environment, and perhaps a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from tests.support.vaults import PASSPHRASE

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "cli"]
ON_TERMINAL = (
    "import fcntl, os, signal, sys, termios;"
    "signal.signal(signal.SIGINT, signal.SIG_DFL);"  # whoever runs the tests may ignore it
    "fcntl.ioctl(2, termios.TIOCSCTTY, 0);"
    "os.execv(sys.executable, [sys.executable, '-m', 'cli', *sys.argv[1:]])"
)
PATIENCE = 20.0
"""Seconds until a test gives up on an answer."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Answer(NamedTuple):
    """What a finished process leaves: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        assert self.code == 0, self.err
        assert self.out.isascii()
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The one line of JSON on standard error that says what went wrong."""
        assert self.err.isascii()
        assert self.err.count("\n") == 1, self.err
        document = json.loads(self.err)
        assert document.keys() == {"error"}
        assert document["error"]["code"] == self.code
        found: dict[str, Any] = document["error"]
        return found


class Program:
    """``certvault`` with a vault's folder, a passphrase file beside it, and English unless said."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.vault = folder / "vault"
        self.passphrase_file = folder / "passphrase"
        self.passphrase_file.write_text(PASSPHRASE.reveal() + "\n")
        self.passphrase_file.chmod(0o600)
        self.command = COMMAND
        self.account: dict[str, Any] = {}  # whose process it is, as subprocess takes it: user, group, umask
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
        self.environment = {
            **kept,
            "HOME": str(folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "error",
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
            "CERTVAULT_DIR": str(self.vault),
            "CERTVAULT_PASSPHRASE_FILE": str(self.passphrase_file),
            **environment,
        }

    def run(self, *arguments: object, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> Answer:
        """Run it without a terminal, in a session of its own. An empty value in ``env`` stands for no value."""
        done = subprocess.run(
            [*self.command, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            env=self._environment(env),
            cwd=self.folder,
            start_new_session=True,
            timeout=60,
            check=False,
            **self.account,
        )
        return Answer(done.returncode, done.stdout.decode(), done.stderr.decode())

    def type(
        self,
        *arguments: object,
        answers: Sequence[tuple[str, str]],
        env: Mapping[str, str] | None = None,
        columns: int = 80,
        stdin: Path | None = None,
    ) -> Answer:
        """Run it on a terminal: wait for each text, then type the line beside it. All that is seen is in ``out``.
        However it ends, the terminal must show again what is typed.

        With ``stdin`` standard input is that file, and the terminal is there beside it.
        """
        ours, its = pty.openpty()
        fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        source = its if stdin is None else os.open(stdin, os.O_RDONLY)
        process = subprocess.Popen(
            [sys.executable, "-c", ON_TERMINAL, *map(str, arguments)],
            stdin=source,
            stdout=its,
            stderr=its,
            env=self._environment(env),
            cwd=self.folder,
            start_new_session=True,
        )
        for descriptor in {source, its}:
            os.close(descriptor)
        screen = Screen(ours)
        try:
            for expected, line in answers:
                screen.wait_for(expected)
                os.write(ours, line.encode())
            screen.read_to_end()
            assert termios.tcgetattr(ours)[3] & termios.ECHO, "the terminal was left hiding what is typed"
            return Answer(process.wait(PATIENCE), _COLOUR.sub("", screen.text).replace("\r\n", "\n"), "")
        finally:
            process.kill()
            process.wait()
            os.close(ours)

    def _environment(self, more: Mapping[str, str] | None) -> dict[str, str]:
        return {name: value for name, value in {**self.environment, **(more or {})}.items() if value}


class Screen:
    """What a terminal shows."""

    def __init__(self, terminal: int) -> None:
        self._terminal = terminal
        self._seen = 0
        self.text = ""

    def wait_for(self, expected: str) -> None:
        """Read until ``expected`` stands after all that was waited for before."""
        end = time.monotonic() + PATIENCE
        while expected not in self.text[self._seen :]:
            assert time.monotonic() < end, f"no {expected!r} in {self.text!r}"
            assert self._read(), f"ended before {expected!r}: {self.text!r}"
        self._seen = self.text.index(expected, self._seen) + len(expected)

    def read_to_end(self) -> None:
        """Read until nobody writes any more."""
        end = time.monotonic() + PATIENCE
        while self._read():
            assert time.monotonic() < end, self.text

    def _read(self) -> bool:
        if not select.select([self._terminal], [], [], 0.5)[0]:
            return True
        try:
            data = os.read(self._terminal, 65536)
        except OSError:  # what Linux says when the other end is closed
            return False
        self.text += data.decode(errors="replace")
        return bool(data)
