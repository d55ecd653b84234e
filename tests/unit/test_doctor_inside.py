"""What ``doctor`` finds inside a vault that SQL reads whole, and in the file of a backup."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from tests.attacks.attacker import plain_sql, register_key_of
from tests.stand_in.certificates import make_pair
from tests.support import many, vaults
from tests.support.rotation import quiet, rotated
from tests.support.vaults import NOW
from vault.doctor import Key, Report, examine, examine_backup
from vault.errors import BackupDamaged, Damaged, NotABackup
from vault.keys.watch_file import read_watch_key
from vault.operations import proving
from vault.operations.backup import Made, backup
from vault.operations.keys import named, remove
from vault.rescue import rescue

PAIRS = 6
PIN = "Ab3x"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with six pairs."""
    folder = tmp_path_factory.mktemp("whole") / "vault"
    many.fill_true(folder, [make_pair(f"Makler {number}", PIN) for number in range(PAIRS)], PIN, at=NOW)
    vaults.new_watch_key(folder, folder.parent / "watch.key")
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "vault"))


@pytest.fixture
def watch_key(whole: Path) -> Key:
    """Its watch key."""
    return read_watch_key((whole.parent / "watch.key").read_bytes(), "watch.key")


def looked(folder: Path, key: Key = vaults.PASSPHRASE) -> Report:
    """What is found."""
    return examine(folder, key, at=NOW, progress=quiet)


def looked_at_backup(path: Path, key: Key = vaults.PASSPHRASE) -> Report:
    """What is found in a backup."""
    return examine_backup(path, key, at=NOW, random=os.urandom, progress=quiet)


def backed_up(folder: Path, path: Path, key: Path | None = None) -> Made:
    """A backup with the passphrase, or with a watch key."""
    with vaults.custody(folder) if key is None else vaults.watch(folder, key) as opened:
        return backup(opened, path, at=NOW, random=os.urandom, progress=quiet)


def change(folder: Path, *statements: str) -> None:
    """Past the program; all rules stand as before."""
    with plain_sql(folder, register_key_of(folder)) as connection:
        for statement in statements:
            connection.execute(statement)


def damaged(report: Report) -> set[str]:
    """What is called damaged."""
    return {finding.subject for finding in report.findings if finding.severity == "damage"}


def warned(report: Report) -> set[str]:
    """What a person should see to, by its subject."""
    return {finding.subject for finding in report.findings if finding.severity == "warning"}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM pair WHERE number = 2",
        "UPDATE pair SET state = 'retired' WHERE number = 2",
        "UPDATE pair SET sealed = (SELECT sealed FROM pair WHERE number = 3) WHERE number = 2",
    ],
)
def test_what_contradicts_the_log_is_named_with_any_key(statement: str, folder: Path, watch_key: Key) -> None:
    """A pair that is gone, another state, another sealed value: by its id, with the watch key too."""
    with plain_sql(folder, register_key_of(folder)) as connection:
        ((pair,),) = connection.execute("SELECT id FROM pair WHERE number = 2").fetchall()
    change(folder, statement)
    assert damaged(looked(folder)) == {pair}
    assert damaged(looked(folder, watch_key)) == {pair}


def test_every_pair_that_does_not_open_is_named_by_all_processes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many processes share the work: each one once, and the others are counted as opened."""
    monkeypatch.setattr(proving, "_FEW", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert looked(folder).pairs == (PAIRS, PAIRS, 0)
    change(folder, "UPDATE pair SET not_after = not_after + 86400 WHERE number IN (1, 4, 5)")
    with plain_sql(folder, register_key_of(folder)) as connection:
        bad = {id_ for (id_,) in connection.execute("SELECT id FROM pair WHERE number IN (1, 4, 5)")}
    report = looked(folder)
    assert report.pairs == (PAIRS, PAIRS - 3, 3)
    assert damaged(report) == bad


def test_more_than_anybody_reads_is_counted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nearly everything is damaged, the first are named and the rest are a number."""
    monkeypatch.setattr("vault.operations.proving.MOST", 2)
    monkeypatch.setattr("vault.operations.examining.MOST", 2)
    change(folder, "UPDATE pair SET not_after = not_after + 86400")
    report = looked(folder)
    assert report.pairs == (PAIRS, 0, PAIRS)
    assert [finding.what for finding in report.findings if finding.severity == "damage"][2:] == ["4 more do not open"]


@pytest.mark.parametrize("left", ["missing", "empty"])
def test_one_fault_is_told_once(left: str, folder: Path) -> None:
    """No database at all is one finding, and no rescue is promised where there is nothing to read."""
    path = next(folder.glob("vault-*.db"))
    path.unlink()
    if left == "empty":
        path.touch(0o600)
    report = looked(folder)
    assert [finding.severity for finding in report.findings] == ["damage"]
    assert "can be read" not in report.findings[0].works


