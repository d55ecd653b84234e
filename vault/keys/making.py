"""Slots made, changed and taken away; a new one is proven to open, as it will stand in the file."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from vault.crypto import hpke
from vault.errors import N_, Fault, LastKey, Usage
from vault.keys.authenticate import slots_mac
from vault.keys.derive import WatchKeys, events_key, watch_keys
from vault.keys.slot_seal import kept, sealed_for, voucher_key
from vault.keys.slots import LONGEST_TEXT, MOST_SLOTS, MOST_WORK, KeySlots, Slot
from vault.keys.unlocking import Owner, check_mac, unlock_root, unlock_watch
from vault.keys.watch_file import new_watch_key
from vault.keys.wrapping import (
    PROFILE,
    Argon2Profile,
    Wrap,
    argon2_wrap,
    check_passphrase,
    salted_wrap,
    work,
    wrapped,
    wrapping_key,
)
from vault.model import times
from vault.model.ids import Random, new_id
from vault.secret import KeyringKey, Passphrase, RecoveryCode, RootKey, WatchKey

PASSPHRASE_NAME, RECOVERY_NAME = N_("passphrase"), N_("recovery code")
"""What the keys of a new vault are called, in English."""
KEYRING_KEY = 32
"""Octets of the key that lies in a keyring."""


class Label(NamedTuple):
    """Whose slot it is: free texts for people, which can be seen. The name stands in the audit log."""

    name: str
    person: str = ""
    place: str = ""


def new_slots(
    vault: str,
    database: str,
    root: RootKey,
    at: datetime,
    random: Random,
    passphrase: Passphrase,
    recovery: RecoveryCode | None,
    profile: Argon2Profile = PROFILE,
    names: tuple[str, str] = (PASSPHRASE_NAME, RECOVERY_NAME),
) -> KeySlots:
    """The slots of a new vault: one for ``passphrase`` and, where given, one for the ``recovery`` code.

    ``database`` is the plain name of the database file, ``names`` are those of the two keys. Raises Usage for a
    passphrase that could not be typed again.
    """
    check_passphrase(passphrase)
    slots = KeySlots(vault=vault, generation=1, register_generation=1, counter=0, database=database, slots=())
    slots = _joined(slots, root, Label(names[0]), argon2_wrap(profile, random), passphrase, at, random)
    if recovery is not None:
        label, wrap = Label(names[1]), salted_wrap("recovery", random)
        slots = _joined(slots, root, label, wrap, recovery, at, random)
    return signed(slots._replace(counter=1), root)


def alone(slots: KeySlots, slot: Slot, root: RootKey) -> KeySlots:
    """``slots`` with ``slot`` as the only one: for a file whose other slots may be anybody's."""
    return signed(slots._replace(counter=slots.counter + 1, slots=(slot,)), root)


def with_watch_slot(
    slots: KeySlots, root: RootKey, label: Label, at: datetime, random: Random
) -> tuple[KeySlots, WatchKey]:
    """``slots`` with one more, which a new watch key opens.

    Raises SlotsDamaged where ``slots`` are not what somebody with ``root`` wrote, Usage for texts too long or slots
    too many.
    """
    key = new_watch_key(random)
    return _with(slots, root, label, salted_wrap("watch", random), key, at, random), key


def with_passphrase_slot(
    slots: KeySlots,
    root: RootKey,
    label: Label,
    at: datetime,
    random: Random,
    passphrase: Passphrase,
    profile: Argon2Profile = PROFILE,
) -> KeySlots:
    """``slots`` with one more, which ``passphrase`` opens. Raises as :func:`with_watch_slot`."""
    check_passphrase(passphrase)
    return _with(slots, root, label, argon2_wrap(profile, random), passphrase, at, random)


def with_recovery_slot(
    slots: KeySlots, root: RootKey, label: Label, at: datetime, random: Random, code: RecoveryCode
) -> KeySlots:
    """``slots`` with one more, which the recovery ``code`` opens. Raises as :func:`with_watch_slot`."""
    return _with(slots, root, label, salted_wrap("recovery", random), code, at, random)


def with_keyring_slot(
    slots: KeySlots, root: RootKey, label: Label, at: datetime, random: Random
) -> tuple[KeySlots, KeyringKey]:
    """``slots`` with one more, which a new key for a keyring opens. Raises as :func:`with_watch_slot`."""
    key = KeyringKey(random(KEYRING_KEY))
    return _with(slots, root, label, salted_wrap("keyring", random), key, at, random), key


