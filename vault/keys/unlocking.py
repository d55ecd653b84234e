"""From what a person or a job has to the key that the vault gives for it."""

from __future__ import annotations

from vault.crypto import hpke
from vault.crypto.failure import NotAuthentic
from vault.crypto.hpke import PublicKey
from vault.errors import (
    N_,
    CannotUnlock,
    RecoveryCodeMistyped,
    SlotsDamaged,
    WrongKeyringKey,
    WrongPassphrase,
    WrongRecoveryCode,
    WrongWatchKey,
)
from vault.keys.authenticate import same, slots_mac
from vault.keys.derive import WatchKeys, events_key
from vault.keys.slot_seal import unsealed
from vault.keys.slots import KeySlots, Slot
from vault.keys.wrapping import unwrapped, wrapping_key
from vault.secret import KeyringKey, Passphrase, RecoveryCode, RegisterKey, RootKey, WatchKey

RootOwner = Passphrase | RecoveryCode | KeyringKey
"""What opens the whole vault."""
Owner = RootOwner | WatchKey


def unlock_root(slots: KeySlots, secret: RootOwner) -> tuple[RootKey, Slot]:
    """The root key, and the slot that gave it; then the whole file is what somebody with that root key wrote.

    A text that reads as a recovery code is tried as one and then as a passphrase. Raises WrongPassphrase,
    WrongRecoveryCode, RecoveryCodeMistyped, WrongKeyringKey, TooLittleMemory, or SlotsDamaged.
    """
    root, slot = root_of(slots, secret)
    check_mac(slots, root)
    return root, slot


def root_of(slots: KeySlots, secret: RootOwner) -> tuple[RootKey, Slot]:
    """As :func:`unlock_root`, where the rest of the file may be anything: the slot itself is proven by its voucher."""
    found = _root_slot(slots, secret)
    if found is None:
        raise _refusal(secret)
    slot, private = found
    return RootKey(_held(slots, slot, private)), slot


def unlock_watch(slots: KeySlots, key: WatchKey, path: str) -> tuple[WatchKeys, Slot]:
    """The watch keys, and the slot that gave them. ``path`` names the key file in messages.

    A watch key cannot check the file's MAC: its own slot is proven, and nothing else. Raises WrongWatchKey or
    SlotsDamaged.
    """
    found = _opened(slots, "watch", key)
    if found is None:
        raise WrongWatchKey(path=path)
    slot, private = found
    held = _held(slots, slot, private)
    return WatchKeys(RegisterKey(held[:32]), PublicKey(held[32:])), slot


def is_passphrase(slots: KeySlots, text: str) -> bool:
    """Whether ``text`` opens the vault as a passphrase or a recovery code: it takes as long as unlocking."""
    return _root_slot(slots, Passphrase(text)) is not None


def check_mac(slots: KeySlots, root: RootKey) -> None:
    """Raise SlotsDamaged unless somebody with ``root`` wrote the file as it is."""
    key = events_key(root, slots.vault, slots.generation)
    if not same(slots_mac(key, slots.body()), slots.mac):
        raise SlotsDamaged(path=slots.path, what=N_("its authentication code does not fit"))


def _root_slot(slots: KeySlots, secret: RootOwner) -> tuple[Slot, bytes] | None:
    if isinstance(secret, KeyringKey):
        return _opened(slots, "keyring", secret)
    from vault.keys.recovery import recognised  # a watch key never needs it

    code = recognised(secret.reveal())
    found = None if code is None else _opened(slots, "recovery", code)
    if found is None and isinstance(secret, Passphrase):
        found = _opened(slots, "passphrase", secret)
    return found


def _opened(slots: KeySlots, kind: str, owner: Owner) -> tuple[Slot, bytes] | None:
    """The first slot of ``kind`` that ``owner`` opens, and its private half."""
    for slot in slots.slots:
        if slot.kind == kind and slot.usable():
            try:
                return slot, unwrapped(wrapping_key(slot.wrap, owner), slot.private, slots.vault, slot.id, kind)
            except NotAuthentic:
                continue
    return None


def _held(slots: KeySlots, slot: Slot, private: bytes) -> bytes:
    if hpke.public_of(private) != slot.public:
        raise SlotsDamaged(path=slots.path, what=N_("the two halves of a slot do not belong together"))
    try:
        return unsealed(
            private,
            slot.sealed,
            slot.voucher,
            vault=slots.vault,
            slot=slot.id,
            kind=slot.kind,
            generation=slots.generation_of(slot.kind),
        )
    except NotAuthentic:
        raise SlotsDamaged(path=slots.path, what=N_("the key in a slot is not the one that was sealed there")) from None


def _refusal(secret: RootOwner) -> CannotUnlock:
    if isinstance(secret, KeyringKey):
        return WrongKeyringKey()
    from vault.keys.recovery import looks_like_code, recognised

    if recognised(secret.reveal()) is not None:
        return WrongRecoveryCode()
    if isinstance(secret, RecoveryCode) or looks_like_code(secret.reveal()):
        return RecoveryCodeMistyped()
    return WrongPassphrase()
