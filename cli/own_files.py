"""The user's own files of a kind: ``KIND/*.toml`` in his configuration folder, and no others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from cli import configuration
from vault.errors import N_, CertvaultError, ConfigurationUnusable

T = TypeVar("T")

LONGEST = 64 * 1024
MOST = 200


def folder(kind: str) -> Path:
    """Where they lie; it need not be there."""
    return configuration.folder() / kind


def paths(kind: str) -> list[Path]:
    """The files. Raises ConfigurationUnusable where there are too many."""
    found = folder(kind)
    files = sorted(found.glob("*.toml")) if found.is_dir() else []
    if len(files) > MOST:
        raise ConfigurationUnusable(path=str(found), why=N_("there are too many files in it"))
    return files


def readable(
    kind: str, vault: Path, shipped: Mapping[str, T], read_own: Callable[[str, str, str], T]
) -> tuple[dict[str, T], dict[str, CertvaultError]]:
    """What the files describe, by their names, and what is wrong with those that cannot be used.

    What is ``shipped`` stands in for a file of its name: good enough to show what is here, and for nothing else,
    because the file may narrow it.
    """
    found, wrong = dict(shipped), dict[str, CertvaultError]()
    for path in paths(kind):
        try:
            found[path.stem] = read_own(path.stem, of_the_user(path, vault), str(path))
        except CertvaultError as error:
            wrong[path.stem] = error
    return dict(sorted(found.items())), wrong


def of_the_user(path: Path, vault: Path) -> str:
    """The text of one. Raises ConfigurationUnusable, also where it lies in the folder of the ``vault``."""
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
    """What people call the things. The user's own files are read only for a name that nothing shipped has."""

    def __init__(self, shipped: Callable[[], Mapping[str, str]], own: Callable[[], Mapping[str, str]]) -> None:
        self._of_shipped, self._of_own = shipped, own

    def __getitem__(self, name: str) -> str:
        shipped = self._shipped
        return shipped[name] if name in shipped else self._own[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._own, **self._shipped})

    def __len__(self) -> int:
        return len({*self._own, *self._shipped})

    @cached_property
    def _shipped(self) -> Mapping[str, str]:
        return self._of_shipped()

    @cached_property
    def _own(self) -> Mapping[str, str]:
        """A table is shown whatever is wrong with a file that is not needed for it."""
        try:
            return self._of_own()
        except CertvaultError:
            return {}
