"""What one run of the program knows: folder, clock, randomness, key sources, and how to answer."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli import locate, unlock

if TYPE_CHECKING:
    from vault.custody import Custody, Watch


class Session:
    """The options that every command shares, and the doors to the vault."""

    def __init__(self) -> None:
        self.named_folder: Path | None = None
        self.json = False
        self.passphrase_file: Path | None = None
        self.watch_key_file: Path | None = None

    @property
    def folder(self) -> Path:
        """The vault's folder."""
        return locate.folder(self.named_folder)

    def now(self) -> datetime:
        """This moment, UTC, whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)

    def random(self, count: int) -> bytes:
        """``count`` random bytes from the system."""
        return os.urandom(count)

    @property
    def user(self) -> str:
        """The user of the system who runs the program, for the audit log."""
        import getpass

        try:
            return getpass.getuser()
        except (KeyError, OSError, ImportError):
            return "?"

    def watch(self) -> AbstractContextManager[Watch]:
        """The vault opened as far as a watch key opens it: no PIN can be read here."""
        from vault import opening

        folder = unlock.existing(self.folder)
        key, path = unlock.any_key(self)
        return opening.watch(folder, key, user=self.user, at=self.now(), path_of_key=path)

    def custody(self) -> AbstractContextManager[Custody]:
        """The vault opened with the root key."""
        from vault import opening

        folder = unlock.existing(self.folder)
        secret = unlock.root_key(self)
        return opening.custody(folder, secret, user=self.user, at=self.now(), random=self.random)
