"""A new vault, and its recovery code."""

from __future__ import annotations

from pathlib import Path

from cli import prompt
from cli.render import document
from cli.render.paper import Paper
from cli.render.sheet import is_sheet
from cli.session import Session
from cli.texts import _
from vault.model.shown import shown
from vault.secret import RecoveryCode


def answer(session: Session, code: RecoveryCode | None, file: Path | None) -> None:
    """The answer of ``init``; a recovery ``code`` is shown beside it, this once."""
    if code is not None:
        show(code)
    path = session.folder.absolute()
    if session.json:
        document.put({"vault": str(path)})
        return
    paper = Paper()
    paper.write(_("Created: the vault in {path}").format(path=shown(str(path), 1000)), "green")
    if file is not None:
        say_where(paper, file)
    elif code is None:
        paper.write(_("No recovery code: whoever forgets the passphrase loses what is inside."), "yellow")
    paper.write(_("Next: {commands}").format(commands="certvault ingest MAIL, certvault add " + _("FILE")))


def say_where(paper: Paper, file: Path) -> None:
    """Where a recovery code lies, and what to do with it."""
    path = shown(str(file), 1000)
    if is_sheet(file):
        paper.write(_("Recovery sheet: in {path}. Print it, put it away, and delete the file.").format(path=path))
    else:
        paper.write(_("Recovery code: in {path}. Put it away safely.").format(path=path))


def show(code: RecoveryCode) -> None:
    """A recovery code, beside the answer of the command."""
    prompt.tell("")
    prompt.tell(_("Recovery code, shown only now:"))
    prompt.tell(f"\n    {code.reveal()}\n")
    prompt.tell(_("It opens the vault when the passphrase is lost. Print it or write it down."))
    prompt.tell("")
