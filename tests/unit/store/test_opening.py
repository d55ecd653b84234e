"""Creating and opening a database: settings, versions, the schema that the program knows."""

from __future__ import annotations

import subprocess
import sys
import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlcipher3

from tests.stand_in.register import AT, SEALED, a_holder, a_link, a_pair
from vault.errors import Busy, Damaged, Fault, NewerVersion, NoRoom, WouldOverwrite
from vault.model.event import Wanted
from vault.ports.store import Reader
from vault.secret import RegisterKey
from vault.store import connection, migrations
from vault.store.migrations import BEFORE, MIGRATIONS, Migration, check, digest, migrate
from vault.store.store import SqlStore, create, open_store

KEY = RegisterKey(bytes(range(32)))
ROOT = Path(__file__).parents[3]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database with holder 1 and pair 1."""
    path = tmp_path / "vault ü%41#?.db"
    with closing(create(path, KEY, vault_id="V", at=AT, slots_counter=1)) as store, store.writing() as writer:
        writer.add_holder(a_holder(1))
        writer.add_pair(a_pair(1), SEALED)
        writer.add_link(a_link(1))
    return path


def test_a_database_is_private_and_encrypted(path: Path) -> None:
    """Mode 0600, no readable text, and no file beside it, whatever characters its name has."""
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    data = path.read_bytes()
    assert b"SQLite" not in data
    assert b"Makler" not in data


def test_create_never_overwrites(path: Path) -> None:
    """A file that is there stays as it is, a dangling symlink too."""
    before = path.read_bytes()
    link = path.with_name("link")
    link.symlink_to(path.parent / "nowhere")
    for there in (path, link):
        with pytest.raises(WouldOverwrite):
            create(there, KEY, vault_id="W", at=AT, slots_counter=1)
    assert path.read_bytes() == before
    assert not (path.parent / "nowhere").exists()


def test_create_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A creation that fails leaves nothing behind."""
    monkeypatch.setattr("vault.store.store.migrate", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        create(tmp_path / "vault.db", KEY, vault_id="V", at=AT, slots_counter=1)
    with pytest.raises(NoRoom):
        create(tmp_path / "no folder" / "vault.db", KEY, vault_id="V", at=AT, slots_counter=1)
    assert list(tmp_path.iterdir()) == []


def test_the_settings_are_those_of_the_design(path: Path) -> None:
    """Rollback journal, EXTRA, full deletion, memory for what is temporary: as the connection itself reports them."""
    with closing(connection.connect(path, KEY)) as opened:

        def value(name: str) -> object:
            return opened.execute(f"PRAGMA {name}").fetchone()[0]

        expected = {"journal_mode": "delete", "synchronous": 3, "secure_delete": 1, "temp_store": 2, "foreign_keys": 1}
        expected |= {"trusted_schema": 0, "recursive_triggers": 1, "cell_size_check": 1, "cache_size": -8000}
        assert {name: value(name) for name in expected} == expected
        assert value("application_id") == migrations.APPLICATION_ID
        assert value("user_version") == len(MIGRATIONS)
        assert value("cipher_version")


def test_a_library_that_does_not_encrypt_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Standard SQLite takes the key in silence and writes plain text: it is noticed by its missing version."""
    import sqlite3

    monkeypatch.setattr(sqlcipher3, "connect", sqlite3.connect)
    with pytest.raises(Fault, match="does not encrypt"):
        connection.connect(path, KEY)


def test_no_error_shows_the_key(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A wrong key is refused without a word of it, neither in the error and what is behind it nor on stderr."""
    wrong = RegisterKey(b"\xab" * 32)
    with pytest.raises(Damaged) as caught:
        open_store(path, wrong, vault_id="V")
    assert caught.value.__context__ is not None
    for error in (caught.value, caught.value.__context__):
        told = "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
        assert "vault/store" in told
        assert "abab" not in told.lower()
        assert r"\xab\xab" not in told
    assert capfd.readouterr() == ("", "")
    with pytest.raises(Fault):
        open_store(path, RegisterKey(b"short"), vault_id="V")


def test_each_migration_makes_the_schema_that_is_written_down() -> None:
    """The digest beside a migration is that of the schema it leaves; numbers run from 1 without gaps."""
    with closing(sqlcipher3.connect(":memory:", isolation_level=None)) as fresh:
        for number, migration in enumerate(MIGRATIONS, 1):
            migrate(fresh, AT, MIGRATIONS[:number])
            assert (number, digest(fresh)) == (migration.number, migration.digest)


CUSTOMERS = ("CREATE TABLE customer (name TEXT PRIMARY KEY) STRICT",)
SECOND = Migration(2, "customers", lambda: CUSTOMERS, "unknown")
BROKEN = Migration(2, "broken", lambda: (*CUSTOMERS, "CREATE TABLE pair (x)"), "unknown")


def later(path: Path) -> tuple[Migration, ...]:
    """The program's migrations and one more, with the digest it leads to."""
    with closing(sqlcipher3.connect(":memory:", isolation_level=None)) as fresh:
        migrate(fresh, AT, (*MIGRATIONS, SECOND))
        return (*MIGRATIONS, SECOND._replace(digest=digest(fresh)))


def test_an_older_database_is_migrated_once(path: Path) -> None:
    """With leave it is brought to the present form, recorded with the moment, and keeps its rows; without, refused."""
    known = later(path)
    with pytest.raises(Fault, match="older"):
        open_store(path, KEY, vault_id="V", migrations=known)
    for _ in range(2):
        store = open_store(path, KEY, vault_id="V", migrate_at=AT + timedelta(days=1), migrations=known)
        with closing(store), store.reading() as reader:
            assert list(reader.pairs()) == [a_pair(1)]
    with closing(connection.connect(path, KEY)) as opened:
        recorded = opened.execute("SELECT number, name, applied FROM migration ORDER BY number").fetchall()
    start = int(AT.timestamp())
    assert recorded == [(1, "the register", start), (2, "customers", start + 86400)]


def test_the_database_before_a_migration_is_kept_until_the_next_opening(path: Path) -> None:
    """A copy that an older program opens, with a salt of its own, for its owner alone; then it is gone."""
    known, kept = later(path), path.with_name(BEFORE)
    for expected in (True, False):
        open_store(path, KEY, vault_id="V", migrate_at=AT, migrations=known).close()
        assert kept.exists() is expected
        if expected:
            assert kept.stat().st_mode & 0o777 == 0o600
            assert kept.read_bytes()[:16] != path.read_bytes()[:16]
            with closing(open_store(kept, KEY, vault_id="V")) as store, store.reading() as reader:
                assert list(reader.pairs()) == [a_pair(1)]
                assert reader.sealed(a_pair(1).id) == SEALED
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_nothing_is_migrated_without_a_proven_copy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the copy is damaged or cannot be written the database stays as it is, and no copy is left."""
    known, before = later(path), path.read_bytes()
    for error in (Damaged(path="x", what="x"), NoRoom(path="x", why="x")):

        def failing(*_: object, error: Exception = error) -> None:
            raise error

        monkeypatch.setattr("vault.store.keeping.checked", failing)
        with pytest.raises(type(error)):
            open_store(path, KEY, vault_id="V", migrate_at=AT, migrations=known)
        assert path.read_bytes() == before
        assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_migration_that_fails_keeps_the_copy(path: Path) -> None:
    """And the database opens as it was."""
    with pytest.raises(Fault):
        open_store(path, KEY, vault_id="V", migrate_at=AT, migrations=(*MIGRATIONS, BROKEN))
    assert path.with_name(BEFORE).exists()
    open_store(path, KEY, vault_id="V").close()


def test_a_migration_that_fails_changes_nothing(path: Path) -> None:
    """Each migration is one transaction, its number in the header included."""
    with closing(connection.connect(path, KEY)) as opened:
        with pytest.raises(sqlcipher3.OperationalError):
            migrate(opened, AT, (*MIGRATIONS, BROKEN))
        assert check(opened, path) == 1


def test_a_newer_database_is_left_alone(path: Path) -> None:
    """What a later program wrote is neither read nor changed."""
    with closing(connection.connect(path, KEY)) as opened:
        migrate(opened, AT, later(path))
    before = path.read_bytes()
    with pytest.raises(NewerVersion, match=r"format 2, this one knows 1"):
        open_store(path, KEY, vault_id="V", migrate_at=AT)
    assert path.read_bytes() == before


PUBLIC = "USING COVERING INDEX pair_public"
PLANS: dict[str, tuple[Callable[[Reader], object], str]] = {
    "pairs": (lambda reader: list(reader.pairs()), PUBLIC),
    "every pair": (lambda reader: list(reader.pairs(every=True)), PUBLIC),
    "a page": (lambda reader: list(reader.pairs(after=a_pair(1), limit=5)), PUBLIC),
    "a page of all": (lambda reader: list(reader.pairs(every=True, after=a_pair(1), limit=5)), PUBLIC),
    "expiring": (lambda reader: reader.expiring(AT), PUBLIC),
    "a page of those": (lambda reader: reader.expiring(AT, after=a_pair(1), limit=5), PUBLIC),
    "next expiry": (lambda reader: reader.next_expiry(), PUBLIC),
    "first added": (lambda reader: reader.first_added(), "SCAN pair"),
    "count of all": (lambda reader: reader.count_pairs(), "USING COVERING INDEX"),
    "count": (lambda reader: reader.count_current(), "USING COVERING INDEX pair_current"),
    "subject": (lambda reader: reader.current_with_subject("arag", "CN=x"), "USING INDEX pair_subject"),
    "links": (lambda reader: list(reader.links()), "USING INDEX link_state"),
    "every link": (lambda reader: list(reader.links(every=True)), "USING INDEX link_deadline"),
    "unsettled": (lambda reader: reader.unsettled_links(AT), "USING INDEX link_state"),
    "words": (lambda reader: reader.holders_matching(["x"]), "USING PRIMARY KEY"),
    "events": (lambda reader: reader.events_of_pairs(["x"]), "USING INDEX event_pair"),
    "the log of a pair": (lambda reader: reader.events(Wanted(pair="x"), after=0, limit=5), "USING INDEX event_pair"),
    "the log of a holder": (
        lambda reader: reader.events(Wanted(holder="x"), after=0, limit=5),
        "USING INTEGER PRIMARY KEY (rowid=?)",
    ),
    "what the log and the register know": (
        lambda reader: reader.ids_told(after="", limit=5),
        "MERGE (UNION)",
    ),
    "pairs in the log": (lambda reader: reader.pairs_in_events("ABC"), "USING COVERING INDEX event_pair"),
}


@pytest.mark.parametrize("question", PLANS)
def test_questions_are_answered_by_an_index(path: Path, question: str) -> None:
    """No listing reads the sealed values, none sorts the whole table, and what is due is a range of an index."""
    ask, index = PLANS[question]
    with closing(connection.connect(path, KEY)) as opened:
        statements: list[str] = []
        opened.set_trace_callback(statements.append)
        with SqlStore(opened, path).reading() as reader:
            ask(reader)
        opened.set_trace_callback(None)
        asked = [one for one in statements if one.startswith("SELECT")]
        plans = [[row[3] for row in opened.execute(f"EXPLAIN QUERY PLAN {one}")] for one in asked]
    assert asked
    for plan in plans:
        assert index in plan[0] or "holder" in plan[0]
        assert "TEMP B-TREE FOR ORDER BY" not in " ".join(plan) or question == "subject"


FEW: dict[str, Callable[[Reader], object]] = {
    "request": lambda reader: reader.requests(),
    "activation": lambda reader: reader.activations(),
}


@pytest.mark.parametrize("table", FEW)
def test_few_are_looked_up_among_all_pairs(path: Path, table: str) -> None:
    """What is asked at every ``due`` goes through its own small table, and looks up the pairs that it names."""
    with closing(connection.connect(path, KEY)) as opened:
        statements: list[str] = []
        opened.set_trace_callback(statements.append)
        with SqlStore(opened, path).reading() as reader:
            FEW[table](reader)
        opened.set_trace_callback(None)
        (asked,) = [one for one in statements if one.startswith("SELECT")]
        plan = [row[3] for row in opened.execute(f"EXPLAIN QUERY PLAN {asked}")]
    assert plan[0] == f"SCAN {table}"
    assert plan[1].startswith("SEARCH pair USING INDEX sqlite_autoindex_pair_1 (id=?)")


def test_a_second_writer_waits_then_is_told(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one writes another reads; a second writer waits its patience and gets Busy, and nothing is lost."""
    monkeypatch.setattr(connection, "PATIENCE", 0.05)
    with (
        closing(open_store(path, KEY, vault_id="V")) as one,
        closing(open_store(path, KEY, vault_id="V")) as other,
    ):
        with one.writing() as writer:
            writer.put_setting("timezone", "Europe/Vienna", bytes(32))
            with other.reading() as reader:
                assert reader.setting("timezone") is None
            with pytest.raises(Busy), other.writing():
                pass
        with other.reading() as reader:
            assert reader.setting("timezone") == "Europe/Vienna"
            with pytest.raises(Busy), one.writing() as writer:
                writer.put_setting("timezone", "Europe/Zurich", bytes(32))
            assert reader.setting("timezone") == "Europe/Vienna"
        with one.writing() as writer:
            assert writer.setting("timezone") == "Europe/Vienna"


READING = """
import sys
from pathlib import Path
from tests.stand_in.register import a_pair
from tests.support.privileges import give_up
from vault.errors import NoRoom
from vault.secret import RegisterKey
from vault.store.store import open_store

give_up()
store = open_store(Path(sys.argv[1]), RegisterKey(bytes(range(32))), vault_id="V")
with store.reading() as reader:
    assert list(reader.pairs()) == [a_pair(1)]
try:
    with store.writing() as writer:
        writer.set_slots_counter(2)
except NoRoom as error:
    sys.exit(error.code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_a_file_that_may_not_be_written_can_be_read(path: Path) -> None:
    """A vault on a disk that is read-only answers questions; a change is refused with a reason."""
    path.chmod(0o400)
    done = subprocess.run([sys.executable, "-B", "-c", READING, path], cwd=ROOT, capture_output=True, check=False)
    assert done.returncode == NoRoom.code, done.stderr.decode()
