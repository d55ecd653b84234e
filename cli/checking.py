"""Checking a profile that a user writes, before it goes to his configuration folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from cli import own_files
from cli.render import checked as render
from cli.session import Session
from vault.errors import N_, ProfileHasMistakes, ProfileInvalid, Usage
from vault.files.reading import read_bounded

T = TypeVar("T")


def checked(session: Session, file: Path, read: Callable[[str, str, str], T]) -> T:
    """What ``file`` describes. All its mistakes are shown; then ProfileHasMistakes is raised."""
    try:
        text = read_bounded(file, own_files.LONGEST).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Usage(what=N_("The file is not in UTF-8.")) from None
    try:
        return read(file.stem, text, str(file))
    except ProfileInvalid as error:
        render.mistakes(session, file, error)
        fields: dict[str, Any] = {**error.fields, "count": len(render.each_mistake(error))}
        raise ProfileHasMistakes(**fields) from None
