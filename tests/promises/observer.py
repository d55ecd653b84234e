"""Somebody who looks on while the program works: at processes, and at every folder where something could be left."""

from __future__ import annotations

import ctypes
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_CREATED, _MOVED_HERE = 0x100, 0x80  # IN_CREATE, IN_MOVED_TO: inotify(7)
_PAUSE = 0.002


class Observer:
    """What was seen: argument lists and environments of our descendants, and names of files that came up in folders."""

    def __init__(self, folders: list[Path], journals: Path) -> None:
        self.processes: dict[tuple[str, int], bytes] = {}
        self.commands: set[bytes] = set()
        self.files: list[str] = []
        self.journals: list[bytes] = []
        self._vault = journals
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._watching = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        assert self._watching >= 0
        for folder in folders:
            watch = self._libc.inotify_add_watch(self._watching, os.fsencode(folder), _CREATED | _MOVED_HERE)
            assert watch >= 0
        self._over = threading.Event()

    @classmethod
    @contextmanager
    def looking(cls, folders: list[Path], vault: Path) -> Iterator[Observer]:
        """Look on until the end of the block."""
        observer = cls(folders, vault)
        thread = threading.Thread(target=observer._look)
        thread.start()
        try:
            yield observer
        finally:
            observer._over.set()
            thread.join()
            observer._collect()
            os.close(observer._watching)

    def _look(self) -> None:
        while not self._over.wait(_PAUSE):
            for process in _descendants(os.getpid()):
                self._see(process)
            for journal in self._vault.glob("*-journal"):
                self.journals.append(_read(journal))

    def _see(self, process: int) -> None:
        """Read both again each time: a process changes them when it becomes another program."""
        for name in ("cmdline", "environ"):
            found = _read(Path(f"/proc/{process}/{name}"))
            self.processes[name, hash(found)] = found
            if name == "cmdline":
                self.commands.add(found)

    def _collect(self) -> None:
        try:
            events = os.read(self._watching, 1 << 20)
        except BlockingIOError:
            return
        at = 0
        while at < len(events):
            length = struct.unpack_from("iIII", events, at)[3]
            self.files.append(os.fsdecode(events[at + 16 : at + 16 + length].rstrip(b"\0")))
            at += 16 + length


def _descendants(ours: int) -> set[int]:
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            stat = _read(entry / "stat").rpartition(b") ")[2].split()
            parents[int(entry.name)] = int(stat[1]) if len(stat) > 1 else 0
    found = {ours}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {ours}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
