"""Where the key comes from: a file, or a person at the terminal. Never an argument's or a variable's value."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from cli.texts import _
from vault.errors import N_, KeyFileUnusable, KeyringUnusable, NoKeyGiven, NoVault, WatchKeyOpensNoPair, WrongKeyringKey
from vault.secret import KeyringKey, Passphrase, WatchKey

if TYPE_CHECKING:
    from cli.session import Session
    from vault.keys.slots import KeySlots
    from vault.keys.unlocking import RootOwner

LONGEST = 4096


def existing(folder: Path) -> Path:
    """``folder``, where a vault is in it. Raises NoVault, OnNetworkDrive, Exposed before anybody is asked for a key."""
    from vault import opening

    if not opening.exists(folder):
        raise NoVault(path=str(folder))
    opening.check_place(folder)
    return folder


def watch_key_path(session: Session) -> Path | None:
    """The watch key file that is given, or None."""
    return session.watch_key_file or _named("CERTVAULT_WATCH_KEY_FILE")


def watch_key(path: Path) -> WatchKey:
    """The watch key in a file. Raises KeyFileUnusable."""
    from vault.files.reading import read_private
    from vault.keys.watch_file import LONGEST as LINE
    from vault.keys.watch_file import read_watch_key

    return read_watch_key(read_private(path, LINE), str(path))


def passphrase_path(session: Session) -> Path | None:
    """The passphrase file that is given, or None."""
    return session.passphrase_file or _named("CERTVAULT_PASSPHRASE_FILE")


def root_key(session: Session, slots: KeySlots | None = None) -> RootOwner:
    """What opens the whole vault; a recovery code is told from a passphrase where it is tried.

    ``slots`` are those that it shall open, where they are not the ones in the vault's folder. Where the keyring cannot
    be used, or what lies there does not open it, that is told, and the next way is gone. Raises WatchKeyOpensNoPair,
    NoKeyGiven, KeyFileUnusable, KeyringUnusable, WrongKeyringKey, SlotsDamaged.
    """
    path = passphrase_path(session)
    if path is not None:
        return in_file(path)
    from cli import prompt  # whoever has a file is asked nothing

    try:
        key = _in_keyring(session, slots)
    except (KeyringUnusable, WrongKeyringKey) as error:
        if not prompt.possible():
            raise
        key = None
        from cli.render.errors import sentence

        prompt.tell(sentence(error))
    if key is not None:
        return key
    if not prompt.possible():
        raise NoKeyGiven if watch_key_path(session) is None else WatchKeyOpensNoPair
    return Passphrase(prompt.hidden(_("Passphrase of the vault: ")))


def at_hand(session: Session) -> RootOwner | None:
    """What opens the whole vault without anybody being asked: a passphrase file, or a key in the keyring; else None.

    Raises KeyFileUnusable, KeyringUnusable, WrongKeyringKey, SlotsDamaged.
    """
    path = passphrase_path(session)
    return _in_keyring(session, None) if path is None else in_file(path)


def _in_keyring(session: Session, slots: KeySlots | None) -> KeyringKey | None:
    """The key for this vault in the keyring of this machine, seen to open it, or None.

    No keyring is asked where no key lies in one. Raises KeyringUnusable, WrongKeyringKey, SlotsDamaged.
    """
    from vault import opening
    from vault.keys.unlocking import root_of

    slots = slots or opening.slots(session.folder)
    there = [slot for slot in slots.slots if slot.kind == "keyring" and slot.usable()]
    ring = session.keyring if there else None
    found = (ring.get(slots.vault, slot.id) for slot in there if ring)
    key = next((key for key in found if key is not None), None)
    if key is not None:
        root_of(slots, key)
    return key


def in_file(path: Path) -> Passphrase:
    """The passphrase that a file holds in its one line. Raises KeyFileUnusable."""
    return Passphrase(_only_line(path))


def _named(variable: str) -> Path | None:
    value = os.environ.get(variable)
    return Path(value) if value else None


def _only_line(path: Path) -> str:
    """The one line of a passphrase file, without byte-order mark and line end."""
    raw = _read(path)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise KeyFileUnusable(path=str(path), why=N_("it is not UTF-8 text")) from None
    line = text.removesuffix("\n").removesuffix("\r")
    if not line or "\n" in line or len(raw) > LONGEST:
        raise KeyFileUnusable(path=str(path), why=N_("it must hold the passphrase in one line and nothing else"))
    return line


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST + 1)
    except OSError as error:
        raise KeyFileUnusable(path=str(path), why=error.strerror or N_("it cannot be read")) from None
