"""The user's own target profiles: the files ``targets/*.toml`` of his configuration folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cli import own_files
from vault.errors import CertvaultError

if TYPE_CHECKING:
    from vault.model.target_profile import TargetProfile

KIND = "targets"


def folder() -> Path:
    """Where they lie; it need not be there."""
    return own_files.folder(KIND)


def readable(vault: Path) -> tuple[dict[str, TargetProfile], dict[str, CertvaultError]]:
    """The target profiles by their ids, and what is wrong with those of the user's files that cannot be used."""
    from vault.targets import load_all, read_own

    return own_files.readable(KIND, vault, load_all(), read_own)


def titles(vault: Path) -> Mapping[str, str]:
    """What people call the target profiles."""

    def shipped() -> Mapping[str, str]:
        from vault.targets import titles

        return titles()

    return own_files.Titles(shipped, lambda: {name: one.title for name, one in readable(vault)[0].items()})
