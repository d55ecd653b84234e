"""The key for ``doctor``: the strongest that is at hand, or none."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from cli import unlock
from cli.session import Session
from vault.doctor import Key
from vault.errors import Damaged, KeyringUnusable, NoKeyGiven
from vault.secret import Passphrase


class Given(NamedTuple):
    """A key, and the file that it was read from where that is a watch key's; or nothing."""

    key: Key | None
    path: str = ""


def given(session: Session) -> Given:
    """A passphrase file, else a watch key file, else the keyring, else what is typed; an empty line is no key."""
    watch: Path | None = unlock.watch_key_path(session)
    if watch is not None and unlock.passphrase_path(session) is None:
        return Given(unlock.watch_key(watch), str(watch))
    try:
        key = unlock.root_key(session)
    except (NoKeyGiven, KeyringUnusable, Damaged):
        return Given(None)
    return Given(None) if isinstance(key, Passphrase) and not key.reveal() else Given(key)
