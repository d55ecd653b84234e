"""What a process did to the files below a folder, call by call, as strace saw it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from tests.faults.child import PIPE

CHANGES = (
    *("write", "pwrite64", "ftruncate", "link", "linkat", "unlink", "unlinkat", "rename", "renameat", "renameat2"),
    *("mkdir", "mkdirat", "rmdir", "fsync", "fdatasync"),
)
"""Calls by which files and their names change, or come to the disk."""
ROOT = Path(__file__).parents[2]
WHOLE = ("-xx", "-s", "1000000", "-e", f"trace=openat,creat,close,writev,{','.join(CHANGES)}")
"""How strace tells all that :func:`steps` reads."""
_CALL = re.compile(rb"\d+ +(\w+)\((.*)\) += (-?\d+)")
_TEXT = re.compile(rb'"((?:\\x[0-9a-f]{2})*)"')
_NAME = re.compile(r"\d+ +(\w+)\(")
_NUMBER = re.compile(rb"\d+")


FOLDER = 0
"""The number of every folder, where files have numbers of their own."""


class Step(NamedTuple):
    """One thing that reached the system.

    ``what`` is write, truncate, sync (of the file numbered ``file``), name, unname, sync-names (of the path ``path``),
    or told (``data``, on standard output).
    """

    what: str
    file: int = 0
    path: str = ""
    offset: int = 0
    data: bytes = b""


def traced(command: list[str], trace: Path) -> subprocess.CompletedProcess[bytes]:
    """Run ``command`` under strace, with what it did in the file ``trace``."""
    strace = shutil.which("strace")
    if strace is None:
        raise FileNotFoundError("strace is missing: scripts/setup --system installs it")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    call = [strace, "-f", "--seccomp-bpf", "-qq", *WHOLE, "-o", str(trace), *command]
    return subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, timeout=300, check=False)


def called(trace: Path) -> Iterator[tuple[str, int]]:
    """Every call of a trace that was made with ``-y``, by its name and number; what only tells is left out."""
    counts: Counter[str] = Counter()
    for line in trace.read_text(errors="replace").splitlines():
        match = _NAME.match(line)
        if match:
            counts[match[1]] += 1
            if "<pipe:" not in line:
                yield match[1], counts[match[1]]


def steps(trace: Path, below: Path, numbers: Mapping[str, int]) -> Iterator[Step]:
    """What the trace tells of what is below a folder; ``numbers`` are those of the files that were there at first.

    Folders among them are numbered :data:`FOLDER`.
    """
    reader = _Reader(f"{below}/", numbers)
    with trace.open("rb") as lines:
        for line in lines:
            match = _CALL.match(line)
            if match and int(match[3]) >= 0:
                yield from reader.read(match[1].decode(), match[2], int(match[3]))
            elif b"unfinished" in line:
                raise ValueError(f"two threads at once changed files: {line.decode(errors='replace')}")


class _Reader:
    def __init__(self, below: str, numbers: Mapping[str, int]) -> None:
        self._below = below
        self._files = dict(numbers)  # path: file
        self._open: dict[int, list[int]] = {}  # descriptor: file, offset
        self._folders: dict[int, str] = {}
        self._next = len(numbers)

    def read(self, call: str, arguments: bytes, result: int) -> Iterator[Step]:
        texts = [bytes.fromhex(found.replace(b"\\x", b"").decode()) for found in _TEXT.findall(arguments)]
        if call in {"openat", "creat"}:
            yield from self._opened(texts[0].decode(), arguments, result)
        elif call in {"link", "linkat"}:
            yield from self._linked(texts[0].decode(), self._inside(texts[1].decode()))
        elif call in {"mkdir", "mkdirat"}:
            yield from self._folder(self._inside(texts[0].decode()))
        elif call.startswith(("unlink", "rename", "rmdir")):
            yield from self._renamed([self._inside(text.decode()) for text in texts])
        else:
            number = _NUMBER.match(arguments)
            yield from self._on(call, int(number[0]) if number else -1, texts, arguments, result)

    def _inside(self, path: str) -> str:
        """The path seen from the folder, or an empty text for another place."""
        return path.removeprefix(self._below) if path.startswith(self._below) else "." * (f"{path}/" == self._below)

    def _opened(self, place: str, arguments: bytes, result: int) -> Iterator[Step]:
        self._open.pop(result, None)
        self._folders.pop(result, None)
        path = self._inside(place)
        if not path:
            return
        if b"O_TMPFILE" in arguments:
            self._next += 1
            self._open[result] = [self._next, 0]
        elif path == "." or self._files.get(path) == FOLDER:
            self._folders[result] = path
        else:
            new = path not in self._files
            file = self.file(path)
            self._open[result] = [file, 0]
            if new and b"O_CREAT" in arguments:
                yield Step("name", file, path)
            if b"O_TRUNC" in arguments:
                yield Step("truncate", file)

    def _linked(self, source: str, path: str) -> Iterator[Step]:
        descriptor = int(source.rsplit("/", 1)[1]) if source.startswith("/proc/self/fd/") else -1
        file = self._open[descriptor][0] if descriptor in self._open else self._files.get(self._inside(source))
        if path and file is not None:
            self._files[path] = file
            yield Step("name", file, path)

    def _folder(self, path: str) -> Iterator[Step]:
        if path:
            self._files[path] = FOLDER
            yield Step("name", FOLDER, path)

    def _renamed(self, paths: list[str]) -> Iterator[Step]:
        if not paths[0]:
            return
        file = self._files.pop(paths[0], None)
        if len(paths) > 1:
            file = self.file(paths[0]) if file is None else file
            self._files.pop(paths[0], None)
            self._files[paths[1]] = file
            yield Step("name", file, paths[1])
        yield Step("unname", path=paths[0])

    def _on(self, call: str, descriptor: int, texts: list[bytes], arguments: bytes, result: int) -> Iterator[Step]:
        if call == "writev" and descriptor == PIPE:
            yield Step("told", data=texts[0])
        elif call == "close":
            self._open.pop(descriptor, None)
            self._folders.pop(descriptor, None)
        elif descriptor in self._folders:
            yield Step("sync-names", path=self._folders[descriptor])
        elif descriptor in self._open:
            yield self._changed(call, self._open[descriptor], texts, arguments, result)

    def _changed(self, call: str, place: list[int], texts: list[bytes], arguments: bytes, result: int) -> Step:
        last = int(arguments.rsplit(b", ", 1)[-1]) if call in {"pwrite64", "ftruncate"} else 0
        if call in {"fsync", "fdatasync"}:
            return Step("sync", place[0])
        if call == "ftruncate":
            return Step("truncate", place[0], offset=last)
        offset = last if call == "pwrite64" else place[1]
        if call == "write":
            place[1] += result
        return Step("write", place[0], offset=offset, data=texts[0][:result])

    def file(self, path: str) -> int:
        """The number of the file that has this path now."""
        if path not in self._files:
            self._next += 1
            self._files[path] = self._next
        return self._files[path]
