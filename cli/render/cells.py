"""What several tables have in common: short ids, names made safe to look at."""

from __future__ import annotations

from cli.render.paper import Cell
from cli.texts import _
from vault.model.holder import Holder
from vault.model.ids import SHORT
from vault.model.shown import shown


def ident(record: str) -> Cell:
    """A record's id, as short as people type it."""
    return Cell(record[:SHORT], "cyan")


def holder(found: Holder | None) -> Cell:
    """A holder's name."""
    return Cell(shown(found.name)) if found is not None else Cell(_("not known yet"), "dim")


def plain(text: str, style: str = "") -> Cell:
    """A foreign text, made safe to look at."""
    return Cell(shown(text), style)


def quoted(name: str) -> str:
    """A name as it is typed on a command line."""
    return f'"{name}"' if " " in name else name
