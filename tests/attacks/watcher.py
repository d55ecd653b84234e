"""Somebody who has the watch key file and may read the folder."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from vault import opening
from vault.keys.derive import WatchKeys
from vault.keys.slot_seal import voucher_key
from vault.keys.slots import KeySlots, Slot
from vault.keys.unlocking import unlock_watch
from vault.keys.watch_file import read_watch_key
from vault.keys.wrapping import unwrapped, wrapping_key
from vault.secret import WatchKey


class Watcher(NamedTuple):
    """All that a watch key file is worth, taken to pieces. ``octets`` is every string of 32 octets in it."""

    folder: Path
    file: Path
    key: WatchKey
    slots: KeySlots
    slot: Slot
    keys: WatchKeys
    octets: dict[str, bytes]


def taken_to_pieces(folder: Path, path: Path) -> Watcher:
    """What the watch key file ``path`` of the vault in ``folder`` is worth."""
    key, slots = read_watch_key(path.read_bytes(), str(path)), opening.slots(folder)
    keys, slot = unlock_watch(slots, key, str(path))
    wrapping = wrapping_key(slot.wrap, key)
    private = unwrapped(wrapping, slot.private, slots.vault, slot.id, "watch")
    octets = {
        "watch key": key.reveal(),
        "register key": keys.register.reveal(),
        "inbox public half": bytes(keys.inbox_public),
        "wrapping key": wrapping,
        "private half of the slot": private,
        "public half of the slot": bytes(slot.public),
        "voucher key": voucher_key(private, slots.vault, slot.id),
        "zeros": bytes(32),
    }
    return Watcher(folder, path, key, slots, slot, keys, octets)
