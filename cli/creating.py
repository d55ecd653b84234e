"""Creating a vault: where the recovery code goes is settled before anything is made, so that it is never lost."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import NamedTuple

from cli import passphrases, prompt, unlock
from cli.render import sheet
from cli.render.sheet import About
from cli.session import Session
from cli.texts import _
from vault.errors import N_, NoKeyGiven, Usage, WouldOverwrite
from vault.model.shown import shown
from vault.secret import Passphrase, RecoveryCode


class Way(NamedTuple):
    """Where the recovery code goes: into a file, on the terminal (``shown``), or nowhere: there is none."""

    file: Path | None = None
    shown: bool = False


def check_folder(session: Session, group: int | None) -> None:
    """Raise WouldOverwrite where a vault is in the folder already, OnNetworkDrive and Exposed where none may be.

    For a ``group`` that shares the vault the folder is there afterwards. A folder that a program copies to other
    machines, or that lies where the group cannot reach it, gets a word of warning.
    """
    from vault import opening, places, sharing

    if opening.exists(session.folder):
        raise WouldOverwrite(path=str(session.folder), hint=N_("There is a vault already; choose another folder."))
    if group is None:
        opening.check_place(session.folder)
    else:
        opening.prepare_shared(session.folder, group)
        if above := sharing.barrier(session.folder, group):
            path = shown(str(above), 1000)
            prompt.tell(_("The group cannot reach the vault: {path} is closed to it.").format(path=path))
    if program := places.synchronised(session.folder):
        prompt.tell(
            _("{program} copies this folder to other machines, in the middle of a change too.").format(program=program)
        )
        prompt.tell(_("Better choose a folder outside of it: certvault --vault DIR init"))


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
    file = unlock.passphrase_path(session)
    if file is not None:
        return passphrases.from_file(session, file)
    if not prompt.possible():
        raise NoKeyGiven
    return passphrases.typed_twice(session)


def created(session: Session, passphrase: Passphrase, way: Way, group: int | None = None) -> RecoveryCode | None:
    """Create the vault, which a ``group`` may share; gives the recovery code. Its file is there before the vault is."""
    from vault import opening
    from vault.keys.making import PASSPHRASE_NAME, RECOVERY_NAME
    from vault.keys.recovery import new_code
    from vault.model.ids import new_id

    code = new_code(session.random) if way.file or way.shown else None
    vault = new_id(session.random)
    names = _(PASSPHRASE_NAME), _(RECOVERY_NAME)
    with kept(session, code, way.file, About(vault, names[1])):
        opening.create(
            session.folder,
            passphrase,
            code,
            vault=vault,
            group=group,
            user=session.user,
            at=session.now(),
            random=session.random,
            names=names,
        )
    return code


def kept(session: Session, code: RecoveryCode | None, file: Path | None, about: About) -> AbstractContextManager[None]:
    """The recovery ``code`` in its ``file``, where there is one: before the vault takes it, and no longer if it does
    not.
    """
    from vault.files.writing import provisional

    if file and code:
        tell_if_beside(session, file)
    return provisional(file, sheet.for_file(session, code, file, about)) if file and code else nullcontext()


def tell_if_beside(session: Session, file: Path) -> None:
    """A word of warning where a key would lie in the vault's own folder."""
    if file.resolve().is_relative_to(session.folder.resolve()):
        prompt.tell(
            _("{path} lies in the vault's own folder: whoever copies that has the key too.").format(
                path=shown(str(file), 1000)
            )
        )
