"""A holder leaves: all that there is of him handed out, and then put away. Repeated, it goes on where it was."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from cli import choose, exporting, handing, progress, prompt
from cli.render import offboarded as render
from cli.render.offboarded import HandedOut
from cli.session import Session
from cli.texts import _
from vault.custody import Custody
from vault.errors import N_, CertvaultError, ConfirmationNeeded, NotPrintable, Usage
from vault.files.writing import private_folder
from vault.model.pair import Pair
from vault.operations import export, offboard
from vault.operations.register import PairRow, pair_row

ORIGINAL = "original"


class Order(NamedTuple):
    """What the options say: the folders for files and for PINs, who gets them and why, and whether what was put away
    before goes along."""

    folder: Path
    pins: Path | None
    to: str | None
    reason: str
    older: bool

    def check(self) -> None:
        """Raise Usage where files and PINs would lie in one place."""
        if self.pins is None:
            return
        files, pins = (Path(os.path.realpath(each)) for each in (self.folder, self.pins))
        if files == pins or files in pins.parents or pins in files.parents:
            hint = N_("Name one on another medium, or none: certvault pin shows them too.")
            raise Usage(what=N_("--pins-to is the folder of the files, lies in it, or holds it"), hint=hint)


def run(session: Session, name: str, order: Order, *, dry_run: bool, yes: bool) -> None:
    """Hand out and put away. Raises what the operations raise, ConfirmationNeeded and PartlyDone."""
    with session.custody() as custody:
        plan = offboard.leaving(custody, choose.holder(session, custody, name))
        pairs = [*plan.current, *(plan.older if order.older else ())]
        render.planned(session, plan, pairs, session.zone(custody), dry_run=dry_run)
        if dry_run or not (plan.anything or pairs) or not _confirmed(session, render.question(plan, pairs), yes=yes):
            return
        try:
            out = _HandingOut(session, custody, order).run([pair_row(custody, pair) for pair in pairs])
        except (KeyboardInterrupt, CertvaultError):
            prompt.tell(_("Nothing was put away yet. The same command goes on from there."))
            raise
        left = None
        if not out.failed:
            left = offboard.settle(custody, plan, order.reason, at=session.now(), random=session.random)
    render.answer(session, out, left)


def _confirmed(session: Session, question: str, *, yes: bool) -> bool:
    if yes:
        return True
    if session.json or not prompt.possible():
        raise ConfirmationNeeded(what=N_("Nothing was done: nobody said yes."), hint=N_("Say --yes to do it."))
    if prompt.yes(question):
        return True
    prompt.tell(_("Nothing was changed."))
    return False


class _HandingOut:
    """Files first, then their sheets, then the letters: each finds what an earlier run wrote."""

    def __init__(self, session: Session, custody: Custody, order: Order) -> None:
        self._session, self._custody, self._order = session, custody, order

    def run(self, rows: Sequence[PairRow]) -> HandedOut:
        """All of them. Where a file cannot be written, nothing is written but the other files."""
        order, out = self._order, HandedOut(self._order.folder, self._order.pins)
        if not rows:
            return out
        private_folder(order.folder)
        self._export(out, [row.pair for row in rows])
        if out.failed:
            return out
        files = {file.pair: file.path for file in out.files}
        anywhere = self._session.target_profile(ORIGINAL)  # nobody knows with what he goes on
        sheets = handing.Sheets(self._session, self._custody, handing.Order(anywhere, order.folder, order.to))
        with progress.counted(_("Writing sheets and letters")) as tell:
            for number, row in enumerate(rows):
                tell(number, len(rows))
                out.sheets.append(sheets.beside(row, files[row.pair.id]))
                if order.pins is not None:
                    self._letter(out, row, order.pins)
        return out

    def _export(self, out: HandedOut, pairs: Sequence[Pair]) -> None:
        """The files, with the list of them. Raises KeyboardInterrupt, and what ended it early."""
        session, order = self._session, self._order
        wanted = export.Order(order.folder, partial(exporting.usual_ending, session), to=order.to)
        work = exporting.Run(session, self._custody, [pair.id for pair in pairs], wanted)
        out.files.extend(work.files())
        if work.stopped:
            raise KeyboardInterrupt
        if work.ended is not None:
            raise work.ended
        out.listing = work.list
        out.failed.extend(work.failed)
        out.misnamed.extend(work.misnamed)

    def _letter(self, out: HandedOut, row: PairRow, folder: Path) -> None:
        private_folder(folder)
        path = handing.letter_in(folder, row)
        if not os.path.lexists(path):
            try:
                handing.letter(self._session, self._custody, row, self._order.to, path, same_folder=False)
            except NotPrintable:
                out.unprinted.append(row.pair)
                return
        out.letters.append(path)
