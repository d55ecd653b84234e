"""New keys for all who stay: what each slot opens is sealed anew to its public half, so nobody types anything.

Every slot's voucher key is kept under the events key; with it the new seal is vouched for, and the owner takes it for
the work of somebody who had the root key before (``docs/format.md``).
"""

from __future__ import annotations

from vault.crypto.failure import NotAuthentic
from vault.errors import N_, SlotsDamaged, UnknownKey
from vault.keys.derive import events_key
from vault.keys.making import held, signed
from vault.keys.slot_seal import is_vouched, kept, recalled, sealed_for
from vault.keys.slots import KeySlots, Slot
from vault.keys.unlocking import check_mac
from vault.keys.wrapping import METHODS
from vault.model.ids import Random
from vault.secret import RootKey

ROOT_SIZE = 32


def rotated(slots: KeySlots, root: RootKey, database: str, random: Random) -> tuple[KeySlots, RootKey]:
    """A new root key, and ``slots`` that give it to whom they gave ``root``; ``database`` names the file under it.

    The register key is a new one too. Raises SlotsDamaged, or UnknownKey for a slot of a kind that is not known here.
    """
    new_root = RootKey(random(ROOT_SIZE))
    changed = _next(slots, root, database)._replace(generation=slots.generation + 1)
    resealed = tuple(_resealed(slot, slots, root, changed, new_root, random) for slot in slots.slots)
    return signed(changed._replace(slots=resealed), new_root), new_root


def watch_rotated(slots: KeySlots, root: RootKey, database: str, random: Random) -> KeySlots:
    """``slots`` whose watch slots give a new register key; every other stays as it is. Raises as :func:`rotated`."""
    changed = _next(slots, root, database)
    resealed = tuple(
        _resealed(slot, slots, root, changed, root, random) if slot.kind == "watch" else slot for slot in slots.slots
    )
    return signed(changed._replace(slots=resealed), root)


def _next(slots: KeySlots, root: RootKey, database: str) -> KeySlots:
    check_mac(slots, root)
    for slot in slots.slots:
        if slot.kind not in METHODS:
            raise UnknownKey(name=slot.name, kind=slot.kind)
    return slots._replace(
        register_generation=slots.register_generation + 1, counter=slots.counter + 1, database=database
    )


def _resealed(slot: Slot, old: KeySlots, old_root: RootKey, new: KeySlots, new_root: RootKey, random: Random) -> Slot:
    key = _voucher_key(slot, old, old_root)
    sealed, voucher = sealed_for(
        slot.public,
        held(new, new_root, slot.kind),
        key,
        vault=new.vault,
        slot=slot.id,
        kind=slot.kind,
        generation=new.generation_of(slot.kind),
    )
    events = events_key(new_root, new.vault, new.generation)
    return slot._replace(sealed=sealed, voucher=voucher, voucher_key=kept(key, events, new.vault, slot.id, random))


def _voucher_key(slot: Slot, slots: KeySlots, root: RootKey) -> bytes:
    """The slot's voucher key, seen to be the one of its present seal: its owner will take what it vouches for."""
    events = events_key(root, slots.vault, slots.generation)
    try:
        key = recalled(slot.voucher_key, events, slots.vault, slot.id)
    except NotAuthentic:
        key = b""
    if key and is_vouched(
        key,
        slot.sealed,
        slot.voucher,
        vault=slots.vault,
        slot=slot.id,
        kind=slot.kind,
        generation=slots.generation_of(slot.kind),
    ):
        return key
    raise SlotsDamaged(path=slots.path, what=N_("the key in a slot is not the one that was sealed there"))
