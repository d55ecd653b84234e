"""Somebody whose key was removed, and who kept copies: before a rotation they open the vault, after it nothing does."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlcipher3

from tests.attacks import attacker
from tests.attacks.story import Story
from tests.support import vaults
from tests.support.rotation import rotated, watch_rotated
from tests.support.vaults import FAST, NOW, PASSPHRASE
from vault import opening
from vault.custody import Custody
from vault.errors import Busy, CertvaultError, Damaged, WrongPassphrase, WrongWatchKey
from vault.keys.making import Label
from vault.keys.recovery import new_code
from vault.keys.slots import FILE_NAME
from vault.keys.unlocking import unlock_root
from vault.operations import keys
from vault.secret import Passphrase, RecoveryCode

SOMMER = Passphrase("Sommer's own")
CODE = new_code(lambda count: bytes(range(count)))


@pytest.fixture
def sommer(story: Story, tmp_path: Path) -> Story:
    """The vault of the story, which Frau Sommer opened too, with a watch key of hers beside the one of the night."""
    with vaults.custody(story.folder, exclusive=True) as custody:
        keys.add_passphrase(custody, SOMMER, Label("Sommer"), at=NOW, random=os.urandom, profile=FAST)
        keys.add_recovery(custody, CODE, Label("sheet"), at=NOW, random=os.urandom)
        for name in ("night", "hers"):
            keys.add_watch(custody, tmp_path / f"{name}.key", Label(name), at=NOW, random=os.urandom)
    return story


def remove(folder: Path, *names: str) -> None:
    """Take keys away, as somebody who stays does."""
    with vaults.custody(folder, exclusive=True) as custody:
        for name in names:
            keys.remove(custody, keys.named(custody.slots, name), at=NOW)


@contextmanager
def opened_by(folder: Path, secret: Passphrase | RecoveryCode) -> Iterator[Custody]:
    """The vault, opened by somebody."""
    with opening.custody(folder, secret, user="sommer", at=NOW) as custody:
        yield custody


def copied(folder: Path, to: Path) -> Path:
    """A copy of the whole folder."""
    return Path(shutil.copytree(folder, to))


def reads(folder: Path, secret: Passphrase | RecoveryCode, story: Story) -> bool:
    """Whether somebody reads a PIN. Raises what certvault says."""
    with opened_by(folder, secret) as custody:
        return custody.contents(story.mueller) == story.genuine[story.mueller.fingerprint]


def test_before_a_rotation_an_old_copy_opens_and_afterwards_nothing_does(sommer: Story, tmp_path: Path) -> None:
    """Frau Sommer left with a copy of the folder; her key was removed.

    With her old slot file she opens the very database of today, until the rotation; after it neither that file nor her
    old database nor both together open anything that is new, and her own old copy opens as it did.
    """
    stolen = copied(sommer.folder, tmp_path / "stolen")
    remove(sommer.folder, "Sommer")
    with pytest.raises(WrongPassphrase), opened_by(sommer.folder, SOMMER):
        pass
    today = copied(sommer.folder, tmp_path / "today")
    root = root_of(stolen)
    with opening.custody(today, PASSPHRASE, user="jo", at=NOW) as custody:
        assert custody.root.reveal() == root  # what her old slot file gives is the root key of today

    rotated(sommer.folder)
    assert reads(sommer.folder, PASSPHRASE, sommer)
    with pytest.raises(WrongPassphrase), opened_by(sommer.folder, SOMMER):
        pass
    for name in (FILE_NAME, attacker.database(stolen).name):
        mixed = copied(sommer.folder, tmp_path / f"mixed-{name}")
        shutil.copy(stolen / name, mixed / name)
        with pytest.raises(CertvaultError), opened_by(mixed, SOMMER):
            pass
    renamed = copied(sommer.folder, tmp_path / "renamed")
    new = attacker.database(renamed)
    shutil.copy(stolen / FILE_NAME, renamed / FILE_NAME)
    new.rename(attacker.database(renamed))
    with pytest.raises(Damaged), opened_by(renamed, SOMMER):
        pass
    assert reads(stolen, SOMMER, sommer)


def root_of(folder: Path) -> bytes:
    """The root key that Frau Sommer's key gives."""
    with opened_by(folder, SOMMER) as custody:
        return custody.root.reveal()


def test_who_stays_types_nothing(sommer: Story, tmp_path: Path) -> None:
    """Passphrases, the recovery sheet and watch key files open the new vault; only one person was there."""
    rotated(sommer.folder)
    watch_rotated(sommer.folder)
    for secret in (PASSPHRASE, SOMMER, CODE):
        assert reads(sommer.folder, secret, sommer)
    for name in ("night", "hers"):
        with vaults.watch(sommer.folder, tmp_path / f"{name}.key") as watch, watch.reading() as reader:
            assert reader.count_current() == 2


