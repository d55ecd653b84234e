"""From the target profiles that are shipped, and those of the user's own, to :class:`TargetProfile`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from vault.errors import TargetProfileUnknown
from vault.toml import shelf

if TYPE_CHECKING:
    from vault.model.target_profile import TargetProfile

_DATA = Path(__file__).parent / "data"


def load_all() -> dict[str, TargetProfile]:
    """Every target profile that ships, by its id."""
    from vault.targets.reading import target_profile

    return {
        file.stem: target_profile(file.stem, file.read_text("utf-8"), file.name) for file in sorted(shelf.files(_DATA))
    }


def read_own(name: str, text: str, file: str) -> TargetProfile:
    """The profile that a file of the user's describes, which may change single keys of the shipped one of its name.

    Raises ProfileInvalid.
    """
    from vault.targets.reading import COMMAND, target_profile
    from vault.toml.reading import parsed

    shipped = shelf.shipped(_DATA, name)
    base = parsed(shipped.read_text("utf-8"), shipped.name, COMMAND) if shipped else None
    return target_profile(name, text, file, base)._replace(own=True)


def titles() -> dict[str, str]:
    """What people call each target profile that ships, by its id; read without the rest, as a table wants it."""
    return shelf.titles(_DATA)


def named(name: str, profiles: Mapping[str, TargetProfile]) -> TargetProfile:
    """The profile whose id, title or alias is ``name``, blind to case and umlauts.

    Raises TargetProfileUnknown, with the profiles that there are and those whose name is close.
    """
    from difflib import get_close_matches

    from vault.model.fold import folded

    wanted = folded(name.strip())
    if wanted in profiles:
        return profiles[wanted]
    words = {folded(word): one for one in profiles.values() for word in (one.id, one.title, *one.aliases)}
    if wanted in words:
        return words[wanted]
    near = dict.fromkeys(words[word].id for word in get_close_matches(wanted, words, n=3))
    raise TargetProfileUnknown(
        hint=TargetProfileUnknown.meant if near else None,
        name=name,
        targets=", ".join(profiles),
        near=[*near],
        _near=", ".join(near),
    )
