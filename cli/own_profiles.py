"""The user's own profiles of providers: the files ``providers/*.toml`` of his configuration folder, and no others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from cli import configuration
from vault.errors import N_, CertvaultError, ConfigurationUnusable

LONGEST = 64 * 1024
MOST = 200


def folder() -> Path:
    """Where they lie; it need not be there."""
    return configuration.folder() / "providers"


def texts(vault: Path) -> dict[str, str]:
    """The texts of the files by their paths.

    Raises ConfigurationUnusable for one that is not the user's own, or lies in the folder of the ``vault``.
    """
    found = folder()
    paths = sorted(found.glob("*.toml")) if found.is_dir() else []
    if not paths:
        return {}
    if len(paths) > MOST:
        raise ConfigurationUnusable(path=str(found), why=N_("there are too many files in it"))
    for path in paths:
        if vault.resolve() in path.resolve().parents:
            raise ConfigurationUnusable(path=str(path), why=N_("it lies in the folder of the vault"))
    return {str(path): text(path) for path in paths}


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
        from vault.profiles import read_own

        found = {}
        with suppress(CertvaultError):
            for file, text in texts(self._vault).items():
                found[Path(file).stem] = read_own(Path(file).stem, text, file).title
        return found
