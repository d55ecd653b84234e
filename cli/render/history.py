"""The history of a lineage, for people and for scripts."""

from __future__ import annotations

from datetime import tzinfo

from cli.render import cells, document, pairs, shapes, when
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.errors import N_
from vault.model.event import Recorded
from vault.operations.register import History

EVENTS = {
    "pair-added": N_("stored"),
    "pair-superseded": N_("superseded"),
    "pin-shown": N_("PIN shown"),
    "export-begun": N_("export begun"),
    "exported": N_("handed out as a file"),
}


def answer(session: Session, history: History, zone: tzinfo) -> None:
    """The answer of ``history``."""
    if session.json:
        names = {row.holder.id: row.holder.name for row in history.pairs if row.holder}
        document.put(
            {
                "lineage": history.lineage,
                "pairs": [shapes.pair(row.pair, row.holder) for row in history.pairs],
                "events": [shapes.event(one, names) for one in history.events],
            }
        )
        return
    paper = Paper()
    pairs.table(paper, history.pairs, session.titles(), zone, session.now(), states=True)
    paper.write()
    columns = (
        Column(_("When")),
        Column(_("Certificate")),
        Column(_("What happened"), flexible=True),
        Column(_("By")),
        Column(_("Details"), flexible=True),
    )
    paper.table(columns, (_row(one, zone) for one in history.events))


def _row(recorded: Recorded, zone: tzinfo) -> list[Cell]:
    event = recorded.event
    by = f"{event.actor.user} ({event.actor.slot})"
    details = ", ".join(f"{name}: {value}" for name, value in event.details)
    return [
        Cell(when.minute(event.at, zone)),
        cells.ident(event.pair or ""),
        cells.plain(_(EVENTS.get(event.what, event.what))),
        cells.plain(by),
        cells.plain(details, "dim"),
    ]
