"""From the profiles that are shipped to :class:`Profile`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from vault.errors import NotFound

if TYPE_CHECKING:
    from vault.model.profile import Profile

_DATA = Path(__file__).parent / "data"
_TITLE = "title = "


def load_all() -> dict[str, Profile]:
    """Every profile by its name, which is its file's name. Raises ProfileInvalid."""
    from vault.profiles.reading import profile

    loaded = (profile(file.stem, file.read_text("utf-8"), file.name) for file in _files())
    return {p.name: p for p in sorted(loaded)}


def titles() -> dict[str, str]:
    """What people call each provider, by its name; read without the rest, for which a table has no use.

    Reading TOML costs more than all that ``due`` does with the register; so this looks at one line of each file, which
    in a profile that is shipped is written as JSON would write it.
    """
    return {file.stem: title for file in _files() if (title := _title(file)) is not None}


def named(name: str) -> Profile:
    """The profile whose name, title or alias is ``name``, blind to case and umlauts. Raises NotFound."""
    from vault.model.fold import folded

    wanted = folded(name.strip())
    for one in load_all().values():
        if wanted in {folded(word) for word in (one.name, one.title, *one.aliases)}:
            return one
    raise NotFound(name=name, hint="")


def _files() -> Iterator[Path]:
    return (file for file in _DATA.iterdir() if file.suffix == ".toml")


def _title(file: Path) -> str | None:
    for line in file.read_text("utf-8").splitlines():
        if line.startswith(_TITLE):
            return str(json.loads(line.removeprefix(_TITLE)))
    return None
