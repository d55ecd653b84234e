"""Copying a file from a disk that fails."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO


def copy_readable(source: Path, target: Path, size: int) -> list[int]:
    """Copy ``source`` into the file ``target``, ``size`` octets at a time.

    Gives the numbers, from 1, of the parts that the disk does not give out: zeros stand there. Raises OSError where
    ``source`` is not to be opened, or ``target`` not to be written.
    """
    unreadable: list[int] = []
    with source.open("rb", buffering=0) as file, target.open("wb") as copy:
        length = file.seek(0, 2)
        for start in range(0, length, size):
            wanted = min(size, length - start)
            try:
                file.seek(start)
                data = _read(file, wanted)
            except OSError:
                unreadable.append(start // size + 1)
                data = b""
            copy.write(data.ljust(wanted, b"\0"))
    return unreadable


def _read(file: BinaryIO, size: int) -> bytes:
    return file.read(size)
