"""Documents for brokers: from a pair to a file of which the audit log knows."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from cli import speaking
from cli.exporting import usual_ending
from cli.render import broker_sheet, pin_letter
from cli.render.letterhead import Frame, Handed
from cli.session import Session
from cli.texts import spoken
from vault.custody import Custody
from vault.documents.pdf import pdf
from vault.errors import N_, CertvaultError, Usage, WouldOverwrite
from vault.files.writing import private_folder, write_new
from vault.model.pair import Pair
from vault.model.target_profile import TargetProfile
from vault.model.times import local
from vault.operations import apart, handover
from vault.operations.export import file_name
from vault.operations.fitting import Fit
from vault.operations.handover import Written
from vault.operations.pin import reveal
from vault.operations.register import PairRow
from vault.operations.request import sender
from vault.operations.settings import AGENCY, standing

ENDING = ".pdf"


class Order(NamedTuple):
    """What holds for all sheets: the software, the folder to write into, and who gets them, if one is named."""

    target: TargetProfile
    folder: Path
    to: str | None = None
    same_folder: bool = False


class Failed(NamedTuple):
    """A pair of which there is no sheet, and why."""

    row: PairRow
    error: CertvaultError


class Sheets:
    """Sheets for brokers, all of one order."""

    def __init__(self, session: Session, custody: Custody, order: Order) -> None:
        self._session, self._custody, self._order = session, custody, order
        self._frame = frame(session, custody)
        self._language = speaking.of_documents(session, custody)

    @property
    def unsigned(self) -> bool:
        """Whether nobody has said who the agency is, so that no sheet tells whom to ask."""
        return not self._frame.agency

    def written(self, rows: Sequence[PairRow]) -> list[Written | Failed]:
        """What became of each. One that fails stops none of the others, unless it is the only one."""
        private_folder(self._order.folder)
        results: list[Written | Failed] = []
        for row in rows:
            try:
                path = self._order.folder / _sheet_name(row, self._order.target)
                results.append(self._write(row, path, self._files(row)))
            except CertvaultError as error:
                if len(rows) == 1:
                    raise
                results.append(Failed(row, error))
        return results

    def beside(self, row: PairRow, file: Path) -> Path:
        """The sheet of a pair beside its ``file``; one that is there already stays. Raises as it is written.

        What an interrupted run wrote on another day is as good.
        """
        path = file.with_suffix(ENDING)
        return path if os.path.lexists(path) else self._write(row, path, [file.name]).sheet.path

    def _write(self, row: PairRow, path: Path, files: Sequence[str]) -> Written:
        """Write one sheet. Raises PinBeside, WouldOverwrite, NoRoom, PairDamaged, PairDiffers."""
        order, custody = self._order, self._custody
        if not order.same_folder:
            apart.check(custody, row.pair, path.parent, apart.LETTERS)
        custody.unsealed(row.pair)  # what the row says of the certificate is what was sealed
        one = handover.Sheet(row.pair, path, self._made(row, files), order.target.id, order.to)
        return handover.write(custody, one, at=self._session.now(), random=self._session.random)

    def _made(self, row: PairRow, files: Sequence[str]) -> bytes:
        """The sheet as a PDF: the same bytes all day long, so that a second run finds the first one's."""
        midnight = local(self._frame.at, self._frame.zone).replace(hour=0, minute=0, second=0)
        target, title = self._order.target, handed(self._session, row)
        with spoken(self._language):
            about = broker_sheet.Sheet(title, _before(self._custody, row.pair), target, files)
            document = broker_sheet.sheet(about, self._frame)
        return pdf(document, at=midnight)

    def _files(self, row: PairRow) -> list[str]:
        """How the files are called that :mod:`vault.operations.export` writes for this software."""
        fit = Fit(self._order.target)
        endings = fit.endings(None, usual_ending(self._session, row.pair.provider))
        return [file_name(row.pair, row.holder, ending, fit.name) for ending in endings]


def frame(session: Session, custody: Custody) -> Frame:
    """What stands on every document. Raises SettingChanged."""
    with custody.reading() as reader:
        agency = standing(custody, reader, AGENCY).value
    return Frame(agency, sender(custody), session.now(), session.zone(custody))


def handed(session: Session, row: PairRow) -> Handed:
    """A pair as documents tell of it."""
    return Handed(row.pair, row.holder, session.titles().get(row.pair.provider, row.pair.provider))


def letter(session: Session, custody: Custody, row: PairRow, to: str | None, place: Path, *, same_folder: bool) -> Path:
    """Write the PIN of a pair into a letter: a new file ``place``, or one in the folder of that name; gives its path.

    What has no ending is a folder, also where it is not there yet. Raises Usage for another ending than that of a PDF,
    PinBeside, WouldOverwrite, NotPrintable, NoRoom.
    """
    path = letter_in(place, row) if place.is_dir() or not place.suffix else place
    if path.suffix.lower() != ENDING:
        raise Usage(what=N_("A letter is a PDF: name a folder, or a file that ends in .pdf."))
    if os.path.lexists(path):
        raise WouldOverwrite(path=str(path))
    if not same_folder:
        apart.check(custody, row.pair, path.parent, apart.FILES)
    private_folder(path.parent)
    about, head, at = handed(session, row), frame(session, custody), session.now()
    language = speaking.of_documents(session, custody)
    with reveal(custody, row.pair, to=to, letter=path, at=at, random=session.random) as pin:
        with spoken(language):
            document = pin_letter.letter(about, pin, head)
        write_new(path, pdf(document, at=at))
    return path


def letter_in(folder: Path, row: PairRow) -> Path:
    """How the letter of a pair is called in a folder."""
    return folder / file_name(row.pair, row.holder, "pdf", "PIN {holder} {provider} {id}")


def _sheet_name(row: PairRow, target: TargetProfile) -> str:
    """As the certificate's file is called, so that both lie one below the other; and for what software."""
    file = file_name(row.pair, row.holder, "pdf")
    return file if target.id == "original" else f"{file.removesuffix(ENDING)} {target.id}{ENDING}"


def _before(custody: Custody, pair: Pair) -> Pair | None:
    """The pair whose place this one took, the last of them."""
    with custody.reading() as reader:
        older = [one for one in reader.lineage(pair.lineage) if one.superseded_by == pair.id]
    return max(older, key=lambda one: one.not_after, default=None)
