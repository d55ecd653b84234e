"""What came of many files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from cli.bulk import Order, Report
from cli.render import document, shapes, spreadsheet, stored, when
from cli.render.errors import as_document, sentence
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.custody import Watch
from vault.errors import CertvaultError, PartlyDone
from vault.files.writing import write_new_lines
from vault.ledger.pairs import Stored
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.operations.bulk import Foreseen, Outcome

FAILED = ("file", "line", "type", "reason", "hint")
"""The columns of what failed: no PIN is in any of them."""
_NAMED = 20
"""Lines of the list that are named one by one."""


def answer(session: Session, watch: Watch, report: Report, order: Order) -> None:
    """The answer of ``add --pins``. Raises PartlyDone where something could not be done, KeyboardInterrupt."""
    if order.failed is not None and _failures(report):
        write_new_lines(order.failed, spreadsheet.lines(FAILED, _rows(report)))
    if session.json:
        document.put(_document(session, watch, report, order))
    else:
        _tell(session, watch, report, order)
    if report.stopped:
        raise KeyboardInterrupt
    if failures := _failures(report):
        raise PartlyDone(failed=failures, total=report.total + len(report.pins.refused))


def _failures(report: Report) -> int:
    return len(report.pins.refused) + sum(isinstance(one.result, CertvaultError) for one in report.outcomes)


def _rows(report: Report) -> Iterator[tuple[str, ...]]:
    for refused in report.pins.refused:
        yield _row("", refused.number, refused.error)
    for one in report.outcomes:
        if isinstance(one.result, CertvaultError):
            yield _row(str(one.path), one.line, one.result)


def _row(path: str, line: int | None, error: CertvaultError) -> tuple[str, ...]:
    told = as_document(error)
    return path, str(line or ""), error.kind(), str(told["message"]), str(told["hint"] or "")


def _document(session: Session, watch: Watch, report: Report, order: Order) -> dict[str, object]:
    results = [_shape(session, watch, one, report, order) for one in report.outcomes]
    refused = [{"line": one.number, "error": as_document(one.error)} for one in report.pins.refused]
    more = {"refused": refused, "unused": report.unused, "empty": report.pins.empty}
    return {"results": results, **more, "dry_run": order.dry, "interrupted": report.stopped}


def _shape(session: Session, watch: Watch, one: Outcome, report: Report, order: Order) -> dict[str, object]:
    deleted = {"deleted": one.path in report.deleted} if order.delete else {}
    known = {"file": str(one.path), "ok": not isinstance(one.result, CertvaultError), "line": one.line, **deleted}
    if isinstance(one.result, CertvaultError):
        return {**known, "error": as_document(one.result)}
    if isinstance(one.result, Foreseen):
        moment = shapes.moment(one.result.not_after)
        return {**known, **one.result._asdict(), "not_after": moment}
    return {**known, "known": one.result.known, **stored.shape(session, watch, one.result)}


def _tell(session: Session, watch: Watch, report: Report, order: Order) -> None:
    paper, zone = Paper(), session.zone(watch)
    columns = (Column(_("File"), flexible=True), Column(_("Line")), Column(_("Result"), flexible=True))
    names = _holders(watch, report)
    paper.table(columns, ([*_who(one), _what(names, one, zone)] for one in report.outcomes))
    paper.write()
    for refused in report.pins.refused:
        told = _("Line {line} of the list: {why}").format(line=refused.number, why=sentence(refused.error))
        paper.write(told, "yellow")
    if report.pins.empty:
        paper.write(_("No PIN stands on line {lines}.").format(lines=_lines(report.pins.empty)))
    if report.unused and not report.stopped:
        paper.write(
            _("The PIN fits no file that is still without one: line {lines}.").format(lines=_lines(report.unused))
        )
    for line in _summary(report, order):
        paper.write(line)


def _who(one: Outcome) -> list[Cell]:
    return [Cell(shown(one.path.name)), Cell(str(one.line or ""))]


def _holders(watch: Watch, report: Report) -> dict[str, str]:
    """The names of the holders whose pairs are here now, by their ids."""
    found = [one.result.pair.holder for one in report.outcomes if isinstance(one.result, Stored)]
    with watch.reading() as reader:
        return {id_: holder.name for id_, holder in reader.holders(found).items()}


def _what(names: Mapping[str, str], one: Outcome, zone: tzinfo) -> Cell:
    result = one.result
    if isinstance(result, CertvaultError):
        return Cell(sentence(result), "red")
    if isinstance(result, Foreseen):
        return _foreseen(result, zone)
    said = {
        "id": result.pair.id[:SHORT],
        "holder": shown(names.get(result.pair.holder, "?")),
        "until": when.day(result.pair.not_after, zone),
    }
    if result.known:
        return Cell(_("here already: {id}, {holder}").format(**said))
    told = _("stored: {id}, {holder}, valid until {until}").format(**said)
    if result.supersedes:
        told += ", " + _("in the place of {pair}").format(pair=result.supersedes[:SHORT])
    remarks = [stored.remark(one, result.pair, zone) for one in result.remarks]
    return Cell(" ".join([told, *remarks]), "yellow" if remarks else "green")


def _foreseen(result: Foreseen, zone: tzinfo) -> Cell:
    if result.known:
        return Cell(_("here already: {subject}").format(subject=shown(result.subject)))
    said = {"subject": shown(result.subject), "until": when.day(result.not_after, zone)}
    told = _("the PIN fits: {subject}, valid until {until}").format(**said)
    if result.supersedes:
        told += ", " + _("in the place of {pair}").format(pair=result.supersedes[:SHORT])
    return Cell(told, "green")


def _summary(report: Report, order: Order) -> Iterator[str]:
    good = [one.result for one in report.outcomes if not isinstance(one.result, CertvaultError)]
    known = sum(one.known for one in good)
    if order.dry:
        said = _("{new} would be stored, {known} are here already, {failed} would fail. Nothing was changed.")
    else:
        said = _("{new} stored, {known} here already, {failed} failed.")
    yield said.format(new=len(good) - known, known=known, failed=len(report.outcomes) - len(good))
    if report.stopped:
        told = _("Interrupted: {done} of {total} are done and stay. The same command goes on from there.")
        yield told.format(done=len(report.outcomes), total=report.total)
    if order.failed is not None and _failures(report):
        yield _("What failed, and why: {path}").format(path=shown(str(order.failed)))
    if order.delete:
        yield _deleted(report)
    if not order.dry and str(order.pins) != "-":
        yield _("{path} holds PINs in clear: delete it when all is done.").format(path=shown(str(order.pins)))


def _deleted(report: Report) -> str:
    count = ngettext(
        "{n} file was deleted after its pair was read back.",
        "{n} files were deleted after their pairs were read back.",
        len(report.deleted),
    )
    return count + " " + _("On the disk, in its bin, or in backups they may still be found.")


def _lines(numbers: Sequence[int]) -> str:
    rest = len(numbers) - _NAMED
    return ", ".join(map(str, numbers[:_NAMED])) + (_(" and {n} more").format(n=rest) if rest > 0 else "")