def test_another_vaults_database_is_not_said_to_be_readable(folder: Path, tmp_path: Path) -> None:
    """Not one page opens: then that is said, and the way is the backup."""
    vaults.new_vault(tmp_path / "another")
    shutil.copyfile(next((tmp_path / "another").glob("vault-*.db")), next(folder.glob("vault-*.db")))
    (finding,) = looked(folder).findings
    assert "no page" in finding.what
    assert "--rescue" not in finding.hint


def test_a_file_that_was_cut_tells_how_much_is_missing(folder: Path) -> None:
    """Pages that are not there any more are damaged pages."""
    path = next(folder.glob("vault-*.db"))
    pages = path.stat().st_size // 4096
    os.truncate(path, 20 * 4096)
    assert any(finding.what == f"{pages - 20} of {pages} pages are damaged" for finding in looked(folder).findings)


def test_a_missing_backup_is_a_warning(folder: Path, tmp_path: Path) -> None:
    """None after 30 days, one on the same disk, and one that is not there any more or was changed."""
    assert looked(folder).findings == ()
    late = examine(folder, vaults.PASSPHRASE, at=NOW + timedelta(days=31), progress=quiet)
    assert late.healthy
    assert [finding.what for finding in late.findings] == ["there is no backup that was opened"]
    path = backed_up(folder, tmp_path / "b").path
    report = looked(folder)
    assert report.backup == (str(path), "opened", NOW, "whole")
    assert len(report.findings) == 1
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert (warned(looked(folder)), looked(folder).healthy) == ({str(path), ""}, True)
    path.unlink()
    gone = looked(folder)
    assert gone.backup is not None
    assert gone.backup.state == "missing"
    assert warned(gone) == {str(path), ""}


def test_only_the_root_key_names_a_file_to_look_at(folder: Path, whole: Path, tmp_path: Path) -> None:
    """A backup that a watch key recorded, or that somebody planted, names no file that doctor opens."""
    backed_up(folder, tmp_path / "b", whole.parent / "watch.key")
    assert looked(folder).backup is None


def test_a_backup_is_looked_at_as_a_vault_is(folder: Path, whole: Path, watch_key: Key, tmp_path: Path) -> None:
    """Every pair is opened, one that was made by a watch key too; nothing of it is left, and nothing is changed."""
    made = backed_up(folder, tmp_path / "b")
    other = backed_up(folder, tmp_path / "w", whole.parent / "watch.key")
    before = {path.name for path in tmp_path.iterdir()}
    for one in (made, other):
        report = looked_at_backup(one.path)
        assert report.findings == ()
        assert report.pairs == (PAIRS, PAIRS, 0)
        assert looked_at_backup(one.path, watch_key).healthy
    assert {path.name for path in tmp_path.iterdir()} == before


def test_a_backup_that_was_changed_is_told(folder: Path, watch_key: Key, tmp_path: Path) -> None:
    """A flipped bit, another kind of file, and one that was put together by somebody without the keys."""
    path = backed_up(folder, tmp_path / "b").path
    good = path.read_bytes()
    path.write_bytes(good[:5000] + bytes([good[5000] ^ 1]) + good[5001:])
    with pytest.raises(BackupDamaged):
        looked_at_backup(path)
    path.write_bytes(b"no backup" * 100)
    with pytest.raises(NotABackup):
        looked_at_backup(path)
    path.write_bytes(good[:-64] + bytes(64))
    assert damaged(looked_at_backup(path)) == {"b"}
    assert damaged(looked_at_backup(path, watch_key)) == {"b"}


def test_a_rescue_brings_no_removed_key_back(folder: Path, tmp_path: Path) -> None:
    """An old keyslots.json that was put back is damage, and what was removed since does not come along."""
    old = (folder / "keyslots.json").read_bytes()
    with vaults.custody(folder, exclusive=True) as custody:
        remove(custody, named(custody.slots, "Nachtlauf"), at=NOW)
    (folder / "keyslots.json").write_bytes(old)
    with pytest.raises(Damaged), vaults.custody(folder):
        pass
    assert damaged(looked(folder)) == {"keyslots.json"}
    done = rescue(folder, vaults.PASSPHRASE, tmp_path / "new", user="tester", at=NOW, progress=quiet)
    assert [one.kind for one in done.lost] == ["key"]
    with vaults.custody(tmp_path / "new") as custody:
        assert "Nachtlauf" not in {slot.name for slot in custody.slots.slots}


def test_a_rotated_vault_is_healthy(folder: Path, watch_key: Key) -> None:
    """Events from before the present keys contradict nothing."""
    rotated(folder)
    assert looked(folder).findings == ()
    assert looked(folder, watch_key).healthy
