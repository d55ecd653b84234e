"""Plain SQL by somebody who has the register key: what the database refuses, and what is found at the next opening.

Every statement is tried with foreign keys and recursive triggers on and off: neither is a rule of the file.
"""

# ruff: noqa: S608 - building hostile SQL is what this file is for
from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3

from tests.stand_in.register import (
    AT,
    SEALED,
    a_holder,
    a_link,
    a_pair,
    a_target,
    an_event,
    an_id,
    an_installation,
)
from vault.errors import Damaged, SchemaChanged
from vault.secret import RegisterKey
from vault.store.store import create, open_store

KEY = RegisterKey(bytes(range(32)))
FRESH = an_id(99)
COPIED = "provider, holder, lineage, purpose, subject, issuer, serial, not_before, not_after, proof, added"
"""The columns of a pair that a planted one may have in common with another."""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Pairs 1 (superseded by 2), 2 and 3 (current) and 4 (retired, its purge an event), links 1 and 2. The lineages of
    pairs 2 and 3 are expected at target 1; targets 1 and 2 are those of holder 1.

    Holder 3 was forgotten by event 5, and has a text of before in event 4; that of event 3 is another's. The last event
    says that pair 3 is moved to holder 2.
    """
    path = tmp_path / "vault.db"
    with closing(create(path, KEY, vault_id="V", at=AT, slots_counter=1)) as store, store.writing() as writer:
        for number in (1, 2):
            writer.add_holder(a_holder(number))
            writer.add_link(a_link(number))
        writer.add_pair(a_pair(2, lineage=a_pair(1).lineage), SEALED)
        writer.add_pair(a_pair(1, state="superseded", superseded_by=an_id(2)), SEALED + b"1")
        writer.add_pair(a_pair(3), SEALED + b"3")
        writer.add_pair(a_pair(4, state="retired"), SEALED)
        writer.add_event(an_event(1, pair=an_id(1)))
        writer.add_event(an_event(2, what="purge", pair=an_id(4)))
        writer.add_holder(a_holder(3))
        for number in (3, 4):
            holder = a_holder(1 if number == 3 else 3)
            event = an_event(number, what="holder-added", holder=holder.id)
            writer.add_event(event._replace(texts=(("name", bytes(32), holder.name),)))
        writer.add_event(an_event(5, what="pseudonymised", holder=a_holder(3).id))
        for number in (1, 2):
            writer.add_target(a_target(number))
        for number in (2, 3):
            writer.add_installation(an_installation(number, lineage=a_pair(number * 2 - 3).lineage))
        writer.add_event(an_event(6, what="pair-moved", pair=an_id(3), holder=a_holder(2).id))
    return path


def plain(path: Path) -> Any:
    """A connection as any SQLCipher client makes it, with none of the store's settings."""
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY.reveal().hex()}'\"")
    return connection


def everything(connection: Any) -> list[Any]:
    """Every row of every table."""
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return [(table, connection.execute(f"SELECT * FROM {table}").fetchall()) for table in sorted(tables)]


def planted(verb: str, **changed: str) -> str:
    """An INSERT of pair 3 under another id and fingerprint, with ``changed`` SQL expressions in some columns."""
    values = {column: column for column in COPIED.split(", ")}
    values |= {"id": f"'{FRESH}'", "fingerprint": f"'{'0' * 64}'", "state": "'retired'", "superseded_by": "NULL"}
    values |= {"sealed": "sealed"} | changed
    return (
        f"{verb} INTO pair ({', '.join(values)}) SELECT {', '.join(values.values())} FROM pair WHERE id = '{an_id(3)}'"
    )


