"""The key for ``doctor``: the strongest that is at hand, or none."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cli import unlock
from cli.session import Session
from vault.doctor import Key
from vault.errors import Damaged, KeyringUnusable, NoKeyGiven
from vault.keys.slots import KeySlots
from vault.secret import Passphrase


class Given(NamedTuple):
    """A key, and the file that it was read from where that is a watch key's; or nothing."""

    key: Key | None
    path: str = ""


def given(session: Session, slots: KeySlots | None = None) -> Given:
    """A passphrase file, else a watch key file, else the keyring, else what is typed; an empty line is no key.

    ``slots`` are those that it shall open, where they are not the ones in the vault's folder.
    """
    watch: Path | None = unlock.watch_key_path(session)
    if watch is not None and unlock.passphrase_path(session) is None:
        return Given(unlock.watch_key(watch), str(watch))
    try:
        key = unlock.root_key(session, slots)
    except (NoKeyGiven, KeyringUnusable, Damaged):
        return Given(None)
    return Given(None) if isinstance(key, Passphrase) and not key.reveal() else Given(key)
