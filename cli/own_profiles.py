"""The user's own profiles of providers: the files ``providers/*.toml`` of his configuration folder."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cli import own_files
from vault.errors import CertvaultError

if TYPE_CHECKING:
    from vault.model.profile import Profile

KIND = "providers"


def folder() -> Path:
    """Where they lie; it need not be there."""
    return own_files.folder(KIND)


def texts(vault: Path) -> dict[str, str]:
    """The texts of the files by their paths.

    Raises ConfigurationUnusable for one that is not the user's own, or lies in the folder of the ``vault``.
    """
    return {str(path): own_files.of_the_user(path, vault) for path in own_files.paths(KIND)}


def readable(vault: Path) -> tuple[dict[str, Profile], dict[str, CertvaultError]]:
    """The profiles by their names, and what is wrong with those of the user's files that cannot be used."""
    from vault.profiles import load_all, read_own

    return own_files.readable(KIND, vault, load_all(), read_own)


def titles(vault: Path) -> Mapping[str, str]:
    """What people call the providers."""

    def shipped() -> Mapping[str, str]:
        from vault.profiles import titles

        return titles()

    return own_files.Titles(shipped, lambda: {name: one.title for name, one in readable(vault)[0].items()})


def windows(vault: Path) -> dict[str, int]:
    """The renewal windows of providers, in days; the user's own files say what they say of it.

    People are warned whatever is wrong with one of those: then as the shipped profile says, or as usual.
    """
    from vault.profiles import windows

    with suppress(CertvaultError):
        if own_files.paths(KIND):
            every = readable(vault)[0].items()
            return {name: one.renew_days for name, one in every if one.renew_days is not None}
    return windows()
