"""A rescued vault is a vault like any other: its log agrees with what came out, and new keys can be made."""

from __future__ import annotations

import errno
import os
import shutil
import tracemalloc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from tests.attacks.attacker import plain_sql, register_key_of
from tests.stand_in.certificates import make_pair
from tests.support import many, vaults
from tests.support.rotation import quiet, rotated
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.doctor import examine
from vault.errors import Damaged
from vault.files import copying
from vault.ledger.pairs import Admission, Proven, admit
from vault.model.event import Wanted
from vault.model.ids import new_id
from vault.model.pair import Contents
from vault.model.succession import UNSAID
from vault.operations.verify import verify
from vault.pkcs12.inside import opened
from vault.rehousing import Lost
from vault.rescue import Rescued, rescue
from vault.secret import Pin
from vault.store.rows import from_pair
from vault.store.salvage import salvage

PAIRS = 12
PAGE = 4096
Damage = Callable[[Path], None]


def put(custody: Custody, number: int, *, years: int = 1) -> str:
    """A pair of the holder ``number``, which takes the place of an older one."""
    pin = Pin(f"PIN-{number}-{years}")
    file = make_pair(f"Makler {number}", pin.reveal(), not_after=NOW + timedelta(days=365 * years))
    proven = Proven(Contents(file, pin), opened(file, pin), "file")
    return admit(custody, proven, Admission("arag", f"Makler {number}", UNSAID), at=NOW, random=os.urandom).pair.id


@pytest.fixture(scope="module", params=["first keys", "new keys"])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A vault with twelve pairs, three of them superseded; once as it was made, once after a rotation."""
    folder = tmp_path_factory.mktemp("whole") / "vault"
    vaults.new_vault(folder)
    with vaults.custody(folder) as custody:
        for number in range(PAIRS - 3):
            put(custody, number)
        for number in range(3):
            put(custody, number, years=2)
    if request.param == "new keys":
        rotated(folder)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to be damaged."""
    return Path(shutil.copytree(whole, tmp_path / "vault"))


def rescued(folder: Path, to: Path) -> Rescued:
    """What comes out with the passphrase."""
    return rescue(folder, vaults.PASSPHRASE, to, user="tester", at=NOW, progress=quiet)


def sql(*statements: str) -> Damage:
    """These changes, past the program, and all rules stand as before."""

    def change(folder: Path) -> None:
        with plain_sql(folder, register_key_of(folder)) as connection:
            for statement in statements:
                connection.execute(statement)

    return change


def zero(*pages: int) -> Damage:
    """These pages are blank, but for the first 16 octets of the first, without which no page opens."""

    def change(folder: Path) -> None:
        path = next(folder.glob("vault-*.db"))
        data = bytearray(path.read_bytes())
        for page in pages:
            data[(page - 1) * PAGE + 16 : page * PAGE] = bytes(PAGE - 16)
        path.write_bytes(data)

    return change


def rows(folder: Path, statement: str) -> list[tuple[Any, ...]]:
    """What SQL says."""
    with plain_sql(folder, register_key_of(folder)) as connection:
        return list(connection.execute(statement).fetchall())


