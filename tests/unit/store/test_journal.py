"""The journal of a write that was interrupted: played back to its end, or named as damaged."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support import vaults
from vault.errors import Damaged
from vault.ledger.events import record

PAGE, SECTOR = 4096, 512
RECORD = PAGE + 8


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault as a process leaves it that is killed when some of its pages are written."""
    place = tmp_path_factory.mktemp("interrupted")
    vaults.new_vault(place / "vault")
    for name in ("first", "second"):
        with vaults.custody(place / "vault") as custody, custody.writing() as writer:
            for number in range(60):
                record(custody, writer, name, at=vaults.NOW, number=str(number), text="x" * 500)
    with vaults.custody(place / "vault") as custody:
        custody._store._connection.execute("PRAGMA cache_size = 5")  # type: ignore[attr-defined]
        with custody.writing() as writer:
            for number in range(200):
                record(custody, writer, "third", at=vaults.NOW, number=str(number), text="x" * 500)
            shutil.copytree(place / "vault", place / "killed")
    return place / "killed"


def flipped(interrupted: Path, tmp_path: Path, at: int, bit: int = 1) -> Path:
    """A copy with one bit of the journal flipped."""
    folder = tmp_path / "vault"
    shutil.copytree(interrupted, folder)
    (journal,) = folder.glob("*-journal")
    data = bytearray(journal.read_bytes())
    data[at] ^= bit
    journal.write_bytes(data)
    return folder


def test_a_sound_journal_brings_the_old_state_back(interrupted: Path, tmp_path: Path) -> None:
    """Pages of the new state are in the database, and all of them are taken back."""
    shutil.copytree(interrupted, tmp_path / "vault")
    (journal,) = (tmp_path / "vault").glob("*-journal")
    assert journal.read_bytes()[:4] == bytes.fromhex("d9d505f9")
    with vaults.custody(tmp_path / "vault") as custody, custody.reading() as reader:
        assert 120 < reader.head().number < 140  # nothing of the third
    assert not journal.exists()


@pytest.mark.parametrize(
    "at",
    [
        0,
        7,
        11,
        15,
        16,
        21,
        25,
        SECTOR + 2,
        SECTOR + 4 + 3896,
        SECTOR + 4 + 96,
        SECTOR + 4 + 97,
        SECTOR + RECORD - 1,
        SECTOR + RECORD,
    ],
    ids=lambda at: f"byte {at}",
)
def test_a_journal_with_a_flipped_bit_is_damage_and_stays(at: int, interrupted: Path, tmp_path: Path) -> None:
    """Neither half of a state is given out, nor the journal deleted."""
    folder = flipped(interrupted, tmp_path, at)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(Damaged), vaults.custody(folder):
        pass
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_journal_that_is_cut_short_is_damage(interrupted: Path, tmp_path: Path) -> None:
    """Its header counts more than is there."""
    shutil.copytree(interrupted, tmp_path / "vault")
    (journal,) = (tmp_path / "vault").glob("*-journal")
    with journal.open("r+b") as file:
        file.truncate(SECTOR + RECORD)
    with pytest.raises(Damaged), vaults.custody(tmp_path / "vault"):
        pass


def single(interrupted: Path, folder: Path) -> Path:
    """A copy whose journal has one header, with all the records that it counts and nothing behind them; its path."""
    shutil.copytree(interrupted, folder)
    (journal,) = folder.glob("*-journal")
    data = journal.read_bytes()
    journal.write_bytes(data[: SECTOR + int.from_bytes(data[8:12]) * RECORD])
    return journal


def test_what_is_left_of_a_longer_journal_is_no_damage(interrupted: Path, tmp_path: Path) -> None:
    """Killed before its header counted, and written over by the next process, which was killed as well."""
    journal = single(interrupted, tmp_path / "vault")
    data = journal.read_bytes()
    left = bytearray(data[SECTOR : SECTOR + RECORD] * 5)
    for number in range(5):
        left[(number + 1) * RECORD - 2] ^= 0x55  # the sum of another journal, with another random number
    journal.write_bytes(data + left)
    with vaults.custody(tmp_path / "vault") as custody, custody.reading() as reader:
        assert 120 < reader.head().number < 140  # nothing of the third


@pytest.mark.parametrize("pages", [1 << 29, -1, -8], ids=["far more", "one fewer", "fewer"])
def test_pages_that_the_database_never_had_are_damage(pages: int, interrupted: Path, tmp_path: Path) -> None:
    """SQLite makes the file as long as the journal says: terabytes of nothing, or without its last pages."""
    folder = tmp_path / "vault"
    shutil.copytree(interrupted, folder)
    (journal,) = folder.glob("*-journal")
    data = bytearray(journal.read_bytes())
    before = int.from_bytes(data[16:20]) + pages
    records = [data[at : at + RECORD] for at in range(SECTOR, SECTOR + int.from_bytes(data[8:12]) * RECORD, RECORD)]
    fitting = [record for record in records if int.from_bytes(record[:4]) <= before]  # else its number tells
    data[8:12], data[16:20] = len(fitting).to_bytes(4), before.to_bytes(4)
    data[SECTOR:] = b"".join(fitting)
    journal.write_bytes(data)
    (database,) = folder.glob("*.db")
    size = database.stat().st_size
    with pytest.raises(Damaged), vaults.custody(folder):
        pass
    assert database.stat().st_size == size


@pytest.mark.parametrize("left", [0, 5])
def test_a_count_that_fell_is_damage(left: int, interrupted: Path, tmp_path: Path) -> None:
    """A record that fits stands behind the last one that is counted, whether anything follows or not."""
    journal = single(interrupted, tmp_path / "vault")
    data = bytearray(journal.read_bytes())
    counted = int.from_bytes(data[8:12])
    data[8:12] = (counted & (counted - 1)).to_bytes(4)
    journal.write_bytes(data + data[SECTOR : SECTOR + RECORD][::-1] * left)
    with pytest.raises(Damaged), vaults.custody(tmp_path / "vault"):
        pass
