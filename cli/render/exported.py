"""Files that were written."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from itertools import islice

from cli.exporting import Alone, Run
from cli.prompt import tell
from cli.render import cells, document, software
from cli.render.errors import as_document, sentence
from cli.render.pairs import other_name
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.errors import PartlyDone
from vault.model.chain import witness
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.model.target_profile import TargetProfile
from vault.operations.export import Exported
from vault.operations.export_many import Outcome
from vault.operations.fitting import Fit

_NAMED = 20
"""Files, and pairs that need a remark, that are named one by one."""
LONGEST = 1000


def answer(session: Session, alone: Alone, fit: Fit, zone: tzinfo) -> None:
    """The answer of ``export`` for one pair."""
    row, files, places = alone
    head = witness(files[-1].head)
    software.plain_key(fit)
    if session.json:
        document.put({"files": [shape(file, fit.target) for file in files], "head": head})
        return
    paper = Paper()
    for file in files:
        paper.write(_line(file))
    software.kind(paper, files[0], fit)
    software.pin(paper, fit, f"certvault pin {row.pair.id[:SHORT]}")
    paper.write(_("Its sheet for the broker: {command}").format(command=_sheet(row.pair.id, files[0], fit)))
    if fit.target is not None:
        software.steps(paper, session, row, files, fit.target, zone)
    software.where(paper, row.pair, places, fit)
    paper.write(_("The audit log now: {head}").format(head=head))


def _sheet(pair: str, file: Exported, fit: Fit) -> str:
    software = "" if fit.target is None else f" --for {fit.target.id}"
    return f"certvault handover {pair[:SHORT]}{software} --to {cells.quoted(shown(str(file.path.parent), LONGEST))}"


def answers(session: Session, run: Run) -> None:
    """The answer of ``export`` for several, told as they are done. Raises PartlyDone, KeyboardInterrupt, and what ended
    the run early."""
    if not run.total:
        _nothing(session)
    elif session.json:
        document.put_list("files", (shape(file, run.fit.target) for file in run.files()), after=lambda: _rest(run))
    else:
        _tell(run)
    if run.stopped:
        raise KeyboardInterrupt
    if run.ended is not None:
        raise run.ended
    if run.failed:
        raise PartlyDone(failed=len(run.failed), total=run.total)


def _nothing(session: Session) -> None:
    if session.json:
        document.put({"files": [], "failed": [], "list": None, "interrupted": False, "head": None})
    else:
        paper = Paper()
        paper.write(_("Nothing is to be installed anywhere: nothing was written."))
        paper.write(_("Where certificates belong: {command}").format(command="certvault targets list"))


def shape(file: Exported, target: TargetProfile | None = None) -> dict[str, object]:
    """A file as scripts read it; ``target`` is the software that it was made for, if one was named."""
    return {
        "path": str(file.path),
        "pair": file.pair,
        "sha256": file.sha256,
        "unchanged": file.unchanged,
        "target": target.id if target else None,
        "flavour": file.flavour,
    }


def _rest(run: Run) -> dict[str, object]:
    failed = [
        {"pair": one.id, "holder": one.holder.name if one.holder else None, "error": as_document(one.error)}
        for one in run.failed
        if one.error is not None
    ]
    head = None if run.head is None else witness(run.head)
    return {"failed": failed, "list": str(run.list), "interrupted": run.stopped, "head": head}


def _tell(run: Run) -> None:
    paper, several = Paper(), run.files()
    first = list(islice(several, _NAMED + 1))
    if len(first) <= _NAMED:
        for file in first:
            paper.write(_line(file))
    for _file in several:
        pass  # they are counted, and stand in the list
    _tell_failed(paper, run.failed)
    _tell_misnamed(run.misnamed)
    software.plain_key(run.fit)
    done = run.written + run.unchanged
    said = _("{written} written, {unchanged} there already, {failed} failed.")
    paper.write(said.format(written=run.written, unchanged=run.unchanged, failed=len(run.failed)))
    if run.stopped or run.ended is not None:
        told = _("Interrupted: {done} of {total} are done and stay. The same command goes on from there.")
        early = _("It ended early: {done} of {total} are done and stay. The same command goes on from there.")
        paper.write((told if run.stopped else early).format(done=done, total=run.total))
    if run.fit.target is not None:
        software.kinds(paper, run.fit.target, anew=run.anew, done=done)
    paper.write(_("The list of the files: {path}").format(path=shown(str(run.list), LONGEST)))
    if run.fit.new_pin is None and not run.fit.plain:
        paper.write(_("Their PINs, one by one: {command}").format(command=_("certvault pin PAIR")))
    else:
        software.pin(paper, run.fit, "")
    if run.confirm:
        paper.write(_("When they are installed: {command}").format(command=shown(run.confirm, LONGEST)))
    if run.head is not None:
        paper.write(_("The audit log now: {head}").format(head=witness(run.head)))


def _line(file: Exported) -> str:
    line = _("There already, with the same bytes: {path}") if file.unchanged else _("Written: {path}")
    return line.format(path=shown(str(file.path), LONGEST))


def _tell_failed(paper: Paper, failed: Sequence[Outcome]) -> None:
    columns = (Column(_("Id")), Column(_("Holder"), flexible=True), Column(_("Result"), flexible=True))
    rows = [
        (cells.ident(one.id), cells.holder(one.holder), Cell(sentence(one.error), "red")) for one in failed if one.error
    ]
    paper.table(columns, rows)
    if rows:
        paper.write()


def _tell_misnamed(misnamed: Sequence[Outcome]) -> None:
    for one in misnamed[:_NAMED]:
        if one.holder is not None and one.pair is not None:
            tell(other_name(one.holder, one.pair))
    if len(misnamed) > _NAMED:
        tell(_("So it is with {n} more.").format(n=len(misnamed) - _NAMED))
