"""Tells a story: a spoken line, a command as a person types it, and what the real program answers."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any


class NotAsTold(Exception):
    """A step ended in another way than the story says."""


class Teller:
    """Speaks one line before each command, runs the command, shows what it says."""

    def __init__(self, folder: Path, language: str, network: dict[str, str]) -> None:
        self.folder = folder
        self.language = language
        self.colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        own = {name: value for name, value in os.environ.items() if not name.startswith("CERTVAULT_")}
        self.program = Path(sys.executable).with_name("certvault")
        self.environment = own | network | {"CERTVAULT_LANG": language}

    def say(self, english: str, german: str, style: str = "1") -> None:
        """One spoken line."""
        self._write(f"\n{self._styled(german if self.language == 'de' else english, style)}\n")

    def export(self, name: str, value: str) -> None:
        """Set a variable for the commands that follow."""
        self._show(f"export {name}={shlex.quote(value)}")
        self.environment[name] = value

    def unset(self, name: str) -> None:
        """Remove a variable again."""
        self._show(f"unset {name}")
        del self.environment[name]

    def run(self, line: str, *, ends: int = 0, pin: str | None = None) -> str:
        """Run what ``line`` says, and show all that it answers. Raises NotAsTold for another exit code.

        ``pin`` goes to its standard input. Gives what was answered.
        """
        self._show(line if pin is None else f"{line} <<< '{pin}'")
        program, *arguments = shlex.split(line)
        command = [str(self.program) if program == "certvault" else program, *arguments]
        done = subprocess.run(
            command,
            env=self.environment,
            cwd=self.folder,
            input="" if pin is None else f"{pin}\n",
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        self._write(done.stdout)
        hold(f"{line} ends with {ends} (it was {done.returncode})", true=done.returncode == ends)
        return done.stdout

    def read(self, *arguments: str) -> dict[str, list[dict[str, Any]]]:
        """What ``certvault`` answers in JSON, unseen: to hold the story against it."""
        command = [str(self.program), *arguments, "--json"]
        found = subprocess.run(command, env=self.environment, cwd=self.folder, capture_output=True, check=True)
        document: dict[str, list[dict[str, Any]]] = json.loads(found.stdout)
        return document

    def _show(self, line: str) -> None:
        """A command line as a person types it."""
        self._write(self._styled(f"$ {line}", "36") + "\n")

    def _write(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def _styled(self, text: str, style: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self.colour else text


def hold(told: str, *, true: bool) -> None:
    """Raise NotAsTold where what was ``told`` is not so."""
    if not true:
        raise NotAsTold(told)
