"""Files that were written."""

from __future__ import annotations

from collections.abc import Sequence

from cli.render import document
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _
from vault.model.chain import witness
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.operations.export import Exported


def answer(session: Session, files: Sequence[Exported]) -> None:
    """The answer of ``export``."""
    if session.json:
        document.put({"files": [_shape(file) for file in files], "head": witness(files[-1].head)})
        return
    paper = Paper()
    for file in files:
        line = _("There already, with the same bytes: {path}") if file.unchanged else _("Written: {path}")
        paper.write(line.format(path=shown(str(file.path), 1000)))
        paper.write(_("Its PIN: {command}").format(command=f"certvault pin {file.pair[:SHORT]}"))
        paper.write(_("The audit log now: {head}").format(head=witness(file.head)))


def _shape(file: Exported) -> dict[str, object]:
    return {"path": str(file.path), "pair": file.pair, "sha256": file.sha256, "unchanged": file.unchanged}
