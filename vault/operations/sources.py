"""The mails that a person names: files, and folders with everything inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from vault.files.reading import read_bounded
from vault.operations.ingest import Source

LONGEST = 64 * 1024 * 1024
"""Bytes of one mail."""


def in_paths(paths: Iterable[Path]) -> Iterator[Source]:
    """A source for each file, and for each file in a folder and the folders below it, in the order of their names."""
    for path in paths:
        if path.is_dir():
            yield from (_source(file, by_hand=False) for file in sorted(path.rglob("*")) if _plain(file))
        else:
            yield _source(path, by_hand=True)


def _source(path: Path, *, by_hand: bool) -> Source:
    return Source(str(path), partial(read_bounded, path, LONGEST), by_hand)


def _plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")
