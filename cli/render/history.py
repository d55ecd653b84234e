"""The history of a lineage, for people and for scripts."""

from __future__ import annotations

from datetime import tzinfo

from cli.render import document, events, pairs, shapes
from cli.render.paper import Paper
from cli.session import Session
from vault.operations.audit import Entry
from vault.operations.register import History


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
    holders = {row.pair.id: row.holder for row in history.pairs}
    events.table(paper, (Entry(one, holders.get(one.event.pair or "")) for one in history.events), zone)
