"""What was taken in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from cli.render import document, errors, links, shapes
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import PartlyDone
from vault.model.shown import shown
from vault.operations.ingest import Ingested
from vault.operations.register import LinkRow


def answer(session: Session, taken: Ingested, rows: Sequence[LinkRow], zone: tzinfo, *, at: datetime) -> None:
    """The answer of ``ingest``. Raises PartlyDone where a source could not be taken in."""
    if session.json:
        _document(taken, rows, at)
    else:
        _told(session, taken, rows, zone, at)
    if taken.rejected:
        raise PartlyDone(failed=len(taken.rejected), total=len(taken.rejected) + len(rows))


def _document(taken: Ingested, rows: Sequence[LinkRow], at: datetime) -> None:
    document.put(
        {
            "links": [shapes.link(row.link, row.holder, at=at, duplicate=row.link.id in taken.known) for row in rows],
            "rejected": [{"source": one.source, "reason": errors.sentence(one.error)} for one in taken.rejected],
            "ignored": taken.ignored,
        }
    )


def _told(session: Session, taken: Ingested, rows: Sequence[LinkRow], zone: tzinfo, at: datetime) -> None:
    paper = Paper()
    new = [row for row in rows if row.link.id not in taken.known]
    links_, files = (sum(row.link.kind == kind for row in new) for kind in ("link", "file"))
    pins = sum(row.link.kind == "pin" for row in new)
    if pins:
        paper.write(_("The PIN is sealed and waits for its link or file."), "green")
    if links_ or not (files or any(row.link.kind == "pin" for row in rows)):
        paper.write(ngettext("{n} new link.", "{n} new links.", links_), "green" if links_ else "")
    if files:
        told = ngettext("{n} new file that waits for its PIN.", "{n} new files that wait for their PIN.", files)
        paper.write(told, "green")
    if taken.known:
        paper.write(ngettext("{n} was here already.", "{n} were here already.", len(taken.known)))
    if taken.ignored:
        paper.write(ngettext("{n} mail without a link.", "{n} mails without a link.", taken.ignored))
    for one in taken.rejected:
        paper.write(f"{shown(one.source)}: {errors.sentence(one.error)}", "red")
    if rows:
        paper.write()
        links.table(paper, rows, session.titles(), zone, at)
