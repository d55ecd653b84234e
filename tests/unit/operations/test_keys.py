"""Keys added, changed and removed: the file and the register stay at one, whatever fails in between."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.stand_in.keyring import MemoryKeyring
from tests.support.vaults import FAST, NOW, PASSPHRASE, custody, new_vault, new_watch_key
from vault import opening
from vault.errors import (
    Ambiguous,
    KeyNameTaken,
    KeyringUnusable,
    LastKey,
    NoRoom,
    NoSuchKey,
    PassphraseTaken,
    SlotsDamaged,
    Usage,
    WrongKeyringKey,
    WrongPassphrase,
)
from vault.files.writing import replace
from vault.keys import making
from vault.keys.making import Label
from vault.keys.unlocking import unlock_root
from vault.keys.wrapping import unwrapped, wrapped, wrapping_key
from vault.operations import keys
from vault.secret import KeyringKey, Passphrase

HERS = Passphrase("hers")


def add_hers(folder: Path) -> None:
    """A second passphrase."""
    with custody(folder, exclusive=True) as opened:
        keys.add_passphrase(opened, HERS, Label("Ann", "Ann"), at=NOW, random=os.urandom, profile=FAST)


def counters(folder: Path) -> tuple[int, int]:
    """What the slot file counts, and what the database knows."""
    with custody(folder) as opened, opened.reading() as reader:
        return opened.slots.counter, reader.slots_counter()


def events(folder: Path) -> int:
    """How many events there are."""
    with custody(folder) as opened, opened.reading() as reader:
        return reader.head().number


def test_every_change_counts_in_both(tmp_path: Path) -> None:
    """File and database know the same number of changes, so an older file is seen."""
    new_vault(tmp_path)
    add_hers(tmp_path)
    assert counters(tmp_path) == (2, 2)
    with custody(tmp_path, exclusive=True) as opened:
        slot = keys.named(opened.slots, "ann")
        changed = keys.change_passphrase(opened, slot, Passphrase("new"), at=NOW, random=os.urandom, profile=FAST)
        assert keys.named(opened.slots, "Ann") == changed
        keys.remove(opened, changed, at=NOW)
    assert counters(tmp_path) == (4, 4)


def test_a_changed_passphrase_has_a_key_pair_of_its_own(tmp_path: Path) -> None:
    """What the old passphrase unwraps from an old copy is not what later root keys are sealed to."""
    new_vault(tmp_path)
    with custody(tmp_path, exclusive=True) as opened:
        old = opened.slots.slots[0]
        new = keys.change_passphrase(opened, old, HERS, at=NOW, random=os.urandom, profile=FAST)
        vault = opened.vault_id
    assert (new.name, new.person, new.place) == (old.name, old.person, old.place)
    private = [
        unwrapped(wrapping_key(slot.wrap, secret), slot.private, vault, slot.id, slot.kind)
        for slot, secret in ((old, PASSPHRASE), (new, HERS))
    ]
    assert private[0] != private[1]
    assert (old.public, old.id) != (new.public, new.id)


def test_the_place_in_the_list_stays(tmp_path: Path) -> None:
    """Changing the first of several passphrases leaves the others as they are."""
    code = new_vault(tmp_path)
    add_hers(tmp_path)
    with custody(tmp_path, exclusive=True) as opened:
        before = opened.slots.slots
        changed = Passphrase("changed")
        keys.change_passphrase(opened, before[0], changed, at=NOW, random=os.urandom, profile=FAST)
        after = opened.slots.slots
    assert after[1:] == before[1:]
    assert after[0].name == before[0].name
    slots = opening.slots(tmp_path)
    for secret in (changed, HERS, code):
        unlock_root(slots, secret)
    with pytest.raises(WrongPassphrase):
        unlock_root(slots, PASSPHRASE)


def test_a_slot_that_does_not_open_takes_nobodys_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The new slot is proven while the old one is there: where the proof fails, the file is what it was."""
    new_vault(tmp_path)
    before = (tmp_path / "keyslots.json").read_bytes()
    monkeypatch.setattr("vault.keys.making.wrapped", lambda key, *more: wrapped(bytes(32), *more))
    with custody(tmp_path, exclusive=True) as opened, pytest.raises(WrongPassphrase):
        keys.change_passphrase(opened, opened.slots.slots[0], HERS, at=NOW, random=os.urandom, profile=FAST)
    assert (tmp_path / "keyslots.json").read_bytes() == before


