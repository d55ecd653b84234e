"""Who can open the vault: keys added, changed and taken away.

Each change asks for a ``custody`` that was opened exclusively, because the slot file is replaced. That happens inside
the transaction that counts it and records it: what fails before leaves everything as it was, and a process that dies
between the two leaves a slot file that is whole and one count ahead, which the next opening of the vault tells the
database. Every change raises SlotsDamaged, NoRoom, and Usage for texts too long or keys too many.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from vault.custody import Custody
from vault.errors import (
    N_,
    Ambiguous,
    KeyNameTaken,
    KeyringUnusable,
    KeyUnclear,
    NoSuchKey,
    NotAPassphrase,
    PassphraseTaken,
)
from vault.files.writing import provisional, replace
from vault.keys import watch_file
from vault.keys.making import (
    Label,
    with_keyring_slot,
    with_new_passphrase,
    with_passphrase_slot,
    with_recovery_slot,
    with_watch_slot,
    without_slot,
)
from vault.keys.slots import FILE_NAME, KeySlots, Slot
from vault.keys.unlocking import is_passphrase
from vault.keys.wrapping import PROFILE, Argon2Profile
from vault.ledger.events import record
from vault.model.ids import SHORT, Random, normalised
from vault.ports.keyring import Keyring
from vault.secret import KeyringKey, Passphrase, RecoveryCode

SHORTEST_PREFIX = 3
"""Characters from which a word may be the beginning of an id."""


def add_watch(custody: Custody, path: Path, label: Label, *, at: datetime, random: Random) -> Slot:
    """Make a watch key: the file ``path``, readable by its owner alone, and the slot that it opens.

    Raises KeyNameTaken and WouldOverwrite too.
    """
    check_name(custody.slots, label)
    changed, key = with_watch_slot(custody.slots, custody.root, label, at, random)
    with provisional(path, watch_file.contents(key)):
        return _put(custody, changed, "key-added", changed.slots[-1], at)


def add_passphrase(
    custody: Custody,
    passphrase: Passphrase,
    label: Label,
    *,
    at: datetime,
    random: Random,
    profile: Argon2Profile = PROFILE,
) -> Slot:
    """Add a key that ``passphrase`` opens. Raises KeyNameTaken and PassphraseTaken too."""
    check_name(custody.slots, label)
    _check_own(custody.slots, passphrase)
    changed = with_passphrase_slot(custody.slots, custody.root, label, at, random, passphrase, profile)
    return _put(custody, changed, "key-added", changed.slots[-1], at)


def add_recovery(custody: Custody, code: RecoveryCode, label: Label, *, at: datetime, random: Random) -> Slot:
    """Add a key that the recovery ``code`` opens. Raises KeyNameTaken too."""
    check_name(custody.slots, label)
    changed = with_recovery_slot(custody.slots, custody.root, label, at, random, code)
    return _put(custody, changed, "key-added", changed.slots[-1], at)


def add_keyring(custody: Custody, ring: Keyring, label: Label, *, at: datetime, random: Random) -> Slot:
    """Add a key that lies in the keyring of this machine, and was read back from there.

    Raises KeyNameTaken and KeyringUnusable too; then nothing is left in the keyring.
    """
    check_name(custody.slots, label)
    changed, key = with_keyring_slot(custody.slots, custody.root, label, at, random)
    slot = changed.slots[-1]
    ring.put(custody.vault_id, slot.id, key)
    try:
        _check_kept(ring, custody.vault_id, slot, key)
        return _put(custody, changed, "key-added", slot, at)
    except BaseException:
        with suppress(KeyringUnusable):
            ring.remove(custody.vault_id, slot.id)
        raise


def change_passphrase(
    custody: Custody,
    slot: Slot,
    passphrase: Passphrase,
    *,
    at: datetime,
    random: Random,
    profile: Argon2Profile = PROFILE,
) -> Slot:
    """Give ``slot`` another passphrase, whichever key the vault was opened with. The old one need not be known.

    Raises NoSuchKey and PassphraseTaken too.
    """
    _check_own(custody.slots, passphrase)
    place = custody.slots.slots.index(_still(custody.slots, slot))
    changed = with_new_passphrase(custody.slots, custody.root, place, at, random, passphrase, profile)
    new = changed.slots[place]
    return _put(custody, changed, "key-changed", new, at, instead_of=slot.id)


def remove(custody: Custody, slot: Slot, *, at: datetime) -> None:
    """Take ``slot`` away. An old copy of the slot file still opens with it, until the root key is another.

    Raises LastKey and NoSuchKey too.
    """
    gone = _still(custody.slots, slot)
    _put(custody, without_slot(custody.slots, custody.root, gone), "key-removed", gone, at)


def named(slots: KeySlots, name: str) -> Slot:
    """The slot that a person means: its name, blind to case, or its id or the beginning of it.

    A name that is the short id of another slot means neither: who copied it from a list meant that one, perhaps.
    Raises NoSuchKey, or Ambiguous.
    """
    hits = [slot for slot in slots.slots if _folded(slot.name) == _folded(name)]
    prefix = normalised(name)
    if prefix and len(prefix) >= (SHORT if hits else SHORTEST_PREFIX):
        hits += [slot for slot in slots.slots if slot.id.startswith(prefix) and slot not in hits]
    if not hits:
        raise NoSuchKey(name=name)
    if len(hits) > 1:
        raise Ambiguous(name=name, candidates=_candidates(hits))
    return hits[0]


def with_passphrase(slots: KeySlots, name: str | None, opened: Slot) -> Slot:
    """The slot whose passphrase is to be changed: the one of this ``name``, or else the one that ``opened`` the vault,
    or else the only one that has a passphrase.

    Raises NoSuchKey, Ambiguous, NotAPassphrase, or KeyUnclear.
    """
    having = [slot for slot in slots.slots if slot.kind == "passphrase"]
    if name is not None:
        found = named(slots, name)
    elif opened in having or len(having) == 1:
        found = opened if opened in having else having[0]
    elif having:
        raise KeyUnclear(candidates=_candidates(having))
    else:
        found = opened
    if found not in having:
        raise NotAPassphrase(name=found.name)
    return found


def of_same_person(slots: KeySlots, slot: Slot) -> list[Slot]:
    """The other slots whose person is the one of ``slot``; a slot without a person has its name for that."""
    return [one for one in slots.slots if one.id != slot.id and _folded(whose(one)) == _folded(whose(slot))]


def whose(slot: Slot) -> str:
    """Whose slot it is, as far as anybody said."""
    return slot.person or slot.name


def without_paper(slots: KeySlots) -> bool:
    """Whether no recovery code opens the vault: then what people remember, and what machines keep, is all there is."""
    return not any(slot.kind == "recovery" for slot in slots.slots)


def check_name(slots: KeySlots, label: Label) -> None:
    """Raise KeyNameTaken where a slot has the name of ``label`` already, in whatever case."""
    taken = [slot for slot in slots.slots if _folded(slot.name) == _folded(label.name)]
    if taken:
        raise KeyNameTaken(name=label.name, candidates=_candidates(taken))


def _put(custody: Custody, changed: KeySlots, what: str, slot: Slot, at: datetime, **details: str) -> Slot:
    with custody.writing() as writer:
        writer.set_slots_counter(changed.counter)
        whose = {"person": slot.person} if slot.person else {}
        record(custody, writer, what, at=at, slot=slot.id, kind=slot.kind, name=slot.name, **whose, **details)
        replace(custody.folder / FILE_NAME, changed.to_bytes())
    custody.slots = changed
    return slot


def _check_kept(ring: Keyring, vault: str, slot: Slot, key: KeyringKey) -> None:
    if ring.get(vault, slot.id) != key:
        raise KeyringUnusable(why=N_("it does not give back what was put in"))


def _still(slots: KeySlots, slot: Slot) -> Slot:
    """``slot``, where nobody took it away or changed it since it was chosen."""
    if slot not in slots.slots:
        raise NoSuchKey(name=slot.name)
    return slot


def _check_own(slots: KeySlots, passphrase: Passphrase) -> None:
    """Two with one passphrase would be one in the audit log, and a recovery code is no passphrase to remember."""
    if is_passphrase(slots, passphrase.reveal()):
        raise PassphraseTaken


def _candidates(slots: Sequence[Slot]) -> list[dict[str, str]]:
    return [{"id": slot.id, "name": slot.name, "kind": slot.kind, "person": slot.person} for slot in slots]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
