"""What was taken in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

from cli.render import document, errors, links, shapes, when
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import PartlyDone
from vault.model.request import Request
from vault.model.shown import shown
from vault.model.times import text
from vault.operations.ingest import Ingested
from vault.operations.register import LinkRow


def answer(
    session: Session,
    taken: Ingested,
    rows: Sequence[LinkRow],
    zone: tzinfo,
    asked: Mapping[str, Request],
    *,
    at: datetime,
) -> None:
    """The answer of ``ingest``; ``asked`` has the requests that its links answer, by the links' ids.

    Raises PartlyDone where a source could not be taken in.
    """
    if session.json:
        _document(taken, rows, asked, at)
    else:
        _told(session, taken, rows, zone, at)
        _tell_answers(session, rows, asked, zone)
    if taken.rejected:
        raise PartlyDone(failed=len(taken.rejected), total=len(taken.rejected) + len(rows))


def _document(taken: Ingested, rows: Sequence[LinkRow], asked: Mapping[str, Request], at: datetime) -> None:
    """The document; ``answers`` is in it only where something was asked for that came."""
    answers = [{"link": link, "request": one.about, "asked": text(one.at)} for link, one in asked.items()]
    document.put(
        {
            "links": [shapes.link(row.link, row.holder, at=at, duplicate=row.link.id in taken.known) for row in rows],
            "rejected": [{"source": one.source, "reason": errors.sentence(one.error)} for one in taken.rejected],
            "ignored": taken.ignored,
            **({"answers": answers} if answers else {}),
        }
    )


def _tell_answers(session: Session, rows: Sequence[LinkRow], asked: Mapping[str, Request], zone: tzinfo) -> None:
    """Which of the links were asked for."""
    titles = session.titles()
    for row in rows:
        if request := asked.get(row.link.id):
            told = _("{holder}, {provider}: that answers what was asked for on {day}.").format(
                holder=shown(row.holder.name) if row.holder else "?",
                provider=shown(titles.get(row.link.provider, row.link.provider)),
                day=when.day(request.at, zone),
            )
            Paper().write(told, "green")


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
