"""The keys of the vault."""

from __future__ import annotations

from datetime import UTC
from pathlib import Path

from cli.render import cells, document, when
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.errors import N_
from vault.keys.slots import KeySlots, Slot
from vault.model.shown import shown
from vault.model.times import text

KINDS = {
    "passphrase": N_("passphrase"),
    "recovery": N_("recovery code"),
    "keyring": N_("keyring of the system"),
    "watch": N_("watch key: reads no PIN"),
}


def listing(session: Session, slots: KeySlots) -> None:
    """The answer of ``keys list``."""
    if session.json:
        document.put({"keys": [_shape(slot) for slot in slots.slots]})
        return
    columns = (
        Column(_("Name"), flexible=True),
        Column(_("Opens by"), flexible=True),
        Column(_("Person"), flexible=True),
        Column(_("Place"), flexible=True),
        Column(_("Since")),
    )
    Paper().table(columns, (_row(slot) for slot in slots.slots))


def added(session: Session, slot: Slot, file: Path) -> None:
    """The answer of ``keys add``."""
    if session.json:
        document.put({"key": _shape(slot)})
        return
    paper = Paper()
    paper.write(
        _("Added: the key {name}, in {path}").format(name=shown(slot.name), path=shown(str(file), 1000)), "green"
    )
    paper.write(
        _("A job uses it so: {command}").format(command=f"certvault due --watch-key-file {shown(str(file), 1000)}")
    )


def _row(slot: Slot) -> list[Cell]:
    kind = _(KINDS.get(slot.kind, slot.kind))
    since = when.day(slot.created, slot.created.astimezone().tzinfo or UTC)
    return [cells.plain(slot.name), Cell(kind), cells.plain(slot.person), cells.plain(slot.place), Cell(since)]


def _shape(slot: Slot) -> dict[str, object]:
    return {
        "id": slot.id,
        "kind": slot.kind,
        "name": slot.name,
        "person": slot.person,
        "place": slot.place,
        "created": text(slot.created),
    }
