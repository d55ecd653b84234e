"""Key slots that cost next to nothing to open."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import NamedTuple

from vault.keys.making import Label, new_slots, with_watch_slot
from vault.keys.recovery import new_code
from vault.keys.slots import KeySlots
from vault.keys.wrapping import Argon2Profile
from vault.model.ids import new_id
from vault.secret import Passphrase, RecoveryCode, RootKey, WatchKey

QUICK = Argon2Profile("quick", memory_kib=64, passes=1, lanes=1)
"""Argon2id for tests: no protection at all."""
AT = datetime(2026, 11, 22, 7, 40, tzinfo=UTC)
PASSPHRASE = Passphrase("Schlüssel im Schrank 4711")


class Keys(NamedTuple):
    """A slot file with a passphrase, a recovery code and a watch key, and what opens it."""

    slots: KeySlots
    root: RootKey
    code: RecoveryCode
    watch: WatchKey


def keys() -> Keys:
    """New keys of a new vault."""
    root, code = RootKey(os.urandom(32)), new_code(os.urandom)
    slots = new_slots(new_id(os.urandom), "register.db", root, AT, os.urandom, PASSPHRASE, code, QUICK)
    slots, watch = with_watch_slot(slots, root, Label("nightly", "Jo", "server"), AT, os.urandom)
    return Keys(slots, root, code, watch)
