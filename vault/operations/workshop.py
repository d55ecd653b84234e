"""A private folder beside a file that is made: what is unfinished lies in it, and goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from vault.errors import CertvaultError
from vault.files.lock import Lock
from vault.files.reasons import not_written
from vault.model.ids import Random, new_id

_BEGIN, _END, _LOCK = ".certvault-", ".part", "lock"


@contextmanager
def workshop(parent: Path, random: Random) -> Iterator[Path]:
    """A new folder in ``parent``, 0700, which is gone after the block with all that is in it.

    What processes left that were killed goes too: a folder of ours whose lock nobody has. Raises NoRoom, of ``parent``.
    """
    _sweep(parent)
    folder = parent / f"{_BEGIN}{new_id(random)}{_END}"
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise not_written(parent, error) from None
    try:
        with Lock(folder / _LOCK, exclusive=True):
            yield folder
    finally:
        _remove(folder)


def _sweep(parent: Path) -> None:
    for folder in parent.glob(f"{_BEGIN}{'?' * 16}{_END}"):
        with suppress(CertvaultError, PermissionError):  # of another user
            if folder.is_symlink() or not (folder / _LOCK).is_file():
                continue
            with Lock(folder / _LOCK, exclusive=True):
                pass
            _remove(folder)


def _remove(folder: Path) -> None:
    with suppress(OSError):
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
