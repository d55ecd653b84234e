"""Backups: one consistent state, proven before it has its name, and what is due about them."""

from __future__ import annotations

import os
import re
import shutil
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.attacker import plain_sql
from tests.attacks.story import Story, make
from tests.support import vaults
from tests.support.vaults import NOW
from vault import packing
from vault.custody import Custody, Watch
from vault.errors import Damaged, NoRoom, PairDiffers, SettingChanged, WouldOverwrite
from vault.operations import proving
from vault.operations.backup import Made, backup
from vault.operations.due import DueRow, due
from vault.operations.series import backup_into


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A vault with three pairs, made once."""
    return make(tmp_path_factory.mktemp("story") / "vault")


@pytest.fixture
def story(original: Story, tmp_path: Path) -> Story:
    """A copy of it."""
    return original.copied(tmp_path / "vault")


def quiet(_done: int, _total: int) -> None:
    """Nobody looks."""


def made(watch: Watch, path: Path, at: datetime = NOW) -> Made:
    """A backup in ``path``."""
    return backup(watch, path, at=at, random=os.urandom, progress=quiet)


def test_with_the_root_key_it_is_opened_and_told(story: Story, tmp_path: Path) -> None:
    """The file is there, nothing else is; its event and its witness fit, and both codes are in it."""
    with vaults.custody(story.folder) as custody:
        with custody.reading() as reader:
            head = reader.head()
        answer = made(custody, tmp_path / "backup")
        assert answer[:3] == (tmp_path / "backup", "opened", 3)
        assert answer.head == f"{head.number}:{head.hash.hex()}"
        with custody.reading() as reader:
            assert reader.head().number == head.number + 1
    file = packing.read(tmp_path / "backup")
    assert (file.head.witness, file.head.pairs, file.digest) == (answer.head, 3, answer.sha256)
    assert file.events_mac != bytes(32)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "vault"]


def test_with_a_watch_key_it_is_intact(story: Story, tmp_path: Path) -> None:
    """No pair is opened and none can be; the code of the root key is not there."""
    key = vaults.new_watch_key(story.folder, tmp_path / "watch.key")
    with vaults.watch(story.folder, key) as watch:
        assert made(watch, tmp_path / "backup").grade == "intact"
    assert packing.read(tmp_path / "backup").events_mac == bytes(32)


def test_a_watch_key_can_take_no_pair_out_of_it(story: Story, tmp_path: Path) -> None:
    """The file opens with the watch key as far as the register, and no secret stands in it."""
    key = vaults.new_watch_key(story.folder, tmp_path / "watch.key")
    with vaults.watch(story.folder, key) as watch:
        made(watch, tmp_path / "backup")
        packing.unpack(packing.read(tmp_path / "backup"), tmp_path / "copy.db")
        with watch.in_file(tmp_path / "copy.db") as copy, copy.reading() as reader:
            sealed = [reader.sealed(pair.id) or b"" for pair in reader.pairs(every=True)]
            assert not isinstance(copy, Custody)
    data = (tmp_path / "backup").read_bytes()
    for contents in story.genuine.values():
        for secret in (contents.pin.reveal().encode(), contents.pkcs12[50:90]):
            assert not any(secret in octets for octets in (data, *sealed))


def test_a_name_that_is_taken_stays(story: Story, tmp_path: Path) -> None:
    """A file, a folder, a dangling link: nothing is overwritten, and nothing is worked for."""
    (tmp_path / "file").write_text("mine")
    (tmp_path / "link").symlink_to("nowhere")
    with vaults.custody(story.folder) as custody:
        for name in ("file", "link", "vault"):
            with pytest.raises(WouldOverwrite):
                made(custody, tmp_path / name)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("here", [True, False], ids=["this process", "several processes"])
def test_a_pair_that_does_not_open_makes_no_backup(
    story: Story, tmp_path: Path, here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody moved a date: the watch key cannot see it, the root key does, and no file is left."""
    monkeypatch.setattr(proving, "_FEW", 100 if here else 0)
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE pair SET proof = 'portal' WHERE id = ?", (story.schmidt.id,))
    with vaults.custody(story.folder) as custody, pytest.raises(PairDiffers) as caught:
        made(custody, tmp_path / "backup")
    assert caught.value.fields["pair"] == story.schmidt.id
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]


