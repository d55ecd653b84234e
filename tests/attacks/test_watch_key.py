"""Whoever warns cannot read: a watch key, and everything it opens, opens no pair."""

from __future__ import annotations

import base64
import json

import pytest

from tests.attacks.attacker import database
from tests.attacks.story import Story
from tests.attacks.test_planted import letterbox, plant
from tests.attacks.watcher import Watcher
from tests.support import vaults
from vault.crypto import hpke
from vault.crypto.aead import TAG, unseal
from vault.crypto.failure import NotAuthentic
from vault.crypto.hkdf import hkdf
from vault.custody import Custody, Watch
from vault.errors import CannotUnlock, Damaged
from vault.keys.derive import events_key, inbox_key, pairs_key, register_key
from vault.keys.recovery import new_code
from vault.keys.slot_seal import unsealed
from vault.keys.slots import KeySlots, Slot
from vault.keys.unlocking import unlock_root
from vault.keys.wrapping import unwrapped
from vault.model.parked import ParkedFile
from vault.sealing import Inbox, Sealer
from vault.secret import InboxKey, PairsKey, Passphrase, Pin, RecoveryCode, RootKey


def sealed_values(story: Story) -> list[bytes]:
    """What the register holds of the pairs."""
    with vaults.custody(story.folder) as custody, custody.reading() as reader:
        found = [reader.sealed(pair.id) for pair in (story.old, story.mueller, story.schmidt)]
    return [sealed for sealed in found if sealed is not None]


def test_no_key_of_a_watch_opens_a_pair(story: Story, watcher: Watcher) -> None:
    """Not as a pairs key, not as a root key of any generation, not as the key of one seal."""
    pairs = (story.old, story.mueller, story.schmidt)
    for octets in watcher.octets.values():
        keys = [PairsKey(octets), *(pairs_key(RootKey(octets), watcher.slots.vault, g) for g in (0, 1, 2))]
        for pair, sealed in zip(pairs, sealed_values(story), strict=True):
            for key in keys:
                with pytest.raises(Damaged):
                    Sealer(key, watcher.slots.vault).open(pair, sealed)
            for once in (octets, hkdf(octets, salt=sealed[1:33], info=b"certvault/1/pair")):
                with pytest.raises(NotAuthentic):
                    unseal(once, sealed[33:], b"")


def test_no_key_of_a_watch_is_one_of_the_others(story: Story, watcher: Watcher) -> None:
    """The keys beside it are derived, and it has none of them."""
    with vaults.custody(story.folder) as custody:
        place = custody.root, custody.vault_id, custody.slots.generation
        others = {
            custody.root.reveal(),
            pairs_key(*place).reveal(),
            inbox_key(*place).reveal(),
            events_key(*place).reveal(),
        }
        assert register_key(*place) == watcher.keys.register
    assert not others & set(watcher.octets.values())


def test_a_watch_takes_nothing_out_of_the_inbox(story: Story, watcher: Watcher) -> None:
    """Not even what it put in itself."""
    sealed = letterbox(story).seal("file", "L", ParkedFile(b"p12", Pin("x")).to_bytes())
    for octets in watcher.octets.values():
        with pytest.raises(Damaged):
            Inbox(InboxKey(octets), watcher.slots.vault).open("file", "L", sealed)


def test_no_other_slot_opens_with_what_a_watch_has(watcher: Watcher) -> None:
    """As a passphrase, a recovery code or a watch key; and no slot's seal opens with a key of the watch."""
    texts = [
        text
        for octets in watcher.octets.values()
        for text in (octets.hex(), base64.b64encode(octets).decode(), octets.decode("latin-1"))
    ]
    for text in [*texts, watcher.file.read_text().strip()]:
        with pytest.raises(CannotUnlock):
            unlock_root(watcher.slots, Passphrase(text))
    with pytest.raises(CannotUnlock):
        unlock_root(watcher.slots, RecoveryCode(new_code(lambda count: watcher.octets["watch key"][:count]).reveal()))
    for slot in watcher.slots.slots:
        if slot.kind == "watch":
            continue
        for octets in watcher.octets.values():
            with pytest.raises(NotAuthentic):
                unwrapped(octets, slot.private, watcher.slots.vault, slot.id, slot.kind)
            place = {"vault": watcher.slots.vault, "slot": slot.id, "kind": slot.kind, "generation": 1}
            with pytest.raises(NotAuthentic):
                unsealed(octets, slot.sealed, slot.voucher, **place)  # type: ignore[arg-type]


