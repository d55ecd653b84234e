"""The settings of the vault."""

from __future__ import annotations

from collections.abc import Mapping

from cli.render import document
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.model.shown import shown
from vault.operations.settings import LONGEST, SETTINGS, Value


def answer(session: Session, found: Mapping[str, Value]) -> None:
    """The answer of ``config``: these settings, with what each is for."""
    if session.json:
        shapes = {
            name: {"value": one.value, "default": SETTINGS[name].default, "set": one.chosen}
            for name, one in found.items()
        }
        document.put({"settings": shapes})
        return
    columns = (Column(_("Setting")), Column(_("Value"), flexible=True), Column(_("What it is for"), flexible=True))
    Paper().table(
        columns, ([Cell(name, "bold"), _value(one), Cell(_(SETTINGS[name].says))] for name, one in found.items())
    )


def _value(one: Value) -> Cell:
    if one.chosen:
        return Cell(shown(one.value, LONGEST))
    return Cell(_("{value} (default)").format(value=shown(one.value, LONGEST) or _("none")), "dim")
