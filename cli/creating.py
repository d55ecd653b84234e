"""Creating a vault: where the recovery code goes is settled before anything is made, so that it is never lost."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cli import prompt, unlock
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Usage, WouldOverwrite
from vault.secret import Passphrase, RecoveryCode

SHORT = 12
"""Characters below which a passphrase gets a word of warning."""


class Way(NamedTuple):
    """Where the recovery code goes: into a file, on the terminal (``shown``), or nowhere: there is none."""

    file: Path | None = None
    shown: bool = False


def refuse_existing(session: Session) -> None:
    """Raise WouldOverwrite where a vault is in the folder already."""
    from vault import opening

    if opening.exists(session.folder):
        raise WouldOverwrite(path=str(session.folder), hint=N_("There is a vault already; choose another folder."))


def way(file: Path | None, *, none: bool) -> Way:
    """Where the recovery code goes. Raises Usage where it would be lost, or two ways are said."""
    if file is not None and none:
        raise Usage(what=N_("--recovery-file and --no-recovery do not go together."))
    if file is not None and file.exists():
        raise WouldOverwrite(path=str(file), hint=N_("The recovery code goes to a new file only."))
    if file is not None or none:
        return Way(file)
    if not prompt.possible():
        raise Usage(
            what=N_("The recovery code would be lost: there is no terminal to show it on."),
            hint=N_("Say --recovery-file FILE, or --no-recovery if you want none."),
        )
    return Way(shown=True)


def passphrase(session: Session) -> Passphrase:
    """The passphrase for a new vault: from its file, or typed twice. Raises NoKeyGiven, Usage."""
    if unlock.passphrase_path(session) is not None or not prompt.possible():
        return unlock.root_key(session)
    first = prompt.hidden(_("New passphrase, best several words: "))
    if not first:
        raise Usage(what=N_("The passphrase is empty. Nothing was created."))
    if len(first) < SHORT:
        prompt.tell(_("This passphrase is short. Whoever has the folder can try passphrases as long as they like."))
    if prompt.hidden(_("The same once more: ")) != first:
        raise Usage(what=N_("The two passphrases differ. Nothing was created."))
    return Passphrase(first)


def created(session: Session, passphrase: Passphrase, way: Way) -> RecoveryCode | None:
    """Create the vault; gives the recovery code. Its file is there before the vault is."""
    from vault import opening
    from vault.files import write_new
    from vault.keys.recovery import new_code

    code = new_code(session.random) if way.file or way.shown else None
    if way.file and code:
        write_new(way.file, code.reveal().encode() + b"\n")
    try:
        opening.create(session.folder, passphrase, code, user=session.user, at=session.now(), random=session.random)
    except BaseException:
        if way.file:
            way.file.unlink(missing_ok=True)
        raise
    return code
