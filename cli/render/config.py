"""The settings of the vault."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from cli.render import document
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.errors import N_
from vault.model.shown import shown
from vault.operations.settings import LONGEST, SETTINGS, SIGN_OF_LIFE, Scope, Value

if TYPE_CHECKING:
    from cli.channels import Mailing


DAYS = {
    "monday": N_("monday"),
    "tuesday": N_("tuesday"),
    "wednesday": N_("wednesday"),
    "thursday": N_("thursday"),
    "friday": N_("friday"),
    "saturday": N_("saturday"),
    "sunday": N_("sunday"),
    "off": N_("off"),
}
"""The values of the sign of life, which can be typed in German too."""


class Row(NamedTuple):
    """A setting as it stands, or what it is for one provider or holder, who is ``whose`` for people."""

    name: str
    scope: Scope | None
    value: Value
    whose: str = ""


def answer(session: Session, found: Sequence[Row]) -> None:
    """The answer of ``config``: these settings, with what each is for."""
    if session.json:
        shapes = {
            row.name if row.scope is None else row.scope.of(row.name): {
                "value": row.value.value,
                "default": SETTINGS[row.name].default,
                "set": row.value.chosen,
            }
            for row in found
        }
        document.put({"settings": shapes})
        return
    columns = (Column(_("Setting")), Column(_("Value"), flexible=True), Column(_("What it is for"), flexible=True))
    Paper().table(columns, ([Cell(row.name, "bold"), _value(row), Cell(_for(row))] for row in found))


def _for(row: Row) -> str:
    if row.scope is None:
        return _(SETTINGS[row.name].says)
    return _("For {name} alone.").format(name=shown(row.whose))


def kept(session: Session, found: Mailing, *, forgotten: bool) -> None:
    """The answer of ``config mail-password``."""
    if session.json:
        document.put({"account": found.account, "kept": not forgotten})
        return
    said = (
        _("Forgotten: the password of {user} at {host}.") if forgotten else _("Kept: the password of {user} at {host}.")
    )
    Paper().write(said.format(user=shown(found.server.user), host=shown(found.server.host)), "green")


def _value(row: Row) -> Cell:
    value = row.value.value
    told = _(DAYS.get(value, value)) if row.name == SIGN_OF_LIFE else shown(value, LONGEST)
    if row.value.chosen:
        return Cell(told)
    return Cell(_("{value} (default)").format(value=told or _("none")), "dim")
