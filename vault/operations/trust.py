"""Whose a backup is: the keys that open it, and whether somebody who had them wrote it."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from vault import packing
from vault.errors import N_, BackupDamaged, CannotUnlock, SlotsDamaged
from vault.keys.authenticate import backup_auth, backup_register_auth, same
from vault.keys.derive import events_key, register_key
from vault.keys.slots import KeySlots, Slot
from vault.keys.unlocking import RootOwner, check_mac, unlock_root
from vault.secret import RegisterKey, RootKey


class Unlocked(NamedTuple):
    """The slots of a backup, the root key that they give, and the slot by which it was opened."""

    slots: KeySlots
    root: RootKey
    slot: Slot

    @property
    def register(self) -> RegisterKey:
        """The key of the backup's database."""
        return register_key(self.root, self.slots.vault, self.slots.register_generation)


def slots_in(backup: packing.Backup) -> KeySlots:
    """The slots in a backup that was read. Raises BackupDamaged, NewerVersion."""
    try:
        slots = KeySlots.from_bytes(backup.slots, str(backup.path))
    except SlotsDamaged as error:
        raise BackupDamaged(path=str(backup.path), what=error.fields["what"]) from None
    if (slots.vault, slots.generation) != (backup.head.vault, backup.head.generation):
        raise unsound(backup)
    return slots


def unlocked(backup: packing.Backup, living: KeySlots | None, secret: RootOwner) -> Unlocked:
    """The backup's slots, opened by themselves, or by a living slot that gives the same root key.

    Raises CannotUnlock, BackupDamaged, NewerVersion.
    """
    slots = slots_in(backup)
    try:
        return Unlocked(slots, *unlock_root(slots, secret))
    except SlotsDamaged as error:
        raise BackupDamaged(path=str(backup.path), what=error.fields["what"]) from None
    except CannotUnlock:
        opened = _by_living(slots, living, secret)
        if opened is None:
            raise
        return opened


def _by_living(slots: KeySlots, living: KeySlots | None, secret: RootOwner) -> Unlocked | None:
    if living is None:
        return None
    with suppress(CannotUnlock, SlotsDamaged):
        root, slot = unlock_root(living, secret)
        if gives(slots, root):
            return Unlocked(slots, root, slot)
    return None


def gives(slots: KeySlots, root: RootKey) -> bool:
    """Whether these slots give ``root``: somebody who has it wrote them."""
    try:
        check_mac(slots, root)
    except SlotsDamaged:
        return False
    return True


def authentic(backup: packing.Backup, slots: KeySlots, register: RegisterKey, root: RootKey | None) -> bool:
    """Whether its codes are those of somebody who had these keys; without the root key only one of them can be told."""
    if not same(backup_register_auth(register, slots.vault, backup.signed), backup.register_mac):
        return False
    if root is None or backup.events_mac == bytes(32):
        return True
    events = events_key(root, slots.vault, slots.generation)
    return same(backup_auth(events, backup.signed), backup.events_mac)


def unsound(backup: packing.Backup) -> BackupDamaged:
    """The error for a backup that nobody with its keys wrote."""
    return BackupDamaged(path=str(backup.path), what=N_("its authentication code does not fit"))