def test_the_watch_slot_holds_no_root_key(watcher: Watcher) -> None:
    """What is sealed to it is as long as its two keys, and is them."""
    held = hpke.unseal(
        watcher.octets["private half of the slot"], watcher.slot.sealed, _context(watcher.slots, watcher.slot)
    )
    assert held == watcher.keys.register.reveal() + watcher.keys.inbox_public
    assert len(watcher.slot.sealed) == 32 + len(held) + TAG


def _context(slots: KeySlots, slot: Slot) -> bytes:
    return json.dumps(
        {
            "generation": slots.register_generation,
            "kind": "watch",
            "label": "certvault/1/slot-sealed",
            "slot": slot.id,
            "vault": slots.vault,
        },
        separators=(",", ":"),
    ).encode()


def test_a_watch_has_no_way_to_a_pair(watcher: Watcher) -> None:
    """At run time too: what opens pairs is not there, and no reference leads to a key but its own two."""
    with vaults.watch(watcher.folder, watcher.file) as watch:
        missing = {name for name in vars(Custody) if not name.startswith("__")} - set(dir(Watch))
        assert {"contents", "seal", "take_out", "has_pin", "setting_auth", "check"} <= missing
        assert not any(hasattr(watch, name) for name in missing)
        assert not any(isinstance(value, RootKey | PairsKey) for value in vars(watch).values())
        assert watch.authenticated(bytes(32), 1) is None


def test_the_register_in_clear_holds_neither_pin_nor_private_key(story: Story, watcher: Watcher) -> None:
    """Every byte of the decrypted database: no PIN, no PKCS#12, no part of one, in no writing."""
    import sqlcipher3

    plain = watcher.folder / "plain.db"
    connection = sqlcipher3.connect(str(database(watcher.folder)), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{watcher.keys.register.reveal().hex()}'\"").fetchall()
    connection.execute(f"ATTACH '{plain}' AS plain KEY ''")
    connection.execute("SELECT sqlcipher_export('plain')").fetchall()
    connection.close()
    clear = plain.read_bytes()
    assert story.mueller.subject.encode() in clear
    for contents in story.genuine.values():
        pin, middle = contents.pin.reveal(), len(contents.pkcs12) // 2
        piece = contents.pkcs12[middle : middle + 24]
        for secret in (pin.encode(), pin.encode("utf-16-be"), pin.encode("utf-16-le"), pin.encode().hex().encode()):
            assert secret not in clear
        for secret in (piece, piece.hex().encode(), base64.b64encode(piece)):
            assert secret not in clear


def test_a_file_put_in_by_a_watch_stays_closed_to_it(story: Story, watcher: Watcher) -> None:
    """A parked file in the register is of no use to who only has the watch key."""
    parked = ParkedFile(story.genuine[story.schmidt.fingerprint].pkcs12, Pin("PIN-typed-5"))
    with vaults.watch(watcher.folder, watcher.file) as watch:
        sealed = watch.put_in("L", parked.to_bytes())
    assert b"PIN-typed-5" not in sealed
    assert parked.pkcs12[:40] not in sealed


def test_nothing_is_planted_where_nobody_looks(story: Story) -> None:
    """A parked file for a link that is not there is of no consequence."""
    plant(story, "0000000000000000", b"x" * 100)
    with vaults.custody(story.folder) as custody, custody.reading() as reader:
        assert reader.count_current() == 2
