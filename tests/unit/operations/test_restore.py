"""Restoring: the file is sound before anything happens, what was there is kept, and no key comes alive unasked."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.attacks.attacker import plain_sql
from tests.attacks.story import Story, make, put
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.rotation import rotated, watch_rotated
from tests.support.vaults import NOW, PASSPHRASE
from vault import moving, opening, packing
from vault.custody import Custody
from vault.errors import (
    BackupDamaged,
    Busy,
    Fault,
    KeysWouldComeAlive,
    NewerVersion,
    WouldOverwrite,
    WrongPassphrase,
)
from vault.keys.authenticate import backup_auth, backup_register_auth
from vault.keys.derive import events_key
from vault.keys.making import Label
from vault.keys.slots import FILE_NAME
from vault.keys.unlocking import unlock_root
from vault.operations import keys, replacing
from vault.operations import restore as restoring
from vault.operations.backup import backup
from vault.operations.restore import Arising, Before, Restored, restore
from vault.pkcs12.opener import ChildOpener
from vault.secret import Passphrase, RecoveryCode

OTHER = Passphrase("MARKED-other-passphrase-51")


class Saved:
    """A vault with three pairs, and a backup of it."""

    def __init__(self, story: Story, folder: Path) -> None:
        self.story = story
        self.vault = story.folder
        self.file = folder / "backup"
        self.folder = folder

    def back_up(self) -> None:
        """Make the backup anew."""
        self.file.unlink(missing_ok=True)
        with vaults.custody(self.vault) as custody:
            backup(custody, self.file, at=NOW, random=os.urandom, progress=lambda *_: None)

    def restore(
        self,
        folder: Path | None = None,
        secret: Passphrase | RecoveryCode = PASSPHRASE,
        accept: Callable[[Arising], bool] = lambda _: False,
    ) -> Restored:
        """Restore it, by default in the vault's place and without a yes to any key."""
        return restore(
            packing.read(self.file),
            folder or self.vault,
            secret,
            accept=accept,
            open_database=opening.database,
            user="tester",
            at=NOW,
            random=os.urandom,
        )


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A vault with three pairs, made once."""
    return make(tmp_path_factory.mktemp("story") / "vault")


@pytest.fixture
def saved(original: Story, tmp_path: Path) -> Saved:
    """A copy of it, with a backup."""
    saved = Saved(original.copied(tmp_path / "vault"), tmp_path)
    saved.back_up()
    return saved


def pins(folder: Path) -> set[str]:
    """Every pair is opened, as for an export."""
    with vaults.custody(folder) as custody:
        with custody.reading() as reader:
            pairs = list(reader.pairs(every=True))
        return {custody.contents(pair).pin.reveal() for pair in pairs}


def true_pins(saved: Saved) -> set[str]:
    """The PINs of the story."""
    return {contents.pin.reveal() for contents in saved.story.genuine.values()}


def test_a_vault_comes_back_in_a_new_folder(saved: Saved) -> None:
    """On another machine: every pair opens, and its event says where it came from."""
    asked: list[str] = []

    def accept(arising: Arising) -> bool:
        asked.extend(slot.name for slot in arising.slots)
        return True

    done = saved.restore(saved.folder / "new", accept=accept)
    assert asked == ["passphrase", "recovery code"]
    assert (done.aside, done.kept_keys, done.by_watch, done.backup.pairs) == (None, False, False, 3)
    assert pins(saved.folder / "new") == true_pins(saved)
    with vaults.custody(saved.folder / "new") as custody, custody.reading() as reader:
        assert reader.head().number == done.backup.events + 1
        assert reader.slots_counter() == custody.slots.counter


def test_no_key_comes_alive_unasked(saved: Saved) -> None:
    """Without a yes the folder stays as it was, and the error lists the keys."""
    with pytest.raises(KeysWouldComeAlive) as caught:
        saved.restore(saved.folder / "new")
    assert [set(key) for key in caught.value.fields["keys"]] == [{"name", "person", "kind", "since"}] * 2  # type: ignore[attr-defined]
    assert not (saved.folder / "new").exists()


def test_the_living_keys_stay_where_the_root_key_is_the_same(saved: Saved) -> None:
    """A key that was removed after the backup stays removed, one that was added stays, and nobody is asked."""
    with vaults.custody(saved.vault, exclusive=True) as custody:
        keys.add_passphrase(custody, OTHER, Label("Sommer"), at=NOW, random=os.urandom, profile=vaults.FAST)
    saved.back_up()
    with vaults.custody(saved.vault, exclusive=True) as custody:
        gone = custody.slots.slots[-1]
        keys.remove(custody, gone, at=NOW)
    done = saved.restore()
    assert done.kept_keys
    assert pins(saved.vault) == true_pins(saved)
    with pytest.raises(WrongPassphrase), opening.custody(saved.vault, OTHER, user="x", at=NOW):
        pass


def test_who_has_a_living_key_alone_can_restore(saved: Saved) -> None:
    """The passphrase was changed since: the new one opens the old backup, because the root key is the same."""
    with vaults.custody(saved.vault, exclusive=True) as custody:
        slot = custody.slots.slots[0]
        keys.change_passphrase(custody, slot, OTHER, at=NOW, random=os.urandom, profile=vaults.FAST)
    saved.restore(secret=OTHER)
    with opening.custody(saved.vault, OTHER, user="x", at=NOW) as custody, custody.reading() as reader:
        assert reader.count_pairs() == 3


def test_a_new_register_key_outlives_a_restore(saved: Saved) -> None:
    """What was stored under the old register key is written under the living one, so that living watch keys open it."""
    key = vaults.new_watch_key(saved.vault, saved.folder / "night.key")
    watch_rotated(saved.vault)
    done = saved.restore()
    assert done.kept_keys
    assert pins(saved.vault) == true_pins(saved)
    with vaults.watch(saved.vault, key) as watch, watch.reading() as reader:
        assert reader.count_pairs() == 3
    assert opening.slots(saved.vault).register_generation == 2


def test_the_keys_of_before_a_rotation_come_alive_only_with_a_yes(saved: Saved) -> None:
    """The root key is another one: the backup opens with its own keys, and a person says that they may."""
    rotated(saved.vault)
    with pytest.raises(KeysWouldComeAlive):
        saved.restore()
    done = saved.restore(accept=lambda arising: arising.renewed)
    assert done.renewed
    assert not done.kept_keys
    assert pins(saved.vault) == true_pins(saved)


def test_a_wrong_passphrase_changes_nothing(saved: Saved) -> None:
    """Neither the backup nor the vault opens with it."""
    before = files(saved.vault)
    with pytest.raises(WrongPassphrase):
        saved.restore(secret=OTHER)
    assert files(saved.vault) == before


def files(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder``."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_what_was_there_is_kept_and_opens(saved: Saved) -> None:
    """A pair that came after the backup is in the folder that is named, a whole vault."""
    with vaults.custody(saved.vault) as custody:
        before = add_one(custody)
    done = saved.restore()
    assert done.aside is not None
    assert pins(saved.vault) == true_pins(saved)
    assert pins(done.aside) == true_pins(saved) | {before}
    with vaults.custody(done.aside) as custody, custody.reading() as reader:
        head = reader.head()
    assert done.before == Before(4, f"{head.number}:{head.hash.hex()}")
    with plain_sql(saved.vault, saved.story.register) as connection:
        (details,) = connection.execute("SELECT details FROM event ORDER BY number DESC LIMIT 1").fetchone()
    assert ["replaced", f"{head.number}:{head.hash.hex()}"] in json.loads(details)
    assert sorted(path.name.partition("-")[0] for path in saved.vault.iterdir()) == [
        "keyslots.json", "replaced", "vault", "vault.lock",
    ]  # fmt: skip


def add_one(custody: Custody) -> str:
    """One more pair; gives its PIN."""
    with ChildOpener(os.urandom) as opener:
        put(custody, make_pair("Weber", "PIN-weber-4"), "PIN-weber-4", opener, "Weber")
    return "PIN-weber-4"


DAMAGES: dict[str, Callable[[Path], object]] = {
    "no slots": lambda vault: (vault / FILE_NAME).unlink(),
    "slots cut short": lambda vault: os.truncate(vault / FILE_NAME, 100),
    "slots without end": lambda vault: (vault / FILE_NAME).write_bytes(bytes(1_000_000)),
    "no database": lambda vault: next(vault.glob("*.db")).unlink(),
    "database cut short": lambda vault: os.truncate(next(vault.glob("*.db")), 8192),
    "database empty": lambda vault: os.truncate(next(vault.glob("*.db")), 0),
    "a journal of nobody": lambda vault: Path(f"{next(vault.glob('*.db'))}-journal").write_bytes(bytes(9000)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_vault_is_replaced_and_kept(damage: str, saved: Saved) -> None:
    """What a backup is for: whatever is left is kept, and the vault opens again."""
    DAMAGES[damage](saved.vault)
    left = {name: data for name, data in files(saved.vault).items() if name != "vault.lock"}
    done = saved.restore(accept=lambda _: True)
    assert done.kept_keys is ("slots" not in damage)
    assert done.aside is not None
    assert files(done.aside) == left
    assert pins(saved.vault) == true_pins(saved)


def test_what_is_not_the_vaults_stays_where_it_is(saved: Saved) -> None:
    """Files of other names, be they like ours, and the backup itself in the vault's folder."""
    strangers = ("Thumbs.db", "notes.txt", "restoring-holiday.part", "backup.db", "vault-of-mine.db")
    for name in strangers:
        (saved.vault / name).write_text("mine")
    saved.file = saved.file.rename(saved.vault / "backup.db")
    saved.restore()
    assert {name for name in strangers if (saved.vault / name).exists()} == set(strangers)
    assert pins(saved.vault) == true_pins(saved)


