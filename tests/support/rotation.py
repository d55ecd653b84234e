"""Rotations as tests ask for them."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support import vaults
from tests.support.vaults import NOW
from vault.operations import rotate
from vault.operations.rotate import Progress, Rotation
from vault.pkcs12.opener import ChildOpener
from vault.ports.opener import Opener


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def rotated(folder: Path, opener: Opener | None = None, *, progress: Progress = quiet, workers: int = 2) -> Rotation:
    """The vault in ``folder`` with a new root key."""
    with ChildOpener(os.urandom) as own, vaults.custody(folder, exclusive=True) as custody:
        return rotate.rotate(
            custody, opener=opener or own, workers=workers, progress=progress, at=NOW, random=os.urandom
        )


def watch_rotated(folder: Path) -> Rotation:
    """The vault in ``folder`` with a new register key."""
    with vaults.custody(folder, exclusive=True) as custody:
        return rotate.rotate_watch(custody, at=NOW, random=os.urandom)