def test_a_file_that_cannot_be_replaced_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No event and no count without the file, and no key file that would open nothing."""

    def full(path: Path, _data: bytes) -> None:
        raise NoRoom(path=str(path), why="full")

    new_vault(tmp_path / "vault")
    before = events(tmp_path / "vault")
    with monkeypatch.context() as patched, custody(tmp_path / "vault", exclusive=True) as opened:
        patched.setattr(keys, "replace", full)
        for change in (
            lambda: keys.add_watch(opened, tmp_path / "watch.key", Label("w"), at=NOW, random=os.urandom),
            lambda: keys.remove(opened, opened.slots.slots[1], at=NOW),
        ):
            with pytest.raises(NoRoom):
                change()
        with opened.reading() as reader:
            assert reader.head().number == before
    assert not (tmp_path / "watch.key").exists()
    assert counters(tmp_path / "vault") == (1, 1)


def test_a_change_that_was_not_told_is_told_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the process ends after the file and before the database: the next opening counts and records it."""

    class Died(Exception):
        pass

    def dying(path: Path, data: bytes) -> None:
        replace(path, data)
        raise Died

    new_vault(tmp_path)
    before = events(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(keys, "replace", dying)
        with pytest.raises(Died):
            add_hers(tmp_path)
    assert counters(tmp_path) == (2, 2)
    with custody(tmp_path) as opened, opened.reading() as reader:
        assert reader.head().number == before + 1
    unlock_root(opening.slots(tmp_path), HERS)


def test_the_last_key_that_opens_everything_stays(tmp_path: Path) -> None:
    """A watch does not count as one, nor does a kind that this version does not know."""
    new_vault(tmp_path / "vault")
    with custody(tmp_path / "vault", exclusive=True) as opened:
        keys.add_watch(opened, tmp_path / "watch.key", Label("w"), at=NOW, random=os.urandom)
        keys.remove(opened, keys.named(opened.slots, "passphrase"), at=NOW)
        with pytest.raises(LastKey):
            keys.remove(opened, keys.named(opened.slots, "recovery code"), at=NOW)
        unknown = opened.slots._replace(slots=(opened.slots.slots[0], opened.slots.slots[1]._replace(kind="card")))
        signed = making.signed(unknown, opened.root)
        with pytest.raises(LastKey):
            making.without_slot(signed, opened.root, signed.slots[0])


def test_a_changed_file_is_not_laundered(tmp_path: Path) -> None:
    """Removing and changing check the file's authentication first."""
    new_vault(tmp_path)
    with custody(tmp_path, exclusive=True) as opened:
        planted = opened.slots._replace(database="other.db")
        with pytest.raises(SlotsDamaged):
            making.without_slot(planted, opened.root, planted.slots[0])
        with pytest.raises(SlotsDamaged):
            making.with_new_passphrase(planted, opened.root, 0, NOW, os.urandom, HERS, FAST)


def test_what_somebody_else_took_away_meanwhile(tmp_path: Path) -> None:
    """A slot that was chosen before the vault was opened to change it may be gone by then."""
    new_vault(tmp_path)
    add_hers(tmp_path)
    chosen = keys.named(opening.slots(tmp_path), "Ann")
    with custody(tmp_path, exclusive=True) as opened:
        keys.remove(opened, chosen, at=NOW)
        with pytest.raises(NoSuchKey):
            keys.change_passphrase(opened, chosen, HERS, at=NOW, random=os.urandom, profile=FAST)
        with pytest.raises(NoSuchKey):
            keys.remove(opened, chosen, at=NOW)


def test_names_are_compared_as_people_mean_them(tmp_path: Path) -> None:
    """Case and blanks make no second name; an empty person is nobody's."""
    new_vault(tmp_path)
    add_hers(tmp_path)
    slots = opening.slots(tmp_path)
    with pytest.raises(KeyNameTaken):
        keys.check_name(slots, Label(" ANN "))
    assert keys.of_same_person(slots, slots.slots[0]) == []
    assert keys.named(slots, slots.slots[2].id[:5].lower()) == slots.slots[2]


def test_a_name_that_is_the_short_id_of_another_means_neither(tmp_path: Path) -> None:
    """Nobody's key goes because somebody called his own as a list shows the other."""
    new_vault(tmp_path)
    with custody(tmp_path, exclusive=True) as opened:
        other = opened.slots.slots[1]
        label = Label(other.id[:6].lower())
        own = keys.add_passphrase(opened, HERS, label, at=NOW, random=os.urandom, profile=FAST)
        with pytest.raises(Ambiguous):
            keys.named(opened.slots, other.id[:6])
        assert keys.named(opened.slots, other.id) == other
        assert keys.named(opened.slots, own.id) == own


UNSEEN = ("Som\u200bmer", "Sommer\u202e", "a\x1b[31m", "a\nb", "a\x00")


@pytest.mark.parametrize(
    "label", [Label(""), Label("--watch"), *map(Label, UNSEEN), Label("x", "\x7f"), Label("x", "", "\t")]
)
def test_a_name_can_be_seen_and_typed(label: Label, tmp_path: Path) -> None:
    """Two keys that look alike, or one that repaints the screen of who reads the log, are not made."""
    new_vault(tmp_path)
    with custody(tmp_path, exclusive=True) as opened:
        with pytest.raises(Usage):
            keys.add_passphrase(opened, HERS, label, at=NOW, random=os.urandom, profile=FAST)
        assert opened.slots.counter == 1


def test_a_new_passphrase_opens_nothing_yet(tmp_path: Path) -> None:
    """Neither a colleague's, nor one's own once more, nor a recovery code: the log tells people apart by their keys."""
    code = new_vault(tmp_path)
    add_hers(tmp_path)
    with custody(tmp_path, exclusive=True) as opened:
        own = opened.slots.slots[0]
        for text in (HERS.reveal(), PASSPHRASE.reveal(), code.reveal().lower()):
            taken = Passphrase(text)
            with pytest.raises(PassphraseTaken):
                keys.add_passphrase(opened, taken, Label("x"), at=NOW, random=os.urandom, profile=FAST)
            with pytest.raises(PassphraseTaken):
                keys.change_passphrase(opened, own, taken, at=NOW, random=os.urandom, profile=FAST)
        assert opened.slots.counter == 2


def test_a_key_in_the_keyring(tmp_path: Path) -> None:
    """It opens the vault; what a keyring does not give back is not relied on, and leaves nothing there."""
    ring = MemoryKeyring()
    new_vault(tmp_path)
    with custody(tmp_path, exclusive=True) as opened:
        slot = keys.add_keyring(opened, ring, Label("keyring"), at=NOW, random=os.urandom)
        root, vault = opened.root, opened.vault_id
    key = ring.kept[vault, slot.id]
    assert unlock_root(opening.slots(tmp_path), key)[0] == root
    with opening.custody(tmp_path, key, user="tester", at=NOW) as opened:
        assert opened.actor.slot == "keyring"
    with pytest.raises(WrongKeyringKey):
        unlock_root(opening.slots(tmp_path), KeyringKey(os.urandom(32)))


def test_a_keyring_that_forgets_is_not_relied_on(tmp_path: Path) -> None:
    """The slot file stays what it was."""

    class Forgetful(MemoryKeyring):
        def put(self, vault: str, slot: str, key: KeyringKey) -> None:
            super().put(vault, slot, KeyringKey(bytes(32)))

    ring = Forgetful()
    new_vault(tmp_path)
    before = (tmp_path / "keyslots.json").read_bytes()
    with custody(tmp_path, exclusive=True) as opened, pytest.raises(KeyringUnusable):
        keys.add_keyring(opened, ring, Label("keyring"), at=NOW, random=os.urandom)
    assert (tmp_path / "keyslots.json").read_bytes() == before
    assert ring.kept == {}


def test_what_killed_processes_left_unfinished_goes_with_the_next_change_of_keys(folder: Path) -> None:
    """Slot files, notes and the copy of a migration, each under its name until it is whole; nothing else goes."""
    for name in (".keyslots.json.11.new", ".vault.moving.12.new", ".before-migration.13.new", ".mine.14.new"):
        (folder / name).write_bytes(b"unfinished")
    new_watch_key(folder, folder.parent / "watch.key")
    assert sorted(path.name for path in folder.glob(".*")) == [".mine.14.new"]