def test_the_copy_from_before_a_migration_goes_with_its_database(saved: Saved) -> None:
    """It is no copy of what is restored."""
    (saved.vault / "before-migration").write_bytes(b"older")
    done = saved.restore()
    assert done.aside is not None
    assert (done.aside / "before-migration").read_bytes() == b"older"
    assert not (saved.vault / "before-migration").exists()


def test_who_comes_after_a_process_that_died_ends_its_work(saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """It died when the new vault counted and the old database was not aside yet: the next change of keys moves it."""
    with monkeypatch.context() as patch:
        patch.setattr(moving, "_put_aside", lambda *_, **__: sys.exit("killed"))
        with pytest.raises(SystemExit):
            saved.restore()
    (aside,) = saved.vault.glob("replaced-*")
    assert [path.name for path in aside.iterdir()] == [FILE_NAME]
    assert len(list(saved.vault.glob("*.db"))) == 2
    with vaults.custody(saved.vault, exclusive=True):
        pass
    assert pins(saved.vault) == pins(aside) == true_pins(saved)
    assert not (saved.vault / moving.NOTE).exists()


def test_a_planted_note_moves_neither_slots_nor_the_database_that_counts(saved: Saved) -> None:
    """Whoever may write into the folder could delete them too, but not so that we do it."""
    (database,) = saved.vault.glob("*.db")
    aside = "replaced-20260101T000000Z-AAAAAA"
    (saved.vault / aside).mkdir()
    for note in (f"{FILE_NAME}\n../x\n{database.name}\n{aside}\n", f"{aside}\n", f"{database.name}\n{aside}\n"):
        (saved.vault / moving.NOTE).write_text(note)
        with vaults.custody(saved.vault, exclusive=True):
            pass
        assert pins(saved.vault) == true_pins(saved)


def test_what_another_process_replaced_meanwhile_is_left_to_it(saved: Saved) -> None:
    """While the keys were looked at the vault became another one: busy, and try again."""

    def rotate(_: Arising) -> bool:
        rotated(saved.vault)
        return True

    rotated(saved.vault)
    with pytest.raises(Busy):
        saved.restore(accept=rotate)
    assert not list(saved.vault.glob("replaced-*"))


def test_another_vault_is_not_replaced(saved: Saved) -> None:
    """Two vaults are never mixed up, whoever says yes."""
    vaults.new_vault(saved.folder / "other")
    before = files(saved.folder / "other")
    with pytest.raises(WouldOverwrite):
        saved.restore(saved.folder / "other", accept=lambda _: True)
    assert files(saved.folder / "other") == before


def test_a_vault_that_was_only_begun_is_in_nobodys_way(saved: Saved) -> None:
    """What an ``init`` that was killed left was never opened, so a restore loses nothing by it."""
    folder = saved.folder / "begun"
    vaults.new_vault(folder)
    (database,) = folder.glob("*.db")
    database.rename(f"{database}.new")
    saved.restore(folder, accept=lambda _: True)
    assert pins(folder) == true_pins(saved)


def test_nobody_may_have_the_vault_open(saved: Saved) -> None:
    """Others at work would write into a file that is put aside."""
    before = files(saved.vault)
    with vaults.custody(saved.vault), pytest.raises(Busy):
        saved.restore()
    assert files(saved.vault) == before


def test_a_backup_that_was_put_together_anew_is_refused(saved: Saved) -> None:
    """Its checksums are right, and it was written by nobody with a key: slots, database or codes of another one."""
    one = packing.read(saved.file)
    whole, (start, size) = saved.file.read_bytes(), one.database
    vaults.new_vault(saved.folder / "other")
    before = files(saved.vault)
    database = saved.folder / "database"
    database.write_bytes(whole[start : start + size])
    for head, slots, codes in (
        (one.head, one.slots, (bytes(32), bytes(32))),
        (one.head, one.slots, (one.register_mac, bytes(31) + b"x")),
        (one.head._replace(pairs=99), one.slots, (one.register_mac, one.events_mac)),
        (one.head._replace(generation=2), one.slots, (one.register_mac, one.events_mac)),
        (one.head, (saved.folder / "other" / FILE_NAME).read_bytes(), (one.register_mac, one.events_mac)),
        (one.head, b"{}", (one.register_mac, one.events_mac)),
        (one.head, one.slots.replace(b'"counter": 1', b'"counter": 9'), (one.register_mac, one.events_mac)),
    ):
        saved.file.unlink()
        packing.pack(saved.file, head, slots, database, lambda _, codes=codes: codes)  # type: ignore[misc]
        with pytest.raises(BackupDamaged):
            saved.restore(accept=lambda _: True)
    assert files(saved.vault) == before


def test_who_has_the_register_key_is_known_by_his_backup(saved: Saved) -> None:
    """It is restored, and told: he could have chosen an older state."""
    key = vaults.new_watch_key(saved.vault, saved.folder / "watch.key")
    saved.file.unlink()
    with vaults.watch(saved.vault, key) as watch:
        backup(watch, saved.file, at=NOW, random=os.urandom, progress=lambda *_: None)
    assert saved.restore().by_watch
    assert pins(saved.vault) == true_pins(saved)


def test_a_newer_database_is_refused(saved: Saved) -> None:
    """A backup of a later certvault: nothing is changed."""
    with plain_sql(saved.vault, saved.story.register) as connection:
        connection.execute("PRAGMA user_version = 99")
    one = packing.read(saved.file)
    saved.file.unlink()
    (database,) = saved.vault.glob("*.db")
    packing.pack(saved.file, one.head, one.slots, database, by_root(saved))
    before = files(saved.vault)
    with pytest.raises(NewerVersion):
        saved.restore()
    assert files(saved.vault) == before


def by_root(saved: Saved) -> packing.Sign:
    """What signs as the root key does."""
    slots = opening.slots(saved.vault)
    root, _ = unlock_root(slots, PASSPHRASE)
    events = events_key(root, slots.vault, slots.generation)
    return lambda signed: (
        backup_register_auth(saved.story.register, slots.vault, signed),
        backup_auth(events, signed),
    )


STEPS = {
    "unpack": packing,
    **dict.fromkeys(("record", "private_folder"), restoring),
    **dict.fromkeys(("write_new", "publish", "replace", "folder_within"), replacing),
    "begin_aside": moving,
}


@pytest.mark.parametrize("step", STEPS)
def test_what_fails_at_any_step_leaves_the_old_vault(step: str, saved: Saved, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error before the commit point: the old vault opens, no unfinished file is left, and the next try works."""

    def failing(*_: object, **__: object) -> None:
        raise Fault(what="broken")

    with monkeypatch.context() as patch:
        patch.setattr(STEPS[step], step, failing)
        with pytest.raises(Fault):
            saved.restore()
    assert pins(saved.vault) == true_pins(saved)
    assert not list(saved.vault.glob("re*-*"))
    saved.restore()
    assert pins(saved.vault) == true_pins(saved)
    assert len(list(saved.vault.glob("*.db"))) == 1
