"""A new passphrase: from a file, or typed twice on the terminal; how soon it is guessed is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli import prompt, unlock
from cli.texts import _, translated
from vault.errors import N_, Usage
from vault.secret import Passphrase

if TYPE_CHECKING:
    from cli.session import Session


def new(session: Session, file: Path | None, *about: str) -> Passphrase:
    """A new passphrase for a vault that is there: from ``file``, else typed twice.

    ``about`` are texts with which whoever guesses would begin. Raises Usage, KeyFileUnusable.
    """
    if file is not None:
        return from_file(session, file, *about)
    if not prompt.possible():
        raise Usage(
            what=N_("The new passphrase is missing, and there is no terminal to ask on."),
            hint=N_("Give it with --new-passphrase-file FILE."),
        )
    return typed_twice(session, *about)


def from_file(session: Session, file: Path, *about: str) -> Passphrase:
    """The passphrase in ``file``. Nobody is there to choose another: a weak one is told, and taken."""
    passphrase = unlock.in_file(file)
    why = _weakness(session, passphrase, about)
    if why and not session.json:
        prompt.tell(_("The passphrase in the file is easy to guess: {why}.").format(why=why))
    return passphrase


def typed_twice(session: Session, *about: str) -> Passphrase:
    """What a person types, unseen, two times the same; one that is easy to guess is asked anew. Raises Usage."""
    while True:
        first = Passphrase(prompt.hidden(_("New passphrase, best several words: ")))
        if not first.reveal():
            raise Usage(what=N_("The passphrase is empty. Nothing was changed."))
        why = _weakness(session, first, about)
        if not why:
            break
        prompt.tell(_("That is easy to guess: {why}. Whoever has the folder can try for years.").format(why=why))
        prompt.tell(_("Please take another, of four or five words that do not belong together."))
    if Passphrase(prompt.hidden(_("The same once more: "))) != first:
        raise Usage(what=N_("The two passphrases differ. Nothing was changed."))
    return first


def _weakness(session: Session, passphrase: Passphrase, about: tuple[str, ...]) -> str:
    from vault.keys.strength import weakness  # its library and words, for those who choose one

    why = weakness(passphrase, (session.user, session.folder.name, *about))
    return why and translated(why)
