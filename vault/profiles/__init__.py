"""Provider profiles: data that describes who mails what, and where its links may lead."""

from vault.profiles.loading import load_all, named, read_own, titles, windows

__all__ = ["load_all", "named", "read_own", "titles", "windows"]