DAMAGES = {
    "a date": sql("UPDATE pair SET not_after = not_after + 86400 WHERE number = 2"),
    "a pair deleted": sql("DELETE FROM pair WHERE number = 5"),
    "a state": sql("UPDATE pair SET state = 'retired' WHERE number = 6"),
    "a successor deleted": sql("DELETE FROM pair WHERE number = 10"),
    "the end of the log": sql("DELETE FROM event WHERE number > 9"),
    "the beginning of the log": sql("DELETE FROM event WHERE number < 4"),
    "the whole log": sql("DELETE FROM event"),
    "events in the middle": sql("DELETE FROM event WHERE number IN (4, 7)"),
    "an event changed": sql("UPDATE event SET user = 'nobody' WHERE number = 8"),
    "the first event changed": sql("UPDATE event SET user = 'nobody' WHERE number = 1"),
    "an event planted": sql(
        "INSERT INTO event(number, at, slot, user, what, pair, details, commitments, hash)"
        " SELECT max(number) + 1, max(at), 'x', 'x', 'pair-retired', (SELECT min(id) FROM pair), '[]', '[]',"
        " zeroblob(32)"
        " FROM event"
    ),
    "every sealed value": sql("UPDATE pair SET sealed = randomblob(900)"),
    "two that are current": sql("DROP INDEX pair_current", "UPDATE pair SET state = 'current', superseded_by = NULL"),
    "a state without a successor": sql("UPDATE pair SET state = 'superseded' WHERE number = 6"),
    "a successor of another lineage": sql(
        "UPDATE pair SET state = 'superseded', superseded_by = (SELECT id FROM pair WHERE number = 7) WHERE number = 6"
    ),
    "a successor that is itself": sql("UPDATE pair SET state = 'superseded', superseded_by = id WHERE number = 6"),
    "a successor of what is current": sql("UPDATE pair SET superseded_by = id WHERE number = 6"),
    "a holder's name": sql("UPDATE holder SET name = 'Somebody else'"),
    "the holders": sql("DELETE FROM holder"),
    **{f"page {page}": zero(page) for page in (1, 2, 5, 9, 14, 16, 18, 20, 22, 26, 30)},
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_rescued_vault_agrees_with_its_log(damage: str, folder: Path, tmp_path: Path) -> None:
    """Whatever was damaged: the log of the new vault contradicts nothing, every pair opens, it takes in new pairs and
    new keys, and a pair that the log knows is named if it is lost."""
    DAMAGES[damage](folder)
    done = rescued(folder, tmp_path / "new")
    with vaults.custody(tmp_path / "new") as custody:
        assert [one.text for one in verify(custody).contradictions] == []
        put(custody, 0, years=3)
    report = examine(tmp_path / "new", vaults.PASSPHRASE, at=NOW, progress=quiet)
    assert report.healthy
    assert report.pairs == (done.pairs + 1, done.pairs + 1, 0)
    if "log" not in damage and "event" not in damage and not damage.startswith("page"):
        assert done.pairs + sum(one.kind == "pair" for one in done.lost) == PAIRS
    rotated(tmp_path / "new")
    with vaults.custody(tmp_path / "new") as custody:
        assert verify(custody).total == 0


def test_what_was_planted_is_left_out_and_named(folder: Path, tmp_path: Path) -> None:
    """An event that takes the root key and bears no authentication does not come to one by a rescue."""
    DAMAGES["an event planted"](folder)
    done = rescued(folder, tmp_path / "new")
    assert [one.kind for one in done.lost] == ["event"]
    assert not rows(tmp_path / "new", "SELECT 1 FROM event WHERE what = 'pair-retired'")


def test_what_somebody_did_with_a_pin_is_still_told(folder: Path, tmp_path: Path) -> None:
    """Events behind a gap keep what, when and who, and bear the number that they had."""
    before = rows(folder, "SELECT at, slot, user, what, pair FROM event WHERE number > 8 ORDER BY number")
    DAMAGES["an event changed"](folder)
    rescued(folder, tmp_path / "new")
    said = "SELECT at, slot, user, what, pair FROM event WHERE details LIKE '%rescued%' ORDER BY number"
    assert rows(tmp_path / "new", said)[1:] == before


def test_a_holder_whose_row_is_lost_has_the_name_in_the_certificate(folder: Path, tmp_path: Path) -> None:
    """So a person finds the pair again; that it was lost is told."""
    DAMAGES["the holders"](folder)
    done = rescued(folder, tmp_path / "new")
    assert {one.kind for one in done.lost} == {"holder"}
    names = {name for (name,) in rows(tmp_path / "new", "SELECT name FROM holder")}
    assert names == {f"Makler {number}" for number in range(PAIRS - 3)}


@pytest.mark.parametrize("left", ["missing", "empty", "blank", "folder", "another's"])
def test_where_nothing_comes_out_nothing_is_made(left: str, folder: Path, tmp_path: Path) -> None:
    """No empty vault that looks like a success: it is damage, and the new folder is gone again."""
    path = next(folder.glob("vault-*.db"))
    size = path.stat().st_size
    path.unlink()
    if left == "folder":
        path.mkdir()
    elif left == "another's":
        vaults.new_vault(tmp_path / "another")
        shutil.copyfile(next((tmp_path / "another").glob("vault-*.db")), path)
    elif left != "missing":
        path.write_bytes(bytes(size if left == "blank" else 0))
    with pytest.raises(Damaged):
        rescued(folder, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_page_of_yesterday_keeps_nothing_back(tmp_path: Path) -> None:
    """Whichever page was put back, and whatever rows it holds that contradict those of today: every pair comes out, and
    the newest of each lineage is the current one."""
    folder = tmp_path / "vault"
    vaults.new_vault(folder)
    with vaults.custody(folder) as custody:
        for number in range(3):
            put(custody, number)
    path = next(folder.glob("vault-*.db"))
    yesterday = path.read_bytes()
    with vaults.custody(folder) as custody:
        newest = {put(custody, number, years=2) for number in range(3)}
    today = path.read_bytes()
    for page in range(0, len(yesterday), PAGE):
        old = yesterday[page : page + PAGE]
        if old == today[page : page + PAGE]:
            continue
        path.write_bytes(today[:page] + old + today[page + PAGE :])
        to = tmp_path / f"new-{page}"
        done = rescued(folder, to)
        with vaults.custody(to) as custody:
            assert verify(custody).total == 0
            with custody.reading() as reader:
                out = {pair.id: pair.state for pair in reader.pairs(every=True)}
        assert done.pairs == len(out)
        assert {state for pair, state in out.items() if pair in newest} <= {"current"}


def test_a_page_that_the_disk_does_not_give_out_is_damaged_and_named(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sector that cannot be read ends no rescue: its pages are named, and what lies on the others comes out."""
    path = next(folder.glob("vault-*.db"))
    ((root,),) = rows(folder, "SELECT rootpage FROM sqlite_schema WHERE name = 'pair'")
    bad, read = {root + 1, root + 2, path.stat().st_size // PAGE}, copying._read

    def failing(file: BinaryIO, size: int) -> bytes:
        if Path(str(file.name)) == path and file.tell() // PAGE + 1 in bad:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read(file, size)

    monkeypatch.setattr(copying, "_read", failing)
    done = rescued(folder, tmp_path / "new")
    assert [(one.id, one.amount) for one in done.lost if one.kind == "page"] == [
        (f"{root + 1}-{root + 2}", 2),
        (str(max(bad)), 1),
    ]
    assert done.damaged == 3
    assert done.pairs + sum(one.kind == "pair" for one in done.lost) == PAIRS
    assert done.pairs > PAIRS // 2
    assert examine(tmp_path / "new", vaults.PASSPHRASE, at=NOW, progress=quiet).healthy


@pytest.mark.parametrize("by", ["one row", "the other"])
def test_of_two_rows_with_one_certificate_one_comes_out(by: str, folder: Path, tmp_path: Path) -> None:
    """Also where the other one is the successor of a third, which is then retired."""
    with vaults.custody(folder) as custody:
        with custody.reading() as reader:
            old = next(one for one in reader.pairs(every=True) if one.state == "superseded")
            new = reader.pair(old.superseded_by or "")
        assert new is not None
        twin = new._replace(id=new_id(os.urandom), state="superseded", superseded_by=new.id)
        sealed = custody.seal(twin, custody.unsealed(new), os.urandom)
    columns = (*from_pair(twin), sealed)
    with plain_sql(folder, register_key_of(folder)) as connection:
        connection.execute("CREATE TABLE older AS SELECT * FROM pair WHERE FALSE")  # a row is known by its shape alone
        marks = ", ".join("?" * (len(columns) + 1))
        connection.execute(f"INSERT INTO older VALUES ({marks})", (99, *columns))  # noqa: S608
        if by == "the other":
            connection.execute("UPDATE pair SET superseded_by = ? WHERE id = ?", (twin.id, old.id))
    done = rescued(folder, tmp_path / "new")
    assert [one.id for one in done.lost if one.kind == "pair"] == [twin.id]
    with vaults.custody(tmp_path / "new") as custody:
        assert verify(custody).total == 0
        with custody.reading() as reader:
            there = reader.pair(old.id)
    assert there is not None
    assert there.state == ("superseded" if by == "one row" else "retired")


def test_a_planted_number_costs_nothing(folder: Path, tmp_path: Path) -> None:
    """Whoever plants an event with a huge number makes no list of all that are missing before it: they are one."""
    ((last,),) = rows(folder, "SELECT max(number) FROM event")
    sql(
        "INSERT INTO event(number, at, slot, user, what, details, commitments, hash)"
        " SELECT 1 << 62, max(at), 'x', 'x', 'reminded', '[]', '[]', zeroblob(32) FROM event"
    )(folder)
    done = rescued(folder, tmp_path / "new")
    missing = (1 << 62) - 1 - last
    assert [one._replace(why="") for one in done.lost] == [Lost("event", f"{last + 1}-{(1 << 62) - 1}", "", missing)]
    assert done.amount_lost == missing


def test_of_a_row_its_place_is_kept(tmp_path: Path) -> None:
    """Neither pairs nor events nor sealed values are in memory, however many: they are read again, as they were."""
    file = make_pair("Makler", "PIN-1", not_after=NOW + timedelta(days=365))
    many.fill(tmp_path / "vault", many.Size(400, 0), file, "PIN-1", at=NOW)
    path = next((tmp_path / "vault").glob("vault-*.db"))
    tracemalloc.start()
    try:
        rows = salvage(path, register_key_of(tmp_path / "vault"))
        kept = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert kept < 400 * 1200
    assert list(rows.known.values()) == [True] * 400
    with vaults.custody(tmp_path / "vault") as custody, custody.reading() as reader:
        assert list(rows.events.values()) == reader.events(Wanted(), after=0, limit=1000)
