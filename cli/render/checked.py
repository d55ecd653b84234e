"""What is wrong in a profile that a user writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cli.render.paper import Paper
from cli.session import Session
from cli.texts import translated
from vault.errors import ProfileInvalid
from vault.model.shown import shown


def mistakes(session: Session, file: Path, error: ProfileInvalid) -> None:
    """All that is wrong in a profile, a line each, as editors know it; a script finds it in the error."""
    if session.json:
        return
    paper = Paper()
    for each in each_mistake(error):
        where = f"{shown(str(file), 1000)}:{each['line']}:{each['column']}:"
        paper.write(f"{where} {shown(str(each['key']))}: {shown(translated(str(each['why'])))}")


def each_mistake(error: ProfileInvalid) -> list[dict[str, Any]]:
    """The mistakes that an error tells."""
    found = error.fields["mistakes"]
    return found if isinstance(found, list) else []
