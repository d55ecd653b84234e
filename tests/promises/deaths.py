"""How a process comes to its end in the middle of something: where it is killed is said from outside, not in it."""

from __future__ import annotations

import os
from pathlib import Path

from tests.cli.program import Program

_ENDING = """
import importlib, itertools, os, signal, threading, time

def end():
    os.kill(os.getpid(), signal.SIGKILL)

def deadly(module, name, when, turn):
    holder = importlib.import_module(module)
    *outer, last = name.split(".")
    for part in outer:
        holder = getattr(holder, part)
    whole = getattr(holder, last)
    calls = itertools.count(1)

    def ending(*args, **more):
        if next(calls) != turn:
            return whole(*args, **more)
        if when == "before":
            end()
        if when != "after":
            threading.Timer(float(when), end).start()
        result = whole(*args, **more)
        if when == "after":
            end()
        return result

    setattr(holder, last, ending)
"""


def deadly(program: Program, module: str, name: str, when: str, turn: int = 1) -> dict[str, str]:
    """An environment in which the program is killed at a function: ``before`` it, ``after`` it, or seconds later.

    ``turn`` says at which of its calls.
    """
    folder = program.folder / "deadly"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(f"{_ENDING}\ndeadly({module!r}, {name!r}, {when!r}, {turn!r})\n")
    return {"PYTHONPATH": f"{folder}{os.pathsep}{program.environment['PYTHONPATH']}"}


def alive(program: Program) -> list[Path]:
    """The processes that still work for this program: nothing is left behind."""
    mark = f"CERTVAULT_DIR={program.vault}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(entry)
        except OSError:
            continue
    return found
