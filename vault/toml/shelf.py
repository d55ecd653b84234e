"""The profiles that ship: files of one folder, of which single lines can be read quickly.

Reading TOML costs more than all that ``due`` does with the register. So what a table needs of a profile that is shipped
stands on a line of its own there, written as JSON would write it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

_TITLE = "title = "


def files(folder: Path) -> Iterator[Path]:
    """The files of a folder of profiles."""
    return (file for file in folder.iterdir() if file.suffix == ".toml")


def shipped(folder: Path, name: str) -> Path | None:
    """The file of the profile ``name``, if one ships."""
    return next((file for file in files(folder) if file.stem == name), None)


def titles(folder: Path) -> dict[str, str]:
    """What people call each profile, by its name."""
    return {file.stem: str(json.loads(found)) for file in files(folder) if (found := line(file, _TITLE)) is not None}


def line(file: Path, beginning: str) -> str | None:
    """What follows ``beginning`` on the line of a file that begins so."""
    for each in file.read_text("utf-8").splitlines():
        if each.startswith(beginning):
            return each.removeprefix(beginning)
    return None
