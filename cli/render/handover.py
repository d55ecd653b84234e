"""Sheets that were written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from cli.handing import Failed
from cli.render import cells, document
from cli.render.errors import as_document, sentence
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.errors import PartlyDone
from vault.model.chain import witness
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.operations.handover import Written

LONGEST = 1000


def answer(session: Session, results: Sequence[Written | Failed], *, unsigned: bool) -> None:
    """The answer of ``handover``; ``unsigned`` where no agency stands on the sheets. Raises PartlyDone."""
    written = [one for one in results if isinstance(one, Written)]
    failed = [one for one in results if isinstance(one, Failed)]
    if session.json:
        document.put(
            {
                "sheets": [_shape(one) for one in written],
                "failed": [{"pair": one.row.pair.id, "error": as_document(one.error)} for one in failed],
                "head": witness(written[-1].head) if written else None,
            }
        )
    else:
        _tell(written, failed)
        if written and unsigned:
            told = _("Who you are does not stand on it yet: {command}")
            Paper().write(told.format(command="certvault config set agency NAME"))
    if failed:
        raise PartlyDone(failed=len(failed), total=len(results))


def _tell(written: Sequence[Written], failed: Sequence[Failed]) -> None:
    paper = Paper()
    for one in written:
        line = _("There already, with the same bytes: {path}") if one.unchanged else _("Written: {path}")
        paper.write(line.format(path=shown(str(one.sheet.path), LONGEST)), "green")
    columns = (Column(_("Id")), Column(_("Holder"), flexible=True), Column(_("Result"), flexible=True))
    rows = [(cells.ident(row.pair.id), cells.holder(row.holder), Cell(sentence(error), "red")) for row, error in failed]
    paper.table(columns, rows)
    if len(written) == 1:
        id_ = written[0].sheet.pair.id[:SHORT]
        folder = cells.quoted(shown(str(written[0].sheet.path.parent), LONGEST))
        target = written[0].sheet.target
        software = "" if target == "original" else f" --for {target}"
        paper.write(_("Its file: {command}").format(command=f"certvault export {id_}{software} --to {folder}"))
        told = _("Its PIN, another way: {command}")
        paper.write(told.format(command=f"certvault pin {id_} --letter PIN.pdf"))
    if written:
        paper.write(_("The audit log now: {head}").format(head=witness(written[-1].head)))


def _shape(one: Written) -> dict[str, object]:
    sheet = one.sheet
    return {
        "path": str(sheet.path),
        "pair": sheet.pair.id,
        "target": sheet.target,
        "sha256": hashlib.sha256(sheet.data).hexdigest(),
        "unchanged": one.unchanged,
    }
