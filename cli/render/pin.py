"""The PIN, on standard output alone; what belongs to it is said beside it."""

from __future__ import annotations

import sys
from pathlib import Path

from cli import prompt
from cli.render import document
from cli.render.paper import Paper
from cli.render.spelling import spelled
from cli.session import Session
from cli.texts import _
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.operations.register import PairRow
from vault.secret import Pin


def answer(session: Session, row: PairRow, pin: Pin, *, spell: bool, copied: bool) -> None:
    """The answer of ``pin``: shown, spelled, or on the clipboard and not shown. It has left us when this returns."""
    _give(session, row, pin, spell=spell, copied=copied)
    sys.stdout.flush()


def written(session: Session, row: PairRow, path: Path) -> None:
    """The answer of ``pin --letter``: where it is, and nothing of what stands in it."""
    if session.json:
        document.put({"letter": str(path), "pair": row.pair.id})
        return
    paper = Paper()
    paper.write(_("Written: {path}").format(path=shown(str(path), 1000)), "green")
    paper.write(_("Print it, delete the file, and send the letter another way than the certificate."))


def _give(session: Session, row: PairRow, pin: Pin, *, spell: bool, copied: bool) -> None:
    if copied:
        from vault.clipboard import copy

        copy(pin.reveal())
        if session.json:
            document.put({"copied": True})
        prompt.tell(_("The PIN of {holder} is on the clipboard.").format(holder=_whose(row)))
        return
    if session.json:
        document.put({"pin": pin.reveal()})
        return
    paper = Paper()
    if paper.terminal:
        prompt.tell(_("PIN of {holder}:").format(holder=_whose(row)))
    paper.write(pin.reveal(), "bold")
    if spell:
        for char, words in spelled(pin.reveal()):
            paper.write(f"  {char}   {words}")


def _whose(row: PairRow) -> str:
    return f"{shown(row.holder.name) if row.holder else '?'}, {row.pair.id[:SHORT]}"
