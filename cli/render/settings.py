"""The settings of the vault."""

from __future__ import annotations

from collections.abc import Mapping

from cli.render import document
from cli.render.paper import Paper
from cli.session import Session
from vault.model.shown import shown


def answer(session: Session, settings: Mapping[str, str]) -> None:
    """The answer of ``settings``."""
    if session.json:
        document.put({"settings": dict(settings)})
        return
    paper, wide = Paper(), max(map(len, settings)) + 2
    for name, value in settings.items():
        paper.fact(name, shown(value) or "-", wide)