def with_new_passphrase(
    slots: KeySlots,
    root: RootKey,
    place: int,
    at: datetime,
    random: Random,
    passphrase: Passphrase,
    profile: Argon2Profile = PROFILE,
) -> KeySlots:
    """``slots`` with one that ``passphrase`` opens in the ``place`` (from 0) of another, under its name.

    It is a slot of its own, with an id and a key pair of its own: who knows the old passphrase and has an old copy of
    the file learns nothing that opens this one, or what a rotation seals to it. Raises as :func:`with_watch_slot`.
    """
    check_passphrase(passphrase)
    check_mac(slots, root)
    before, old, after = slots.slots[:place], slots.slots[place], slots.slots[place + 1 :]
    label, rest = Label(old.name, old.person, old.place), slots._replace(slots=(*before, *after))
    new = _joined(rest, root, label, argon2_wrap(profile, random), passphrase, at, random).slots[-1]
    return signed(slots._replace(slots=(*before, new, *after), counter=slots.counter + 1), root)


def without_slot(slots: KeySlots, root: RootKey, gone: Slot) -> KeySlots:
    """``slots`` without ``gone``. Raises LastKey where no other would open the whole vault, and SlotsDamaged."""
    check_mac(slots, root)
    left = tuple(slot for slot in slots.slots if slot.id != gone.id)
    if not any(slot.usable() and slot.kind != "watch" for slot in left):
        raise LastKey(name=gone.name)
    return signed(slots._replace(slots=left, counter=slots.counter + 1), root)


def _with(
    slots: KeySlots, root: RootKey, label: Label, wrap: Wrap, owner: Owner, at: datetime, random: Random
) -> KeySlots:
    check_mac(slots, root)
    joined = _joined(slots, root, label, wrap, owner, at, random)
    return signed(joined._replace(counter=slots.counter + 1), root)


def _joined(
    slots: KeySlots, root: RootKey, label: Label, wrap: Wrap, owner: Owner, at: datetime, random: Random
) -> KeySlots:
    """``slots`` with a new slot at the end that ``owner`` was seen to open; the MAC is still the old one."""
    _check_room(slots, label, wrap)
    slot = _new_slot(slots, root, label, wrap, owner, at, random)
    alone = signed(slots._replace(counter=1, slots=(slot,)), root)
    _prove(KeySlots.from_bytes(alone.to_bytes(), slots.path), root, owner)
    return slots._replace(slots=(*slots.slots, slot))


def _new_slot(
    slots: KeySlots, root: RootKey, label: Label, wrap: Wrap, owner: Owner, at: datetime, random: Random
) -> Slot:
    kind = {Passphrase: "passphrase", RecoveryCode: "recovery", KeyringKey: "keyring", WatchKey: "watch"}[type(owner)]
    name, private = new_id(random), random(32)
    public, key = hpke.public_of(private), voucher_key(private, slots.vault, name)
    sealed, voucher = sealed_for(
        public,
        held(slots, root, kind),
        key,
        vault=slots.vault,
        slot=name,
        kind=kind,
        generation=slots.generation_of(kind),
    )
    return Slot(
        id=name,
        kind=kind,
        name=label.name,
        person=label.person,
        place=label.place,
        created=times.utc(at),
        public=public,
        wrap=wrap,
        private=wrapped(wrapping_key(wrap, owner), private, slots.vault, name, kind),
        sealed=sealed,
        voucher=voucher,
        voucher_key=kept(key, events_key(root, slots.vault, slots.generation), slots.vault, name, random),
    )


def held(slots: KeySlots, root: RootKey, kind: str) -> bytes:
    """What a slot of ``kind`` opens: the watch keys or the root key."""
    if kind != "watch":
        return root.reveal()
    keys = _watch_keys(slots, root)
    return keys.register.reveal() + keys.inbox_public


def _watch_keys(slots: KeySlots, root: RootKey) -> WatchKeys:
    return watch_keys(root, slots.vault, slots.generation, slots.register_generation)


def _prove(slots: KeySlots, root: RootKey, owner: Owner) -> None:
    if isinstance(owner, WatchKey):
        proven = unlock_watch(slots, owner, slots.path)[0] == _watch_keys(slots, root)
    else:
        proven = unlock_root(slots, owner)[0] == root
    if not proven:
        raise Fault(what=N_("a new key slot does not give the key that was put in"))


def _check_room(slots: KeySlots, label: Label, wrap: Wrap) -> None:
    if any(len(text) > LONGEST_TEXT for text in label):
        raise Usage(what=N_("the name, person and place of a key have at most 200 characters each"))
    if not label.name or label.name.startswith("-"):
        raise Usage(what=N_("the name of a key is not empty and does not begin with a hyphen"))
    if not all(text.isprintable() for text in label):
        raise Usage(what=N_("the name, person or place of a key has a character in it that cannot be seen"))
    spent = sum(work(slot.wrap) for slot in slots.slots if slot.usable())
    if len(slots.slots) == MOST_SLOTS or spent + work(wrap) > MOST_WORK:
        raise Usage(what=N_("the vault has as many keys as it can have; remove one first"))


def signed(slots: KeySlots, root: RootKey) -> KeySlots:
    """``slots`` with the MAC of somebody who has ``root``."""
    key = events_key(root, slots.vault, slots.generation)
    return slots._replace(mac=slots_mac(key, slots.body()))
