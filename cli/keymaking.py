"""Adding a key: what each kind needs is at hand before the vault is opened to change it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cli import creating, passphrases, prompt
from cli.render.errors import sentence
from cli.render.sheet import About
from cli.session import Session
from cli.texts import _
from vault import opening
from vault.errors import N_, KeyringUnusable, Phrase, Usage, WouldOverwrite
from vault.keys.making import PASSPHRASE_NAME, RECOVERY_NAME, Label
from vault.keys.recovery import new_code
from vault.keys.slots import Slot
from vault.keys.unlocking import RootOwner
from vault.model.shown import shown
from vault.operations import keys
from vault.secret import Passphrase, RecoveryCode

KINDS = {"passphrase": PASSPHRASE_NAME, "recovery": RECOVERY_NAME, "keyring": N_("keyring"), "watch": N_("watch")}
"""The kinds that can be added, and the name of one to which nobody gives a name: in the language of who adds it."""


class Files(NamedTuple):
    """The files that are named: each goes with one kind of key."""

    new_passphrase: Path | None = None
    recovery: Path | None = None
    watch_key: Path | None = None


class Added(NamedTuple):
    """A new key; a recovery ``code`` that is to be shown, and the ``file`` in which the key lies."""

    slot: Slot
    code: RecoveryCode | None = None
    file: Path | None = None


def label(kind: str, name: str, person: str, place: str) -> Label:
    """Whose key it is, and what it is called; blanks of any kind between words count as one."""
    name, person, place = (" ".join(text.split()) for text in (name, person, place))
    return Label(name or person or _(KINDS[kind]), person, place)


def added(session: Session, kind: str, label: Label, files: Files) -> Added:
    """Add a key of ``kind``. Raises Usage for a file of another kind, and what the operations raise."""
    _refuse_misplaced(kind, files)
    if kind == "watch" and files.watch_key is None:
        raise Usage(what=Phrase(N_("{name} is missing."), name="--watch-key-file"))
    if kind == "recovery":
        _refuse_lost(files.recovery)
    secret, _opened = session.proven()
    keys.check_name(opening.slots(session.folder), label)
    if kind == "passphrase":
        return _passphrase(session, secret, label, passphrases.new(session, files.new_passphrase, *label))
    if kind == "recovery":
        return _recovery(session, secret, label, files.recovery)
    if kind == "keyring":
        return _keyring(session, secret, label)
    return _watch(session, secret, label, files.watch_key or Path())


def meant(session: Session, slot: Slot) -> bool:
    """Whether a person who opened the vault with ``slot`` means to remove it. Without a terminal he does."""
    if session.json or not prompt.possible():
        return True
    prompt.tell(_("You have just opened the vault with the key {name}.").format(name=shown(slot.name)))
    if prompt.yes(_("Remove it all the same?")):
        return True
    prompt.tell(_("Nothing was changed."))
    return False


def forget(session: Session, slot: Slot) -> None:
    """Take the key of a removed slot out of the keyring of this machine, where it lies there and can be reached."""
    try:
        session.keyring.remove(opening.slots(session.folder).vault, slot.id)
    except KeyringUnusable as error:
        prompt.tell(sentence(error))


def _passphrase(session: Session, secret: RootOwner, label: Label, passphrase: Passphrase) -> Added:
    with session.custody(exclusive=True, secret=secret) as custody:
        return Added(keys.add_passphrase(custody, passphrase, label, at=session.now(), random=session.random))


def _recovery(session: Session, secret: RootOwner, label: Label, file: Path | None) -> Added:
    code, about = new_code(session.random), About(opening.slots(session.folder).vault, label.name)
    with session.custody(exclusive=True, secret=secret) as custody, creating.kept(session, code, file, about):
        slot = keys.add_recovery(custody, code, label, at=session.now(), random=session.random)
    return Added(slot, None if file else code, file)


def _keyring(session: Session, secret: RootOwner, label: Label) -> Added:
    with session.custody(exclusive=True, secret=secret) as custody:
        try:
            return Added(keys.add_keyring(custody, session.keyring, label, at=session.now(), random=session.random))
        except KeyringUnusable as error:
            error.hint = N_("Log in at the desktop of this machine and unlock its keyring. Nothing was changed.")
            raise


def _watch(session: Session, secret: RootOwner, label: Label, file: Path) -> Added:
    creating.tell_if_beside(session, file)
    with session.custody(exclusive=True, secret=secret) as custody:
        slot = keys.add_watch(custody, file, label, at=session.now(), random=session.random)
    return Added(slot, file=file)


def _refuse_misplaced(kind: str, files: Files) -> None:
    goes_with = {
        "--new-passphrase-file": ("passphrase", files.new_passphrase),
        "--recovery-file": ("recovery", files.recovery),
        "--watch-key-file": ("watch", files.watch_key),
    }
    for option, (owner, file) in goes_with.items():
        if file is not None and owner != kind:
            what = N_("{option} goes with {command} only.")
            raise Usage(what=Phrase(what, option=option, command=f"certvault keys add {owner}"))


def _refuse_lost(file: Path | None) -> None:
    if file is not None and file.exists():
        raise WouldOverwrite(path=str(file), hint=N_("The recovery code goes to a new file only."))
    if file is None and not prompt.possible():
        raise Usage(
            what=N_("The recovery code would be lost: there is no terminal to show it on."),
            hint=N_("Say --recovery-file FILE."),
        )
