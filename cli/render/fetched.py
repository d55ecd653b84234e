"""What came of fetching many links."""

from __future__ import annotations

from collections.abc import Iterator

from cli.fetching_all import Order, Report
from cli.render import cells, document, spreadsheet, stored
from cli.render.errors import as_document, sentence
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.custody import Watch
from vault.errors import CertvaultError, PartlyDone
from vault.files.writing import write_new_lines
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.operations.fetch_all import Outcome

FAILED = ("line", "link", "holder", "type", "reason", "hint")
"""The columns of what failed: no PIN is in any of them."""


def answer(session: Session, watch: Watch, report: Report, order: Order) -> None:
    """The answer of ``fetch --all``. Raises PartlyDone where something could not be done, KeyboardInterrupt."""
    failed = list(_failed(report))
    if order.failed is not None and failed:
        write_new_lines(order.failed, spreadsheet.lines(FAILED, failed))
    if session.json:
        refused = [{"line": one.number, "error": as_document(one.error)} for one in report.refused]
        results = [_shape(session, watch, one) for one in report.outcomes]
        more = {"refused": refused, "empty": report.empty, "dry_run": order.dry, "interrupted": report.left > 0}
        document.put({"results": results, **more})
    else:
        _tell(report, order, len(failed))
    if report.left:
        raise KeyboardInterrupt
    if failed:
        raise PartlyDone(failed=len(failed), total=len(report.outcomes) + len(report.refused))


def _failed(report: Report) -> Iterator[tuple[str, ...]]:
    for refused in report.refused:
        yield (str(refused.number), "", "", *_reason(refused.error))
    for one in report.outcomes:
        if isinstance(one.result, CertvaultError):
            match = one.match
            yield (str(match.line.number), match.link.id, match.holder or "", *_reason(one.result))


def _reason(error: CertvaultError) -> tuple[str, str, str]:
    told = as_document(error)
    return error.kind(), str(told["message"]), str(told["hint"] or "")


def _shape(session: Session, watch: Watch, one: Outcome) -> dict[str, object]:
    match = one.match
    known = {"line": match.line.number, "link": match.link.id, "holder": match.holder, "known": match.done}
    if isinstance(one.result, CertvaultError):
        return {**known, "ok": False, "error": as_document(one.result)}
    return {**known, "ok": True, **(stored.shape(session, watch, one.result) if one.result else {})}


def _tell(report: Report, order: Order, failed: int) -> None:
    paper = Paper()
    columns = (
        Column(_("Line")),
        Column(_("Id")),
        Column(_("Holder"), flexible=True),
        Column(_("Result"), flexible=True),
    )
    paper.table(columns, (_row(one, dry=order.dry) for one in report.outcomes))
    paper.write()
    for refused in report.refused:
        told = _("Line {line} of the list: {why}").format(line=refused.number, why=sentence(refused.error))
        paper.write(told, "yellow")
    if report.left:
        paper.write(_("Interrupted. Not begun: {n}. The same command goes on from there.").format(n=report.left))
    if order.failed is not None and failed:
        paper.write(_("What failed, and why: {path}").format(path=shown(str(order.failed))))
    if not order.dry and str(order.pins) != "-":
        paper.write(_("{path} holds PINs in clear: delete it when all is done.").format(path=shown(str(order.pins))))


def _row(one: Outcome, *, dry: bool) -> list[Cell]:
    match = one.match
    who = shown(match.holder) if match.holder else _("not known yet")
    return [Cell(str(match.line.number)), cells.ident(match.link.id), Cell(who), _result(one, dry=dry)]


def _result(one: Outcome, *, dry: bool) -> Cell:
    if isinstance(one.result, CertvaultError):
        return Cell(sentence(one.result), "red")
    if one.result is not None:
        return Cell(_("stored: {id}").format(id=one.result.pair.id[:SHORT]), "green")
    return Cell(_("would be fetched")) if dry and not one.match.done else Cell(_("here already"))