def test_several_processes_open_every_pair(story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They tell of each, and the last that is told is all of them."""
    monkeypatch.setattr(proving, "_FEW", 0)
    told: list[tuple[int, int]] = []
    with vaults.custody(story.folder) as custody:
        backup(custody, tmp_path / "b", at=NOW, random=os.urandom, progress=lambda *seen: told.append(seen))
    assert told[-1] == (3, 3)


def test_a_damaged_page_makes_no_backup(story: Story, tmp_path: Path) -> None:
    """The error names the vault, not the folder in which the backup was made."""
    with vaults.custody(story.folder) as custody:
        (database,) = story.folder.glob("*.db")
        whole = database.read_bytes()
        database.write_bytes(whole[:-2000] + b"\0" * 16 + whole[-1984:])
        with pytest.raises(Damaged) as caught:
            made(custody, tmp_path / "backup")
    assert caught.value.fields["path"] == str(story.folder)
    assert [path.name for path in tmp_path.iterdir()] == ["vault"]


@pytest.mark.parametrize("here", [True, False], ids=["this process", "other processes"])
def test_a_copy_with_another_sealed_value_is_found(
    story: Story, tmp_path: Path, here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A watch compares every sealed value with the living one, and misses a pair that is not in the copy."""
    monkeypatch.setattr(proving, "_SMALL", 10**9 if here else 0)
    key = vaults.new_watch_key(story.folder, tmp_path / "watch.key")
    with vaults.watch(story.folder, key) as watch:
        watch.snapshot(tmp_path / "copy.db")
        for change in ("UPDATE pair SET sealed = randomblob(500) WHERE id = ?", "DELETE FROM pair WHERE id = ?"):
            with plain_sql(story.folder, story.register) as connection:
                connection.execute("PRAGMA foreign_keys = OFF")
                connection.execute(change, (story.old.id,))
            with pytest.raises(Damaged, match="reads differently"), proving.proven(watch, tmp_path / "copy.db", quiet):
                pass


@pytest.mark.parametrize("here", [True, False], ids=["this process", "other processes"])
def test_a_page_of_the_copy_that_went_wrong_is_found(
    story: Story, tmp_path: Path, here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page is read."""
    monkeypatch.setattr(proving, "_SMALL", 10**9 if here else 0)
    with vaults.custody(story.folder) as custody:
        custody.snapshot(tmp_path / "copy.db")
        whole = (tmp_path / "copy.db").read_bytes()
        (tmp_path / "copy.db").write_bytes(whole[:-2000] + b"\0" * 16 + whole[-1984:])
        with pytest.raises(Damaged), proving.proven(custody, tmp_path / "copy.db", quiet):
            pass


def test_a_disk_that_keeps_something_else_is_found(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is read again: damaged, or whole and another one, there is none, and the disk is to blame."""
    pack = packing.pack

    def damaged(path: Path, *more: Any) -> packing.Sums:
        sums = pack(path, *more)
        path.write_bytes(path.read_bytes()[:-200] + bytes(200))
        return sums

    def another(path: Path, *more: Any) -> packing.Sums:
        return (*pack(path, *more)[:2], bytes(32))

    for wrong in (damaged, another):
        monkeypatch.setattr(packing, "pack", wrong)
        with vaults.custody(story.folder) as custody, pytest.raises(NoRoom, match="it reads back differently"):
            made(custody, tmp_path / "backup")
        assert [path.name for path in tmp_path.iterdir()] == ["vault"]


def test_what_a_killed_process_left_goes_with_the_next(story: Story, tmp_path: Path) -> None:
    """A folder of ours that nobody has locked; one that is somebody else's stays."""
    left, other = tmp_path / ".certvault-0123456789ABCDEF.part", tmp_path / ".certvault-mine.part"
    for folder in (left, other):
        folder.mkdir()
        (folder / "lock").touch()
        (folder / "copy.db").write_text("x")
    with vaults.custody(story.folder) as custody:
        made(custody, tmp_path / "backup")
    assert not left.exists()
    assert other.exists()


def test_the_newest_stay_and_so_does_the_newest_opened_one(story: Story, tmp_path: Path) -> None:
    """One opened, then intact ones for three nights with --keep 2; what is not ours stays too."""
    key = vaults.new_watch_key(story.folder, tmp_path / "watch.key")
    there = tmp_path / "there"
    there.mkdir()
    vault = packing_vault(story)
    foreign = [f"certvault-{vault}-20200101T000000Z-opened.certvault-backup", "notes.txt"]
    for name in foreign:
        (there / name).write_text("mine")
    shutil.copy(there / "notes.txt", there / f"certvault-{'0' * 16}-20200101T000000Z-opened.certvault-backup")
    with vaults.custody(story.folder) as custody:
        first, deleted, _ = backup_into(custody, there, 2, at=NOW, random=os.urandom, progress=quiet)
    assert deleted == []
    nights = []
    with vaults.watch(story.folder, key) as watch:
        for night in range(1, 5):
            at = NOW + timedelta(days=night)
            one, deleted, _ = backup_into(watch, there, 2, at=at, random=os.urandom, progress=quiet)
            nights.append(one.path)
    assert deleted == [nights[1]]
    assert {path for path in there.iterdir() if len(path.read_bytes()) > 10} == {first.path, nights[2], nights[3]}
    assert len(list(there.iterdir())) == 6
    assert re.fullmatch(rf"certvault-{vault}-20261122T080000Z-.{{4}}-opened.certvault-backup", first.path.name)


def test_a_wrong_clock_deletes_no_good_backup(story: Story, tmp_path: Path) -> None:
    """What bears a date that is yet to come is neither counted nor deleted, and what was just made stays."""
    nights: list[Path] = []
    with vaults.custody(story.folder) as custody:
        for days in (0, 400, 1, 2, 3, -500):
            at = NOW + timedelta(days=days)
            one, deleted, _ = backup_into(custody, tmp_path, 2, at=at, random=os.urandom, progress=quiet)
            nights.append(one.path)
            assert one.path.exists()
            assert deleted == {2: nights[:1], 3: nights[2:3]}.get(days, [])
    left = {path for path in tmp_path.iterdir() if path.suffix}
    assert left == {nights[number] for number in (1, 3, 4, 5)}


def test_two_of_the_same_second_have_two_names(story: Story, tmp_path: Path) -> None:
    """Nobody is told that something would be overwritten."""
    with vaults.custody(story.folder) as custody:
        for _ in range(3):
            backup_into(custody, tmp_path, 3, at=NOW, random=os.urandom, progress=quiet)
    assert len([path for path in tmp_path.iterdir() if path.suffix]) == 3


def test_an_old_one_that_cannot_be_deleted_is_told(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new one is there all the same."""
    with vaults.custody(story.folder) as custody:
        first = backup_into(custody, tmp_path, 1, at=NOW, random=os.urandom, progress=quiet).made.path
        unlink = Path.unlink

        def stuck(path: Path, *, missing_ok: bool = False) -> None:
            if path == first:
                raise PermissionError
            unlink(path, missing_ok=missing_ok)

        monkeypatch.setattr(Path, "unlink", stuck)
        later = NOW + timedelta(days=1)
        done = backup_into(custody, tmp_path, 1, at=later, random=os.urandom, progress=quiet)
    assert (done.deleted, done.stuck) == ([], [first])
    assert done.made.path.exists()


def packing_vault(story: Story) -> str:
    """The id of the vault."""
    with vaults.custody(story.folder) as custody:
        return custody.vault_id


def backups_due(watch: Watch, at: datetime) -> list[DueRow]:
    """What is due about backups."""
    return [row for row in due(watch, at=at, within=timedelta(days=0)) if row.due.kind == "backup"]


def test_due_tells_of_a_missing_backup_and_of_an_old_one(
    story: Story, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not in the first month; then until there is one elsewhere, and again 30 days after that."""
    key = vaults.new_watch_key(story.folder, tmp_path / "watch.key")
    later = NOW + timedelta(days=31)
    with vaults.custody(story.folder) as custody:
        assert backups_due(custody, NOW + timedelta(days=29)) == []
        (row,) = backups_due(custody, later)
        assert (row.due.id, row.due.holder, row.due.provider, row.due.severity) == (
            custody.vault_id,
            None,
            "",
            "warning",
        )
        assert (row.due.days_left, row.due.do) == (-31, "look")
    with vaults.watch(story.folder, key) as watch:
        made(watch, tmp_path / "intact", later)
        assert backups_due(watch, later), "only an opened one counts"
    with vaults.custody(story.folder) as custody:
        assert made(custody, tmp_path / "beside", later).same_disk
        assert backups_due(custody, later), "it lies on the same disk"
    monkeypatch.setattr("vault.operations.backup._disk", str)
    with vaults.custody(story.folder) as custody:
        assert not made(custody, tmp_path / "elsewhere", later).same_disk
    with vaults.watch(story.folder, key) as watch:
        assert backups_due(watch, later + timedelta(days=29)) == []
        assert [row.due.date for row in backups_due(watch, later + timedelta(days=30))] == [later]


def test_a_backup_that_somebody_claims_is_no_backup(story: Story) -> None:
    """Whoever has the register key cannot silence the warning of who has the root key."""
    with plain_sql(story.folder, story.register) as connection:
        claim = ("backup", "2099-01-01T00:00:00Z other-disk", bytes(32))
        connection.execute("INSERT INTO setting (name, value, auth) VALUES (?, ?, ?)", claim)
    with vaults.custody(story.folder) as custody, pytest.raises(SettingChanged):
        backups_due(custody, NOW)


def test_a_snapshot_has_a_salt_of_its_own(story: Story, tmp_path: Path) -> None:
    """So no page of it passes for one of the vault."""
    with vaults.custody(story.folder) as custody:
        custody.snapshot(tmp_path / "copy.db")
    (database,) = story.folder.glob("*.db")
    one, other = database.read_bytes(), (tmp_path / "copy.db").read_bytes()
    assert one[:16] != other[:16]
    assert len(one) == len(other)
    with closing((tmp_path / "copy.db").open("r+b")) as file:
        file.seek(4096)
        file.write(one[4096:8192])
    with vaults.custody(story.folder) as custody, pytest.raises(Damaged):  # noqa: SIM117
        with custody.in_file(tmp_path / "copy.db") as copy:
            copy.check_store()
