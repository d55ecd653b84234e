"""Documents for brokers: from a pair to a file of which the audit log knows."""

from __future__ import annotations

import os
from pathlib import Path

from cli import speaking
from cli.render import pin_letter
from cli.render.letterhead import Frame, Handed
from cli.session import Session
from cli.texts import spoken
from vault.custody import Custody
from vault.documents.pdf import pdf
from vault.errors import N_, Usage, WouldOverwrite
from vault.files.writing import private_folder, write_new
from vault.model.filename import safe_name
from vault.operations import apart
from vault.operations.pin import reveal
from vault.operations.register import PairRow
from vault.operations.request import sender
from vault.operations.settings import AGENCY, standing

ENDING = ".pdf"


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

    Raises Usage for another ending than that of a PDF, PinBeside, WouldOverwrite, NotPrintable, NoRoom.
    """
    path = place / f"{_letter_name(row)}{ENDING}" if place.is_dir() else place
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


def _letter_name(row: PairRow) -> str:
    holder = row.holder.name if row.holder else row.pair.holder
    return safe_name(f"PIN {safe_name(holder)[:60]} {row.pair.provider[:24]} {row.pair.id[:6]}")