@pytest.mark.parametrize("turn", [rotated, watch_rotated])
def test_a_removed_watch_key_opens_the_register_no_more(
    turn: Callable[[Path], object], sommer: Story, tmp_path: Path
) -> None:
    """Before, with the old slot file it does; after, neither that does nor the register key itself."""
    hers, night = tmp_path / "hers.key", tmp_path / "night.key"
    old_slots = (sommer.folder / FILE_NAME).read_bytes()
    register = attacker.register_key_of(sommer.folder)
    remove(sommer.folder, "hers")
    with attacker.plain_sql(sommer.folder, register) as connection:
        assert connection.execute("SELECT count(*) FROM pair").fetchone() == (3,)

    turn(sommer.folder)
    with pytest.raises(WrongWatchKey), vaults.watch(sommer.folder, hers):
        pass
    with vaults.watch(sommer.folder, night) as watch, watch.reading() as reader:
        assert reader.count_current() == 2
    with pytest.raises(sqlcipher3.DatabaseError), attacker.plain_sql(sommer.folder, register):
        pass
    new = attacker.database(sommer.folder)
    (sommer.folder / FILE_NAME).write_bytes(old_slots)
    new.rename(attacker.database(sommer.folder))
    with pytest.raises(Damaged), vaults.watch(sommer.folder, hers):
        pass


def test_a_new_register_key_alone_keeps_out_no_removed_passphrase(sommer: Story, tmp_path: Path) -> None:
    """The lighter way is for watch keys: the root key is the same, as the help says."""
    stolen = copied(sommer.folder, tmp_path / "stolen")
    remove(sommer.folder, "Sommer")
    watch_rotated(sommer.folder)
    with vaults.custody(sommer.folder) as custody:
        assert custody.root.reveal() == root_of(stolen)


def test_a_rotation_waits_for_nobody_and_disturbs_nobody(story: Story) -> None:
    """Who has the vault open keeps it, and the rotation says so; nothing is ever written into a replaced file."""
    with vaults.custody(story.folder) as working:
        with pytest.raises(Busy):
            rotated(story.folder)
        with working.reading() as reader:
            assert reader.count_current() == 2
    rotated(story.folder)


def test_while_keys_are_rotated_nobody_opens_the_vault(story: Story) -> None:
    """The lock is exclusive throughout: what another wrote meanwhile would be lost."""
    tried = []

    def step(_done: int, _total: int) -> None:
        with pytest.raises(Busy), vaults.custody(story.folder):
            pass
        tried.append(True)

    rotated(story.folder, progress=step)
    assert len(tried) == 6


def test_who_unlocked_before_a_rotation_does_not_open_afterwards(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process read the slots, and typed, while another rotated: it is told to try again."""
    unlock = unlock_root

    def slowly(*given: object) -> object:
        monkeypatch.setattr(opening, "unlock_root", unlock)
        rotated(story.folder)
        return unlock(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "unlock_root", slowly)
    with pytest.raises(Busy), vaults.custody(story.folder):
        pass


def test_an_old_slot_file_put_back_opens_no_new_database(story: Story) -> None:
    """It names a database that is no longer there, which is told; nothing is deleted for it."""
    old = (story.folder / FILE_NAME).read_bytes()
    rotated(story.folder)
    new = attacker.database(story.folder)
    (story.folder / FILE_NAME).write_bytes(old)
    with pytest.raises(Damaged, match="another one is there"), vaults.custody(story.folder, exclusive=True):
        pass
    assert new.exists()


def test_no_file_goes_that_no_rotation_has_noted(story: Story) -> None:
    """A database that somebody laid beside stays, whatever its name."""
    other = story.folder / "vault-0123456789ABCDEF.db"
    other.write_bytes(b"somebody's copy")
    rotated(story.folder)
    watch_rotated(story.folder)
    assert other.read_bytes() == b"somebody's copy"


@pytest.mark.parametrize("noted", ["../out.db\n", "keyslots.json\n", "vault.lock\nvault-.db\n", "\xff", ""])
def test_a_forged_note_deletes_nothing(noted: str, story: Story) -> None:
    """Whoever writes the folder can write the note too: it names databases of this folder, and never the one in use."""
    (story.folder.parent / "out.db").write_bytes(b"outside")
    before = {path.name for path in story.folder.iterdir()}
    named = attacker.database(story.folder).name
    (story.folder / "vault.moving").write_text(noted + named + "\n", "latin-1")
    with vaults.custody(story.folder, exclusive=True) as custody:
        assert custody.slots.database == named
    assert {path.name for path in story.folder.iterdir()} == before
    assert (story.folder.parent / "out.db").exists()
