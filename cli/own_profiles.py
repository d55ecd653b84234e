"""The user's own profiles of providers: the files ``providers/*.toml`` of his configuration folder, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cli import configuration
from vault.errors import N_, CertvaultError, ConfigurationUnusable

if TYPE_CHECKING:
    from vault.model.profile import Profile

LONGEST = 64 * 1024
MOST = 200


def folder() -> Path:
    """Where they lie; it need not be there."""
    return configuration.folder() / "providers"


def texts(vault: Path) -> dict[str, str]:
    """The texts of the files by their paths.

    Raises ConfigurationUnusable for one that is not the user's own, or lies in the folder of the ``vault``.
    """
    return {str(path): _of_the_user(path, vault) for path in _paths()}


def readable(vault: Path) -> tuple[dict[str, Profile], dict[str, CertvaultError]]:
    """The profiles by their names, and what is wrong with those of the user's files that cannot be used.

    A shipped one stands in for a file of its name: good enough to show what is here, and for nothing else, because the
    file may narrow it.
    """
    from vault.profiles import load_all, read_own

    found, wrong = load_all(), dict[str, CertvaultError]()
    for path in _paths():
        try:
            found[path.stem] = read_own(path.stem, _of_the_user(path, vault), str(path))
        except CertvaultError as error:
            wrong[path.stem] = error
    return dict(sorted(found.items())), wrong


def _paths() -> list[Path]:
    """The files. Raises ConfigurationUnusable where there are too many."""
    found = folder()
    paths = sorted(found.glob("*.toml")) if found.is_dir() else []
    if len(paths) > MOST:
        raise ConfigurationUnusable(path=str(found), why=N_("there are too many files in it"))
    return paths


def _of_the_user(path: Path, vault: Path) -> str:
    if vault.resolve() in path.resolve().parents:
        raise ConfigurationUnusable(path=str(path), why=N_("it lies in the folder of the vault"))
    return text(path)


def text(path: Path) -> str:
    """The text of one of them. Raises ConfigurationUnusable."""
    from vault.files.reading import read_own

    data = read_own(path, LONGEST)
    if data is None:
        raise ConfigurationUnusable(path=str(path), why=N_("it is not there"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigurationUnusable(path=str(path), why=N_("it is not in UTF-8")) from None


class Titles(Mapping[str, str]):
    """What people call the providers. The user's own files are read only for a name that no shipped profile has."""

    def __init__(self, vault: Path) -> None:
        self._vault = vault

    def __getitem__(self, name: str) -> str:
        shipped = self._shipped
        return shipped[name] if name in shipped else self._own[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._own, **self._shipped})

    def __len__(self) -> int:
        return len({*self._own, *self._shipped})

    @cached_property
    def _shipped(self) -> Mapping[str, str]:
        from vault.profiles import titles

        return titles()

    @cached_property
    def _own(self) -> Mapping[str, str]:
        """A table is shown whatever is wrong with a file that is not needed for it."""
        with suppress(CertvaultError):
            return {name: profile.title for name, profile in readable(self._vault)[0].items()}
        return {}


def windows(vault: Path) -> dict[str, int]:
    """The renewal windows of providers, in days; the user's own files say what they say of it.

    People are warned whatever is wrong with one of those: then as the shipped profile says, or as usual.
    """
    from vault.profiles import windows

    with suppress(CertvaultError):
        if _paths():
            every = readable(vault)[0].items()
            return {name: one.renew_days for name, one in every if one.renew_days is not None}
    return windows()
