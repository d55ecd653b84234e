"""The keys of the vault."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from typing import TYPE_CHECKING

from cli.render import cells, created, document, when
from cli.render.cells import quoted
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.errors import N_
from vault.keys.slots import KeySlots, Slot
from vault.model.shown import shown
from vault.model.times import text
from vault.operations.keys import whose

if TYPE_CHECKING:
    from cli.keymaking import Added
    from vault.operations.rotate import Rotation

KINDS = {
    "passphrase": N_("passphrase"),
    "recovery": N_("recovery code"),
    "keyring": N_("keyring of the system"),
    "watch": N_("watch key: reads no PIN"),
}


def listing(session: Session, slots: KeySlots) -> None:
    """The answer of ``keys list``."""
    if session.json:
        document.put({"vault": slots.vault, "keys": [_shape(slot) for slot in slots.slots]})
        return
    columns = (
        Column(_("Id")),
        Column(_("Name"), flexible=True),
        Column(_("Opens by"), flexible=True),
        Column(_("Person"), flexible=True),
        Column(_("Place"), flexible=True),
        Column(_("Since")),
    )
    paper = Paper()
    paper.table(columns, (_row(slot) for slot in slots.slots))
    paper.write(_("Id of the vault: {vault}").format(vault=slots.vault))


def added(session: Session, key: Added) -> None:
    """The answer of ``keys add``; a recovery code without a file is shown beside it, this once."""
    if key.code is not None:
        created.show(key.code)
    if session.json:
        document.put({"key": _shape(key.slot)})
        return
    paper = Paper()
    name, file = shown(key.slot.name), shown(str(key.file), 1000)
    if key.file is None:
        paper.write(_("Added: the key {name}.").format(name=name), "green")
        return
    paper.write(_("Added: the key {name}, in {path}").format(name=name, path=file), "green")
    if key.slot.kind == "recovery":
        created.say_where(paper, key.file)
        return
    if key.slot.kind == "watch":
        paper.write(
            _("A job uses it so: {command}").format(command=f"certvault schedule install --watch-key-file {file}")
        )


def changed(session: Session, slot: Slot) -> None:
    """The answer of ``keys change-passphrase``."""
    if session.json:
        document.put({"key": _shape(slot)})
        return
    paper = Paper()
    paper.write(_("Changed: the passphrase of the key {name}.").format(name=shown(slot.name)), "green")
    paper.write(_("Who has an old copy of the vault opens that copy with the old one as before."))
    still = _("An old copy of keyslots.json opens this very vault with the old one, until: {command}")
    paper.write(still.format(command="certvault keys rotate"))


def removed(session: Session, slot: Slot, others: Sequence[Slot], without_paper: bool) -> None:
    """The answer of ``keys remove``: what that does, and what it does not do."""
    if session.json:
        document.put({"key": _shape(slot), "same_person": [_shape(one) for one in others]})
        return
    paper = Paper()
    paper.write(_("Removed: the key {name}.").format(name=shown(slot.name)), "green")
    paper.write(_("Who has an old copy of the vault opens that copy with it as before."))
    if slot.kind != "watch":
        command = f"certvault audit --by {quoted(shown(slot.name))} --secrets"
        paper.write(_("What was seen or taken with it: {command}").format(command=command))
    command = "certvault keys rotate --watch" if slot.kind == "watch" else "certvault keys rotate"
    paper.write(
        _("An old copy of keyslots.json opens this very vault with it, until: {command}").format(command=command)
    )
    if others:
        names = ", ".join(shown(one.name) for one in others)
        paper.write(_("Other keys of {person}: {names}").format(person=shown(whose(slot)), names=names), "yellow")
    if without_paper and slot.kind != "watch":
        paper.write(_("No recovery code is left: make one with certvault keys add recovery"), "yellow")
    topic = "watch-key-lost" if slot.kind == "watch" else "employee-left"
    paper.write(_("More: certvault help {topic}").format(topic=topic))


def rotated(session: Session, done: Rotation, *, watch: bool) -> None:
    """The answer of ``keys rotate``."""
    if session.json:
        generation = {"register_generation": done.slots.register_generation} if watch else {}
        document.put({"generation": done.slots.generation, **generation, "pairs": done.pairs, "slots": done.resealed})
        return
    paper = Paper()
    if watch:
        paper.write(
            _("The register has a new key. Watch keys that go on working: {count}").format(count=done.resealed), "green"
        )
    else:
        paper.write(_("The vault has new keys. Certificates sealed anew: {count}").format(count=done.pairs), "green")
        paper.write(_("Keys that go on working, and nobody types anything: {count}").format(count=done.resealed))
    paper.write(_("Copies and backups made before still open with the old keys: delete those that are not needed."))


def _row(slot: Slot) -> list[Cell]:
    kind = _(KINDS.get(slot.kind, slot.kind))
    since = when.day(slot.created, slot.created.astimezone().tzinfo or UTC)
    texts = (cells.plain(text) for text in (slot.name, kind, slot.person, slot.place, since))
    return [cells.ident(slot.id), *texts]


def _shape(slot: Slot) -> dict[str, object]:
    return {
        "id": slot.id,
        "kind": slot.kind,
        "name": slot.name,
        "person": slot.person,
        "place": slot.place,
        "created": text(slot.created),
    }