_UPDATES = [
    f"UPDATE {{mode}} pair SET {column} = {value} WHERE id = '{an_id(3)}'"
    for column, value in {
        "id": f"'{FRESH}'",
        "number": "77",
        "rowid": "77",
        "_rowid_": "1",
        "fingerprint": f"'{'0' * 64}'",
        "lineage": f"'{a_pair(1).lineage}'",
        "holder": f"'{a_holder(2).id}'",
        "provider": "'vhv'",
        "purpose": "'other'",
        "subject": "'CN=Somebody else'",
        "issuer": "'CN=Somebody else'",
        "serial": "'ff'",
        "not_before": "0",
        "not_after": "253402300799",
        "proof": "'portal'",
        "added": "0",
        "sealed": "zeroblob(3072)",
    }.items()
]
_SWAPPED = (
    f"UPDATE {{mode}} pair SET sealed = (SELECT sealed FROM pair WHERE id = '{an_id(2)}') WHERE id = '{an_id(3)}'"
)
_STATES = [
    f"UPDATE {{mode}} pair SET state = 'superseded', superseded_by = '{an_id(2)}' WHERE id = '{an_id(3)}'",
    f"UPDATE {{mode}} pair SET state = 'current', superseded_by = NULL WHERE id = '{an_id(1)}'",
    f"UPDATE {{mode}} pair SET state = 'retired', superseded_by = NULL WHERE id = '{an_id(1)}'",
    f"UPDATE {{mode}} pair SET superseded_by = '{an_id(3)}' WHERE id = '{an_id(1)}'",
    f"UPDATE {{mode}} pair SET superseded_by = '{FRESH}' WHERE id = '{an_id(1)}'",
    f"UPDATE {{mode}} pair SET state = 'superseded' WHERE id = '{an_id(3)}'",
    f"UPDATE {{mode}} pair SET state = 'lost' WHERE id = '{an_id(3)}'",
]
_MOVES = [
    f"UPDATE {{mode}} pair SET {change}, sealed = zeroblob(3072) WHERE id = '{an_id(pair)}'"
    for pair, change in (
        (2, f"holder = '{a_holder(2).id}'"),
        (3, f"holder = '{a_holder(3).id}'"),
        (3, f"lineage = '{FRESH}'"),
        (3, f"holder = '{a_holder(2).id}', subject = 'CN=Somebody else'"),
        (3, f"holder = '{a_holder(2).id}', state = 'retired'"),
    )
]
_INSERTS = [
    planted("INSERT {mode}", id="id"),
    planted("INSERT {mode}", fingerprint="fingerprint"),
    planted("INSERT {mode}", state="'current'"),
    planted("INSERT {mode}", number="number"),
    planted("INSERT {mode}", rowid="number"),
    planted("INSERT {mode}", number="-1"),
    planted("INSERT {mode}", holder=f"'{a_holder(2).id}'"),
    planted("INSERT {mode}", provider="'vhv'"),
    planted("INSERT {mode}", purpose="'other'"),
    planted("INSERT {mode}", sealed="NULL"),
    planted("INSERT {mode}", sealed="x''"),
    planted("INSERT {mode}", sealed="'text'"),
    planted("INSERT {mode}", not_after="'never'"),
    planted("INSERT {mode}", not_after="253402300800"),
    planted("INSERT {mode}", state="'superseded'", superseded_by=f"'{an_id(2)}'"),
    planted("INSERT {mode}", state="'superseded'", superseded_by="NULL"),
    planted("INSERT {mode}", id="''"),
]
_DELETES = [
    "DELETE FROM pair",
    f"DELETE FROM pair WHERE id = '{an_id(1)}'",
    f"DELETE FROM pair WHERE id = '{an_id(3)}'",
    f"DELETE FROM holder WHERE id = '{a_holder(1).id}'",
]
_UPSERTS = [
    planted("INSERT", id="id") + " ON CONFLICT (id) DO UPDATE SET sealed = zeroblob(3072)",
    planted("INSERT", id="id") + " ON CONFLICT (id) DO UPDATE SET not_after = 253402300799",
    planted("INSERT", fingerprint="fingerprint") + " ON CONFLICT DO UPDATE SET id = excluded.id",
    planted("INSERT", state="'current'") + " ON CONFLICT DO NOTHING",
]
_COLUMNS = ("id", "target", "lineage", "provider", "since", "pair", "until", "at", "by", "wanted", "dropped")
_INSTALLATION = {column: column for column in _COLUMNS}
REST_OF_EVENT = "pair, link, holder, details, commitments, hash, auth"
_BOOKS = [
    "UPDATE {mode} event SET what = 'nothing'",
    "UPDATE {mode} event SET number = number + 10",
    "UPDATE {mode} event SET number = 2 WHERE number = 1",
    "DELETE FROM event",
    "DELETE FROM event WHERE number = 2",
    f"INSERT {{mode}} INTO event SELECT 1, at, slot, user, 'other', {REST_OF_EVENT} FROM event",
    f"INSERT {{mode}} INTO event SELECT 9, at, slot, user, what, {REST_OF_EVENT} FROM event",
    f"INSERT {{mode}} INTO event SELECT NULL, at, slot, user, what, {REST_OF_EVENT} FROM event",
    "UPDATE {mode} event_text SET text = '\"Other\"'",
    "UPDATE {mode} event_text SET salt = zeroblob(32)",
    "UPDATE {mode} event_text SET event = 2 WHERE event = 3",
    "DELETE FROM event_text",
    "DELETE FROM event_text WHERE event = 3",
    "INSERT {mode} INTO event_text SELECT event, name, zeroblob(32), '\"Other\"' FROM event_text WHERE event = 3",
    "INSERT {mode} INTO event_text SELECT 77, name, salt, text FROM event_text WHERE event = 3",
    "INSERT {mode} INTO event_text SELECT 2, name, x'00', text FROM event_text WHERE event = 3",
    "INSERT INTO event_text SELECT * FROM event_text WHERE event = 3 ON CONFLICT DO UPDATE SET text = '\"Other\"'",
    "DELETE FROM link",
    f"DELETE FROM link WHERE id = '{a_link(2).id}'",
    f"DELETE FROM holder WHERE id = '{a_holder(2).id}'",
    "UPDATE {mode} migration SET name = 'other'",
    "UPDATE {mode} migration SET number = 2",
    "DELETE FROM migration",
    "INSERT {mode} INTO migration VALUES (1, 'other', 0)",
    "INSERT {mode} INTO migration VALUES (3, 'other', 0)",
    "UPDATE {mode} meta SET value = 'W' WHERE name = 'vault_id'",
    "UPDATE {mode} meta SET name = 'vault_id' WHERE name = 'slots_counter'",
    "DELETE FROM meta",
    "INSERT {mode} INTO meta VALUES ('vault_id', 'W')",
    "INSERT INTO meta VALUES ('vault_id', 'W') ON CONFLICT DO UPDATE SET value = 'W'",
    f"INSERT {{mode}} INTO holder VALUES ('{a_holder(1).id}', 'Other', '', '', '[]', NULL, 'other')",
    f"UPDATE {{mode}} holder SET merged_into = '{a_holder(1).id}' WHERE id = '{a_holder(2).id}'",
    f"UPDATE {{mode}} holder SET merged_into = '{a_holder(2).id}' WHERE id = '{a_holder(1).id}'",
    f"UPDATE {{mode}} holder SET merged_into = id WHERE id = '{a_holder(3).id}'",
    f"UPDATE {{mode}} holder SET tags = 'none' WHERE id = '{a_holder(1).id}'",
    f"UPDATE {{mode}} holder SET id = '{a_holder(2).id}' WHERE id = '{a_holder(1).id}'",
    "UPDATE {mode} link SET url = 'https://elsewhere.example/'",
    "UPDATE {mode} link SET deadline = NULL",
    f"UPDATE {{mode}} link SET id = '{a_link(2).id}' WHERE id = '{a_link(1).id}'",
    "UPDATE {mode} link SET rowid = 2 WHERE rowid = 1",
    f"UPDATE {{mode}} link SET reference = '{a_link(2).reference}'",
    f"INSERT {{mode}} INTO target SELECT id, '{a_holder(2).id}', profile, name, added, dropped FROM target",
    f"UPDATE {{mode}} target SET holder = '{a_holder(2).id}'",
    f"UPDATE {{mode}} target SET id = '{a_target(2).id}' WHERE id = '{a_target(1).id}'",
    "UPDATE {mode} target SET profile = 'other'",
    "UPDATE {mode} target SET name = 'other'",
    "UPDATE {mode} target SET added = 0",
    "UPDATE {mode} target SET dropped = 'never'",
    "DELETE FROM target",
    f"DELETE FROM target WHERE id = '{a_target(2).id}'",
    *(
        f"INSERT {{mode}} INTO installation SELECT {', '.join({**_INSTALLATION, **changed}.values())}"
        f" FROM installation WHERE id = '{an_installation(3).id}'"
        for changed in (
            {"target": f"'{a_target(2).id}'"},
            {"id": f"'{FRESH}'"},
            {"id": f"'{FRESH}'", "target": f"'{a_target(2).id}'", "wanted": "NULL"},
            {"id": f"'{FRESH}'", "target": f"'{a_target(2).id}'", "wanted": f"'{an_id(2)}'"},
            {"id": f"'{FRESH}'", "target": f"'{a_target(2).id}'", "pair": "wanted"},
        )
    ),
    *(
        f"UPDATE {{mode}} installation SET {change} WHERE id = '{an_installation(3).id}'"
        for change in (
            f"id = '{FRESH}'",
            "provider = 'other'",
            "since = 0",
            f"target = '{a_target(2).id}'",
            f"lineage = '{a_pair(1).lineage}'",
            f"lineage = '{FRESH}', wanted = NULL",
            "wanted = NULL",
            f"wanted = '{an_id(2)}'",
            "pair = wanted, until = 0, at = 0, by = ''",
            "pair = wanted",
        )
    ),
    "DELETE FROM installation",
    *(
        f"INSERT {{mode}} INTO link (number, id, kind, provider, reference, received, state, refusals, subject, sender)"
        f" VALUES ({number}, '{link}', 'link', 'arag', '{reference}', 0, 'open', 0, '', '')"
        for number, link, reference in (
            ("NULL", a_link(1).id, "new"),
            ("NULL", FRESH, a_link(1).reference),
            ("1", FRESH, "new"),
        )
    ),
]
REFUSED = [
    statement.format(mode=mode)
    for statement in (*_UPDATES, _SWAPPED, *_STATES, *_MOVES, *_INSERTS, *_DELETES, *_UPSERTS, *_BOOKS)
    for mode in (("", "OR REPLACE", "OR IGNORE", "OR FAIL") if "{mode}" in statement else ("",))
]


