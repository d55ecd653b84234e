"""From the profiles that are shipped, and those of the user's own, to :class:`Profile`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vault.errors import NotFound
from vault.toml import shelf

if TYPE_CHECKING:
    from vault.model.profile import Profile

_DATA = Path(__file__).parent / "data"
_WINDOW = "renew_days = "
_NONE: Mapping[str, str] = {}


def load_all(own: Mapping[str, str] = _NONE) -> dict[str, Profile]:
    """Every profile by its name: those that ship, and ``own``, the texts of the user's files by their paths.

    Raises ProfileInvalid.
    """
    shipped = {file.stem: read(file.stem, file.read_text("utf-8"), file.name) for file in shelf.files(_DATA)}
    mine = {Path(file).stem: read_own(Path(file).stem, text, file) for file, text in own.items()}
    return dict(sorted({**shipped, **mine}.items()))


def read(name: str, text: str, file: str) -> Profile:
    """The profile that a text describes. Raises ProfileInvalid."""
    from vault.profiles.reading import profile

    return profile(name, text, file)


def read_own(name: str, text: str, file: str) -> Profile:
    """The profile that a file of the user's describes, which may change single keys of the shipped one of its name.

    Raises ProfileInvalid.
    """
    from vault.profiles.reading import COMMAND, profile
    from vault.toml.reading import parsed

    shipped = shelf.shipped(_DATA, name)
    if shipped is None:
        made = profile(name, text, file)
        return made._replace(own=True, widens=bool(made.links))
    base = shipped.read_text("utf-8")
    made = profile(name, text, file, parsed(base, shipped.name, COMMAND))
    return made._replace(own=True, widens=_wider(made, profile(name, base, shipped.name)))


def _wider(made: Profile, shipped: Profile) -> bool:
    """Whether links, hosts or senders were added; what leads nowhere has no senders to impersonate."""
    added = (
        set(made.links) - {*shipped.links},
        set(made.hosts) - {*shipped.hosts},
        set(made.senders) - {*shipped.senders},
    )
    return bool(made.links) and any(added)


def titles() -> dict[str, str]:
    """What people call each shipped provider, by its name; read without the rest, for which a table has no use."""
    return shelf.titles(_DATA)


def windows() -> dict[str, int]:
    """The renewal window of each shipped provider that has one, in days before a certificate's end; read as titles."""
    found = {}
    for file in shelf.files(_DATA):
        line = shelf.line(file, _WINDOW)
        if line is not None:
            found[file.stem] = int(line)
    return found


def named(name: str) -> Profile:
    """The shipped profile whose name, title or alias is ``name``, blind to case and umlauts. Raises NotFound."""
    from vault.model.fold import folded

    wanted = folded(name.strip())
    for one in load_all().values():
        if wanted in {folded(word) for word in (one.name, one.title, *one.aliases)}:
            return one
    raise NotFound(name=name, hint="")
