"""A pair that was installed on this machine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from cli.render import document, targets
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _
from vault.model.chain import witness
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.operations.install import Installed
from vault.operations.register import PairRow

if TYPE_CHECKING:
    from vault.operations.places import Place


def answer(session: Session, row: PairRow, done: Installed, software: str) -> None:
    """The answer of ``install``, for this target profile."""
    if session.json:
        told = {"pair": done.pair.id, "target": software, "place": done.place, "unchanged": done.unchanged}
        document.put({"installed": told, "head": witness(done.head)})
        return
    paper = Paper()
    there, new = _("There already: {holder}, {pair}, in {place}"), _("Installed: {holder}, {pair}, in {place}")
    holder = shown(row.holder.name if row.holder else "?")
    line = there if done.unchanged else new
    paper.write(line.format(holder=holder, pair=done.pair.id[:SHORT], place=shown(done.place, 1000)), "green")
    if not done.unchanged:
        paper.write(_("Restart the program that logs in with it."))
    paper.write(_("The audit log now: {head}").format(head=witness(done.head)))


def how_to_note(session: Session, row: PairRow, places: Sequence[Place], software: str) -> None:
    """By which command it is noted that the pair is at one of ``places``, or belongs here at all."""
    paper = Paper()
    for one in places:
        command = f"certvault targets confirm {one.target.id[:SHORT]}"
        line = _("If this is the place {place}, note it: {command}")
        paper.write(line.format(place=targets.named(session, one), command=command))
    if not places:
        which = f"{row.pair.holder[:SHORT]} --for {software} --provider {row.pair.provider} --installed"
        paper.write(_("To be told of each new one here: {command}").format(command=f"certvault targets add {which}"))