@pytest.mark.parametrize("foreign_keys", [False, True])
@pytest.mark.parametrize("recursive_triggers", [False, True])
def test_sql_cannot_break_a_rule(database: Path, foreign_keys: bool, recursive_triggers: bool) -> None:
    """Each statement is refused or does nothing: afterwards every row of every table is as it was."""
    with closing(plain(database)) as connection:
        connection.execute(f"PRAGMA foreign_keys = {foreign_keys:d}")
        connection.execute(f"PRAGMA recursive_triggers = {recursive_triggers:d}")
        before = everything(connection)
        broken = [statement for statement in REFUSED if _changes(connection, statement, before)]
    assert broken == []
    open_store(database, KEY, vault_id="V").close()


def _changes(connection: Any, statement: str, before: list[Any]) -> bool:
    connection.execute("BEGIN")
    try:
        connection.execute(statement)
        changed = everything(connection) != before
        refused = False
    except sqlcipher3.IntegrityError:
        changed, refused = everything(connection) != before, True
    connection.execute("ROLLBACK")
    ignored = "OR IGNORE" in statement or "DO NOTHING" in statement
    return changed or not (refused or ignored)


def test_the_list_of_attacks_reaches_the_rules(database: Path) -> None:
    """Without the triggers most of these statements would have worked: they are refused by the rules, not by a typo."""
    with closing(plain(database)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        before = everything(connection)
        working = [statement for statement in REFUSED if _works(connection, statement, before)]
    assert len(working) > len(REFUSED) // 3


def _works(connection: Any, statement: str, before: list[Any]) -> bool:
    connection.execute("BEGIN")
    try:
        connection.execute(statement)
        return everything(connection) != before
    except sqlcipher3.IntegrityError:
        return False
    finally:
        connection.execute("ROLLBACK")


def test_a_purge_with_its_event_is_allowed(database: Path) -> None:
    """A pair that is not current and whose purge is an event may go: the rule is not a wall."""
    with closing(plain(database)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("DELETE FROM pair WHERE id = ?", (an_id(4),))
        assert connection.execute("SELECT count(*) FROM pair").fetchone() == (3,)


def test_what_was_forgotten_may_go(database: Path) -> None:
    """The holder of whom an event says so, and the texts of earlier events on him: and no other."""
    with closing(plain(database)) as connection:
        connection.execute("DELETE FROM event_text WHERE event = 4")
        connection.execute("DELETE FROM holder WHERE id = ?", (a_holder(3).id,))
        assert connection.execute("SELECT event FROM event_text").fetchall() == [(3,)]


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER pair_fixed",
        "DROP TRIGGER event_stays",
        "DROP INDEX pair_current",
        "DROP TABLE parked",
        "ALTER TABLE pair ADD COLUMN pin TEXT",
        "ALTER TABLE link RENAME COLUMN url TO address",
        "CREATE TABLE pair_copy AS SELECT * FROM pair",
        "CREATE VIEW everything AS SELECT * FROM pair",
        "CREATE INDEX another ON pair (subject)",
        "CREATE TRIGGER planted AFTER INSERT ON pair BEGIN DELETE FROM parked; END",
        "CREATE TRIGGER planted INSTEAD OF INSERT ON seen BEGIN SELECT 1; END",
        "ANALYZE",
        "CREATE VIRTUAL TABLE words USING fts5 (word)",
        "PRAGMA application_id = 1",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 2",
    ],
)
def test_changed_rules_are_found_at_open(database: Path, statement: str) -> None:
    """What SQL cannot refuse, a dropped rule or a planted one, is found before anything is read."""
    with closing(plain(database)) as connection:
        if "seen" in statement:
            connection.execute("CREATE VIEW seen AS SELECT 1")
        connection.execute(statement)
    with pytest.raises(Damaged) as caught:
        open_store(database, KEY, vault_id="V")
    assert "PRAGMA" in statement or caught.type is SchemaChanged


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE sqlite_schema SET sql = replace(sql, 'OLD.sealed', 'NEW.sealed') WHERE name = 'pair_moves'",
        "UPDATE sqlite_schema SET sql = replace(sql, 'length(sealed) > 48', 'length(sealed) >= 0') WHERE name = 'pair'",
        "UPDATE sqlite_schema SET sql = replace(sql, 'STRICT', '') WHERE name = 'pair'",
        "UPDATE sqlite_schema SET sql = 'CREATE TRIGGER nonsense' WHERE name = 'pair_fixed'",
        "UPDATE sqlite_schema SET tbl_name = 'link' WHERE name = 'pair_fixed'",
        "DELETE FROM sqlite_schema WHERE name = 'pair_new'",
    ],
)
def test_an_edited_schema_is_found_at_open(database: Path, edit: str) -> None:
    """The text of the schema itself, edited behind SQLite's back, is not the program's any more."""
    with closing(plain(database)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        assert connection.execute(edit).rowcount == 1
    with pytest.raises(Damaged):
        open_store(database, KEY, vault_id="V")


def test_the_changed_rule_is_named(database: Path) -> None:
    """The error says which rule is another one, and a planted name reaches nobody's terminal unseen."""
    with closing(plain(database)) as connection:
        connection.execute('CREATE VIEW "\x1b[2Ja" AS SELECT 1')
    with pytest.raises(SchemaChanged, match=r"view <U\+001B>\[2Ja was added, changed or removed"):
        open_store(database, KEY, vault_id="V")


def test_rules_hold_through_an_attached_database(database: Path, tmp_path: Path) -> None:
    """The rules are in the file: reached by ATTACH from another database, they refuse the same."""
    with closing(sqlcipher3.connect(str(tmp_path / "other.db"), isolation_level=None)) as connection:
        connection.execute(f"ATTACH '{database}' AS vault KEY \"x'{KEY.reveal().hex()}'\"")
        for statement in ("DELETE FROM vault.event", "UPDATE vault.pair SET not_after = 0", "DELETE FROM vault.pair"):
            with pytest.raises(sqlcipher3.IntegrityError):
                connection.execute(statement)
    open_store(database, KEY, vault_id="V").close()


def test_values_planted_past_the_checks_are_damage(database: Path) -> None:
    """With CHECKs switched off a moment beyond every year goes in: it is reported as damage, not as a crash."""
    with closing(plain(database)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute(planted("INSERT", lineage=f"'{FRESH}'", state="'current'", not_after="-9000000000000000000"))
    with (
        closing(open_store(database, KEY, vault_id="V")) as store,
        store.reading() as reader,
        pytest.raises(Damaged),
    ):
        reader.expiring(AT)


def test_text_that_is_no_text_is_damage(database: Path) -> None:
    """A text that is not UTF-8 is reported as damage, in words of ours that do not quote it."""
    with closing(plain(database)) as connection:
        connection.execute(planted("INSERT", subject="cast(x'ff41' AS TEXT)", lineage=f"'{FRESH}'"))
    with (
        closing(open_store(database, KEY, vault_id="V")) as store,
        store.reading() as reader,
        pytest.raises(Damaged, match="a text in its database is not as it was written"),
    ):
        reader.pair(FRESH)


def test_another_vaults_database_is_refused(database: Path) -> None:
    """A database that belongs to another vault, with the right key, is not opened."""
    with pytest.raises(Damaged, match="another vault"):
        open_store(database, KEY, vault_id="W")
