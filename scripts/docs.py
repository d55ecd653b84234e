"""Print the reference of all commands, made of their ``--help``. Run by ``scripts/docs``."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

from cli.app import NAMES

HEAD = """# Commands

What `--help` says of each; written by `scripts/docs`.
"""


def paths() -> Iterator[tuple[str, ...]]:
    """The words of every command, ``certvault`` itself first."""
    yield ()
    for name in NAMES:
        yield (name,)
        yield from ((name, each) for each in getattr(import_module(f"cli.commands.{name}"), "SUBCOMMANDS", ()))


def page(words: tuple[str, ...]) -> str:
    """The help of one command, as the program prints it without a terminal."""
    command = [sys.executable, "-m", "cli", *words, "--help"]
    environment = {**os.environ, "CERTVAULT_LANG": "en", "PYTHONIOENCODING": "utf-8"}
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True).stdout.strip()


def main() -> None:
    """Print the reference."""
    print(HEAD)
    with ThreadPoolExecutor() as pool:
        for words, text in zip(paths(), pool.map(page, paths()), strict=True):
            print(f"## {' '.join(('certvault', *words))}\n\n```text\n{text}\n```\n")


if __name__ == "__main__":
    main()
