"""A new root key, or a new register key, reaches all who stay, and nobody else."""

from __future__ import annotations

import os

import pytest

from tests.stand_in.slots import PASSPHRASE, keys
from vault.errors import CertvaultError, SlotsDamaged, UnknownKey
from vault.keys.derive import inbox_key, register_key
from vault.keys.making import signed
from vault.keys.rotating import rotated, watch_rotated
from vault.keys.slots import KeySlots
from vault.keys.unlocking import unlock_root, unlock_watch

KEYS = keys()
SLOTS, ROOT = KEYS.slots, KEYS.root


def read(slots: KeySlots) -> KeySlots:
    """The slots as whoever opens the vault next reads them."""
    return KeySlots.from_bytes(slots.to_bytes(), slots.path)


def test_a_new_root_key_reaches_all_who_stay() -> None:
    """Passphrase, recovery sheet and watch key file give the new keys, and none of them was needed for it."""
    slots, root = rotated(SLOTS, ROOT, "new.db", os.urandom)
    found = read(slots)
    assert root != ROOT
    assert unlock_root(found, PASSPHRASE)[0] == root
    assert unlock_root(found, KEYS.code)[0] == root
    assert unlock_watch(found, KEYS.watch, "w")[0].register == register_key(root, SLOTS.vault, 2)
    assert (found.generation, found.register_generation, found.counter) == (2, 2, SLOTS.counter + 1)
    assert found.database == "new.db"


def test_a_rotation_follows_another() -> None:
    """The vouchers are kept under the new root key, so that the next rotation finds them."""
    slots, root = SLOTS, ROOT
    for number in range(3):
        slots, root = rotated(slots, root, f"new{number}.db", os.urandom)
        slots = watch_rotated(slots, root, f"newer{number}.db", os.urandom)
    assert unlock_root(read(slots), PASSPHRASE)[0] == root
    assert unlock_watch(read(slots), KEYS.watch, "w")[0].register == register_key(root, SLOTS.vault, 7)


def test_a_new_register_key_changes_watch_slots_alone() -> None:
    """The root key and what it gives stay; a watch gets the new register key, and the inbox that it had."""
    found = read(watch_rotated(SLOTS, ROOT, "new.db", os.urandom))
    assert found.slots[:2] == SLOTS.slots[:2]
    assert (found.generation, found.register_generation) == (1, 2)
    assert unlock_root(found, PASSPHRASE)[0] == ROOT
    before, after = unlock_watch(SLOTS, KEYS.watch, "w")[0], unlock_watch(found, KEYS.watch, "w")[0]
    assert after.register == register_key(ROOT, SLOTS.vault, 2)
    assert after.register != before.register
    assert after.inbox_public == before.inbox_public
    assert inbox_key(ROOT, SLOTS.vault, 1).reveal() not in (after.register.reveal(), after.inbox_public)


@pytest.mark.parametrize("owner", [0, 2], ids=["passphrase", "watch"])
def test_an_old_seal_in_a_new_file_is_refused(owner: int) -> None:
    """Seals are of one generation: who puts an old one back into the new file only locks its owner out."""
    slots, root = rotated(SLOTS, ROOT, "new.db", os.urandom)
    old = SLOTS.slots[owner]
    mixed = [
        slot._replace(sealed=old.sealed, voucher=old.voucher) if slot.id == old.id else slot for slot in slots.slots
    ]
    found = read(signed(slots._replace(slots=tuple(mixed)), root))
    with pytest.raises(SlotsDamaged):
        unlock_watch(found, KEYS.watch, "w") if owner == 2 else unlock_root(found, PASSPHRASE)


def test_the_old_root_key_opens_nothing_new() -> None:
    """Neither the file's authentication nor a slot: who kept the old root key is a stranger."""
    slots, _root = rotated(SLOTS, ROOT, "new.db", os.urandom)
    for change in (rotated, watch_rotated):
        with pytest.raises(SlotsDamaged):
            change(slots, ROOT, "next.db", os.urandom)


def test_a_key_of_a_later_kind_stops_the_rotation() -> None:
    """What it opens is not known here; it would be lost."""
    later = SLOTS.slots[0]._replace(kind="card", name="Karte")
    slots = signed(SLOTS._replace(slots=(*SLOTS.slots[1:], later)), ROOT)
    for change in (rotated, watch_rotated):
        with pytest.raises(UnknownKey) as refused:
            change(slots, ROOT, "new.db", os.urandom)
        assert refused.value.fields == {"name": "Karte", "kind": "card"}


@pytest.mark.parametrize("field", ["voucher", "voucher_key"])
def test_a_voucher_that_its_owner_would_not_take_is_found_before(field: str) -> None:
    """A slot whose kept voucher key is not its own would be sealed past its owner."""
    spoilt = SLOTS.slots[2]._replace(**{field: getattr(SLOTS.slots[1], field)})
    slots = signed(SLOTS._replace(slots=(*SLOTS.slots[:2], spoilt)), ROOT)
    for change in (rotated, watch_rotated):
        with pytest.raises(SlotsDamaged, match="sealed there"):
            change(slots, ROOT, "new.db", os.urandom)


def test_a_file_of_somebody_else_is_not_rotated() -> None:
    """Its MAC comes first: nothing that another wrote is taken over."""
    with pytest.raises(CertvaultError, match="authentication code"):
        rotated(SLOTS._replace(database="other.db"), ROOT, "new.db", os.urandom)
