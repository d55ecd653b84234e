"""From the profiles that are shipped to :class:`Profile`."""

from __future__ import annotations

from importlib import resources

from vault.errors import NotFound
from vault.model.fold import folded
from vault.model.profile import Profile
from vault.profiles.reading import profile


def load_all() -> dict[str, Profile]:
    """Every profile by its name, which is its file's name. Raises ProfileInvalid."""
    files = (f for f in resources.files("vault.profiles").joinpath("data").iterdir() if f.name.endswith(".toml"))
    loaded = (profile(f.name.removesuffix(".toml"), f.read_text("utf-8"), f.name) for f in files)
    return {p.name: p for p in sorted(loaded)}


def named(name: str) -> Profile:
    """The profile whose name, title or alias is ``name``, blind to case and umlauts. Raises NotFound."""
    wanted = folded(name.strip())
    for one in load_all().values():
        if wanted in {folded(word) for word in (one.name, one.title, *one.aliases)}:
            return one
    raise NotFound(name=name, hint="")
