"""Target profiles: data that describes which file a kind of software takes, and how a person installs it there."""

from vault.targets.loading import load_all, named, read_own, titles

__all__ = ["load_all", "named", "read_own", "titles"]
