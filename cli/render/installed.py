"""A pair that was installed on this machine."""

from __future__ import annotations

from cli.render import document
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _
from vault.model.chain import witness
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.model.target_profile import TargetProfile
from vault.operations.install import Installed
from vault.operations.register import PairRow


def answer(session: Session, row: PairRow, profile: TargetProfile, done: Installed) -> None:
    """The answer of ``install``."""
    if session.json:
        told = {"pair": done.pair.id, "target": profile.id, "place": done.place, "unchanged": done.unchanged}
        document.put({"installed": told, "head": witness(done.head)})
        return
    paper = Paper()
    line = (
        _("There already: {holder}, {pair}, in {place}")
        if done.unchanged
        else _("Installed: {holder}, {pair}, in {place}")
    )
    holder = row.holder.name if row.holder else "?"
    paper.write(line.format(holder=shown(holder), pair=done.pair.id[:SHORT], place=shown(done.place, 1000)), "green")
    paper.write(_("Restart the program that logs in with it."))
    paper.write(_("The audit log now: {head}").format(head=witness(done.head)))
