"""What is not sealed, and what comes of changing it: said plainly, so that nobody relies on more."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.attacks.attacker import plain_sql
from tests.attacks.statements import spoil
from tests.attacks.story import PROFILES, YEAR, Story, put
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.vaults import NOW
from vault.errors import Damaged, SchemaChanged, SettingChanged, SlotsDamaged
from vault.model.chain import event_hash
from vault.model.shown import shown
from vault.operations import find, register
from vault.operations.due import due
from vault.operations.export import export
from vault.operations.settings import TIMEZONE, change, settings
from vault.ports.opener import Opener
from vault.secret import Pin

ALL = timedelta(days=36500)
TURNED_ROUND = """UPDATE pair SET state = 'superseded', superseded_by = :old WHERE id = :mueller
UPDATE pair SET state = 'current', superseded_by = NULL WHERE id = :old"""


def test_a_state_is_not_sealed_and_turns_a_pair_off_but_never_into_another(story: Story, tmp_path: Path) -> None:
    """The old pair is made current again: it is handed out under its own date, with its own PIN, as what it is."""
    spoil(story, TURNED_ROUND)
    with vaults.custody(story.folder) as custody:
        found = find.pair(custody, "müller", PROFILES)
        assert (found.id, found.not_after) == (story.old.id, story.old.not_after)
        assert custody.contents(found) == story.genuine[found.fingerprint]
        name = export(custody, found, tmp_path, ending="p12", at=NOW, random=os.urandom).path.name
        assert f"{story.old.not_after:%Y-%m-%d}" in name


def test_two_current_pairs_of_one_lineage_are_asked_about(story: Story, opener: Opener) -> None:
    """An index that lies lets two pairs be current: then a person says which one is meant."""
    with plain_sql(story.folder, story.register) as connection:
        sql = "SELECT sql FROM sqlite_schema WHERE name = 'pair_current'"
        (index,) = connection.execute(sql).fetchone()
        connection.execute("DROP INDEX pair_current")
        connection.execute("UPDATE pair SET state = 'current', superseded_by = NULL")
        connection.execute(index.replace("state = 'current'", "state = 'none'"))
    with pytest.raises(SchemaChanged), vaults.custody(story.folder):
        pass


def test_the_name_of_a_holder_is_not_sealed_the_certificate_is(story: Story, tmp_path: Path) -> None:
    """Two holders' names swapped: list and file name say the wrong one, id, subject and PIN are those of the pair.

    Names are public, change in the life of an agency, and come in by jobs that have the register key alone.
    """
    spoil(
        story,
        "UPDATE holder SET name = 'Schmidt' WHERE id = :mueller_holder\n"
        "UPDATE holder SET name = 'Müller' WHERE id = :schmidt_holder",
    )
    with vaults.custody(story.folder) as custody:
        rows = {row.pair.id: row for row in register.pairs(custody, "", PROFILES)}
        row = rows[story.mueller.id]
        assert row.holder is not None
        assert (row.holder.name, row.pair.subject) == ("Schmidt", story.mueller.subject)
        assert "CN=Müller" in row.pair.subject
        assert custody.contents(row.pair) == story.genuine[story.mueller.fingerprint]
        assert export(custody, row.pair, tmp_path, ending="p12", at=NOW, random=os.urandom).path.name.startswith(
            "Schmidt"
        )


HOSTILE_NAMES = [
    "../../etc/passwd",
    "C:\\Windows\\x",
    "\x1b[2J\u202e",
    "CON",
    "",
    ".",
    "x" * 100_000,
    "a\x00b",
    "\ufeff",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
def test_a_hostile_name_stays_in_the_folder_and_off_the_screen(name: str, story: Story, tmp_path: Path) -> None:
    """The name of an exported file is one plain name in the folder that was said."""
    (tmp_path / "out").mkdir()
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE holder SET name = ?", (name,))
    with vaults.custody(story.folder) as custody:
        path = export(custody, story.mueller, tmp_path / "out", ending="p12", at=NOW, random=os.urandom).path
        assert [path] == list((tmp_path / "out").iterdir())
        assert shown(path.name) == path.name
        for row in register.pairs(custody, "", PROFILES):
            assert row.holder is not None
            assert row.holder.name == name


ZONES = ["nonsense", "../../../etc/passwd", "", "Europe", "\x00", "x" * 100_000, "/etc/localtime", "Ä", "leapseconds"]


@pytest.mark.parametrize("zone", ZONES, ids=range(len(ZONES)))
def test_a_time_zone_written_past_the_program_never_silences_a_watch(zone: str, story: Story, tmp_path: Path) -> None:
    """The watch counts in the usual zone and warns; with the root key it is told."""
    key = vaults.new_watch_key(story.folder, tmp_path / "watch.key")
    with vaults.watch(story.folder, key) as watch:
        before = list(due(watch, at=NOW, within=ALL))
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("INSERT INTO setting VALUES ('timezone', ?, zeroblob(32))", (zone,))
    with vaults.watch(story.folder, key) as watch:
        assert list(due(watch, at=NOW, within=ALL)) == before
    with vaults.custody(story.folder) as custody:
        with pytest.raises(SettingChanged):
            list(due(custody, at=NOW, within=ALL))
        change(custody, TIMEZONE, "Europe/Vienna", at=NOW)
        assert list(due(custody, at=NOW, within=ALL)) == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE setting SET value = 'Pacific/Kiritimati' WHERE name = 'timezone'",
        "UPDATE setting SET auth = zeroblob(32) WHERE name = 'timezone'",
        "UPDATE setting SET auth = X'00' WHERE name = 'timezone'",
        "UPDATE setting SET value = 'mueller@example.de' WHERE name = 'mailbox'",
        "UPDATE setting SET value = '' WHERE name = 'timezone'",
        "UPDATE setting SET name = 'mailbox' WHERE name = 'timezone'",
    ],
)
def test_a_setting_that_was_changed_is_told_to_whoever_has_the_root_key(sql: str, story: Story) -> None:
    """Value, authentication and name hang together."""
    with vaults.custody(story.folder) as custody:
        change(custody, TIMEZONE, "Europe/Vienna", at=NOW)
        change(custody, "mailbox", "zertifikate@agentur.example", at=NOW)
        with custody.reading() as reader:
            assert settings(custody, reader)[TIMEZONE] == "Europe/Vienna"
    with plain_sql(story.folder, story.register) as connection:
        connection.execute(sql.replace("UPDATE", "UPDATE OR REPLACE"))
    with vaults.custody(story.folder) as custody, custody.reading() as reader, pytest.raises(SettingChanged):
        settings(custody, reader)


@pytest.mark.parametrize("value", ["", "many", "-", "1.5", "9" * 5000, "0x10"])
def test_a_counter_that_is_none_is_damage(value: str, story: Story) -> None:
    """What the database says of the slot file is a number or damage."""
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE meta SET value = ? WHERE name = 'slots_counter'", (value,))
    with pytest.raises(Damaged), vaults.custody(story.folder):
        pass


def test_a_counter_raised_closes_the_vault(story: Story) -> None:
    """Whoever has the register key can destroy; he is found, and nothing else comes of it."""
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE meta SET value = '9' WHERE name = 'slots_counter'")
    with pytest.raises(SlotsDamaged), vaults.custody(story.folder):
        pass


def test_a_counter_lowered_heals_with_the_next_root_key(story: Story) -> None:
    """Register key and folder together put back an old slot file unseen; the key in it must still be known."""
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE meta SET value = '-7' WHERE name = 'slots_counter'")
    with vaults.custody(story.folder) as custody, custody.reading() as reader:
        assert reader.slots_counter() == custody.slots.counter


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE meta SET value = '0000000000000000' WHERE name = 'vault_id'",
        "DELETE FROM meta WHERE name = 'vault_id'",
        "DELETE FROM meta WHERE name = 'slots_counter'",
        "CREATE TABLE more (x)",
        "CREATE TRIGGER watching AFTER INSERT ON pair BEGIN DELETE FROM event; END",
        "CREATE VIEW pairs AS SELECT * FROM pair",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 0",
        "PRAGMA user_version = 99",
    ],
)
def test_another_vault_or_another_schema_is_not_opened(sql: str, story: Story) -> None:
    """Neither id nor rules nor version of the database can be others."""
    with plain_sql(story.folder, story.register) as connection:
        connection.execute(sql)
    with pytest.raises(Damaged), vaults.custody(story.folder):
        pass


def test_an_event_that_was_changed_has_no_hash_that_fits(story: Story) -> None:
    """Chain and authentication are there for whoever checks them; the log goes on behind what was cut off.

    No command checks them yet, and that the end was cut off shows nowhere.
    """
    spoil(
        story,
        "UPDATE event SET user = 'somebody else' WHERE pair = :mueller\n"
        "DELETE FROM event WHERE number = (SELECT max(number) FROM event)",
    )
    with vaults.custody(story.folder) as custody:
        found = register.history(custody, story.mueller).events
        (added,) = (one for one in found if one.event.pair == story.mueller.id)
        with custody.reading() as reader:
            before = reader.head()
        assert added.event.actor.user == "somebody else"
        assert added.auth == custody.authenticated(added.hash, added.number)
        with plain_sql(story.folder, story.register) as connection:
            sql = "SELECT hash FROM event WHERE number = ?"
            (previous,) = connection.execute(sql, (added.number - 1,)).fetchone()
        assert event_hash(previous, added.number, added.event) != added.hash
        export(custody, story.mueller, story.folder, ending="p12", at=NOW, random=os.urandom)
        with custody.reading() as reader:
            assert reader.head().number == before.number + 2


@pytest.mark.parametrize("column", ["purpose", "subject"])
def test_huge_texts_are_bounded_where_they_are_shown(column: str, story: Story) -> None:
    """Twenty megabytes in a column end neither the list nor the search; the pair does not open."""
    with plain_sql(story.folder, story.register) as connection:
        connection.execute(f"UPDATE pair SET {column} = ? WHERE id = ?", ("x" * 20_000_000, story.schmidt.id))  # noqa: S608
    with vaults.custody(story.folder) as custody:
        found = {row.pair.id: row.pair for row in register.pairs(custody, "", PROFILES)}[story.schmidt.id]
        assert len(shown(getattr(found, column))) < 1000
        with pytest.raises(Damaged):
            custody.contents(found)


def test_a_row_that_was_deleted_is_gone_and_nothing_else(story: Story, opener: Opener) -> None:
    """He can hide and destroy: a backup elsewhere is what helps. The others open, and the next one is stored."""
    spoil(story, "DELETE FROM pair WHERE id = :mueller")
    with vaults.custody(story.folder) as custody:
        assert custody.has_pin(story.schmidt, Pin("PIN-schmidt-3"))
        stored = put(custody, make_pair("Schmidt", "N", not_after=NOW + YEAR), "N", opener, "Schmidt")
        assert custody.contents(stored).pin == Pin("N")
