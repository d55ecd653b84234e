"""A rotation moves all that there is, opens it, and changes nothing where something is amiss."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.attacks import attacker
from tests.attacks.story import Story, make
from tests.promises.standing import contents
from tests.support import vaults
from tests.support.rotation import rotated, watch_rotated
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import (
    CertvaultError,
    Damaged,
    LogContradicts,
    PairDamaged,
    PairDiffers,
    PairNotOpened,
    ParkedDamaged,
    SettingChanged,
)
from vault.ledger.events import record
from vault.model.holder import Holder
from vault.model.ids import new_id
from vault.model.link import Link
from vault.model.pair import Contents, Pair
from vault.operations import settings
from vault.operations.audit import head
from vault.operations.verify import verify
from vault.pkcs12.opener import ChildOpener
from vault.ports.opener import Opened, Opener
from vault.secret import Pin

Rows = dict[str, list[dict[str, object]]]
LINKS = {"waits": new_id(os.urandom), "planted": new_id(os.urandom)}


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    """Opens PKCS#12 files."""
    with ChildOpener(os.urandom) as found:
        yield found


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A vault with pairs, links with and without a file that waits, and settings."""
    story = make(tmp_path_factory.mktemp("whole") / "vault")
    with vaults.custody(story.folder) as custody:
        with custody.writing() as writer:
            for name, link in LINKS.items():
                writer.add_link(
                    Link(
                        link, "link", "arag", story.mueller.holder, "https://x", name, NOW, None, subject="", sender=""
                    )
                )
            writer.park(LINKS["waits"], custody.put_in(LINKS["waits"], b"a file"))
            writer.park(LINKS["planted"], bytes(100))
            writer.put_setting("planted", "by a watch", bytes(32))
            writer.add_holder(Holder(new_id(os.urandom), "Zoë", ("z@example.org",), ("4711",)))
        settings.change(custody, "timezone", "Europe/Vienna", at=NOW)
    return story


@pytest.fixture
def story(whole: Story, tmp_path: Path) -> Story:
    """A copy of it for this test."""
    return whole.copied(tmp_path / "vault")


def rows(folder: Path) -> Rows:
    """Every row of every table, with the names of its columns."""
    found: Rows = {}
    with attacker.plain_sql(folder, attacker.register_key_of(folder)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        for table in tables:
            cursor = connection.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - a test
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor]
    return found


def without(found: Rows, *columns: str) -> Rows:
    """The rows, but these columns, what counts changes of the slot file, and the last event."""
    kept = {
        table: [{name: value for name, value in row.items() if f"{table}.{name}" not in columns} for row in listed]
        for table, listed in found.items()
    }
    kept["meta"] = [row for row in kept["meta"] if row["name"] != "slots_counter"]
    kept["event"] = [row for row in kept["event"] if row["what"] not in {"rotated", "watch-rotated"}]
    return kept


def test_every_row_comes_along(story: Story) -> None:
    """Nothing is lost, added or renumbered; only what is sealed or authenticated is new."""
    before = rows(story.folder)
    rotated(story.folder)
    after = rows(story.folder)
    anew = ("pair.sealed", "parked.sealed", "setting.auth")
    assert without(after, *anew) == without(before, *anew)
    assert len(before["pair"]) == 3
    assert all(old["sealed"] != new["sealed"] for old, new in zip(before["pair"], after["pair"], strict=True))


def test_a_new_register_key_leaves_every_row_as_it_was(story: Story) -> None:
    """The sealed values too, octet by octet."""
    before = rows(story.folder)
    done = watch_rotated(story.folder)
    assert without(rows(story.folder)) == without(before)
    assert (done.pairs, done.resealed, done.slots.register_generation) == (3, 0, 2)


def test_the_new_vault_is_a_database_of_its_own(story: Story) -> None:
    """Another file and another salt: no key stream and no page is used twice."""
    old = attacker.database(story.folder)
    salt = old.read_bytes()[:16]
    for turn in (rotated, watch_rotated):
        turn(story.folder)
        new = attacker.database(story.folder)
        assert new != old
        assert new.read_bytes()[:16] != salt
        assert sorted(path.name for path in story.folder.iterdir()) == ["keyslots.json", new.name, "vault.lock"]
        old, salt = new, new.read_bytes()[:16]


def test_everything_opens_under_the_new_keys(story: Story) -> None:
    """Pairs of every state with their PINs, a file that waits, settings, and events that hold."""
    rotated(story.folder)
    rotated(story.folder)
    watch_rotated(story.folder)
    with vaults.custody(story.folder) as custody:
        for pair in (story.old, story.mueller, story.schmidt):
            assert custody.contents(pair) == story.genuine[pair.fingerprint]
        with custody.reading() as reader:
            parked = reader.parked(LINKS["waits"])
            assert parked is not None
            assert custody.take_out(LINKS["waits"], parked) == b"a file"
            assert custody.setting(reader, "timezone") == "Europe/Vienna"
            assert reader.slots_counter() == custody.slots.counter == 4


def test_what_was_planted_neither_holds_afterwards_nor_keeps_anybody_from_rotating(story: Story) -> None:
    """A watch can plant a parked file and a setting; a rotation is what takes its key away."""
    rotated(story.folder)
    with vaults.custody(story.folder) as custody, custody.reading() as reader:
        parked = reader.parked(LINKS["planted"])
        assert parked is not None
        with pytest.raises(ParkedDamaged):
            custody.take_out(LINKS["planted"], parked)
        with pytest.raises(SettingChanged):
            custody.setting(reader, "planted")


def test_the_event_commits_to_every_pair(story: Story) -> None:
    """Its digest is reckoned from the table: each id and the hash of its sealed value, in the order of ids."""
    rotated(story.folder)
    found = rows(story.folder)
    (event,) = (row for row in found["event"] if row["what"] == "rotated")
    hashed = hashlib.sha256(b"certvault/1/rotated\n")
    for row in sorted(found["pair"], key=lambda row: str(row["id"])):
        hashed.update(str(row["id"]).encode() + hashlib.sha256(bytes(row["sealed"])).digest())  # type: ignore[call-overload]
    assert f'["digest","{hashed.hexdigest()}"]' in str(event["details"])
    assert '["generation","2"],["pairs","3"]' in str(event["details"])


def test_progress_comes_to_its_end(story: Story) -> None:
    """Each pair is sealed and opened; a bar that counts reaches the end and no more."""
    told: list[tuple[int, int]] = []
    rotated(story.folder, progress=lambda done, total: told.append((done, total)))
    assert told == [(step, 6) for step in range(1, 7)]


def unchanged(story: Story, error: type[CertvaultError], **fields: object) -> None:
    """A rotation is refused, and every file is as it was."""
    before = contents(story.folder)
    with pytest.raises(error) as refused:
        rotated(story.folder)
    assert contents(story.folder) == before
    assert fields.items() <= refused.value.fields.items()


def test_a_damaged_pair_is_named_and_nothing_changed(story: Story) -> None:
    """One octet of its sealed value: the vault stays as it is, down to the last file."""
    with attacker.plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE pair SET sealed = CAST(sealed || x'00' AS BLOB) WHERE id = ?", (story.old.id,))
    unchanged(story, PairDamaged, pair=story.old.id)


def test_a_row_that_was_changed_is_named(story: Story) -> None:
    """What the register says of a pair is compared, before it is sealed for good under new keys."""
    with attacker.plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE pair SET purpose = 'x' WHERE id = ?", (story.schmidt.id,))
    unchanged(story, PairDiffers, pair=story.schmidt.id, field="purpose")


@pytest.mark.parametrize(("pin", "error"), [("PIN-schmidt-3", PairDiffers), ("other", PairNotOpened)])
def test_every_certificate_is_opened(pin: str, error: type[Damaged], story: Story) -> None:
    """A pair that was sealed with facts or a PIN that are not its file's, by whatever fault, goes no further."""

    def wrong(custody: Custody) -> Pair:
        file = story.genuine[story.schmidt.fingerprint].pkcs12
        pair = story.schmidt._replace(
            id=new_id(os.urandom), fingerprint="0" * 64, lineage=new_id(os.urandom), purpose="2"
        )
        with custody.writing() as writer:
            writer.add_pair(pair, custody.seal(pair, Contents(file, Pin(pin)), os.urandom))
        return pair

    with vaults.custody(story.folder) as custody:
        pair = wrong(custody)
    unchanged(story, error, pair=pair.id)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE event SET user = 'nobody' WHERE number = 3",
        "UPDATE event SET auth = zeroblob(32) WHERE number = 3",
        "DELETE FROM event WHERE number = 3",
        "UPDATE event SET hash = zeroblob(32) WHERE number = 3",
    ],
)
@pytest.mark.parametrize("turn", [rotated, watch_rotated])
def test_a_changed_event_is_not_blessed(change: str, turn: object, story: Story) -> None:
    """A rotation makes one new event answer for all old ones; so each is compared before."""
    with attacker.plain_sql(story.folder, story.register) as connection:
        connection.execute(change)
    with pytest.raises(Damaged):
        turn(story.folder)  # type: ignore[operator]


def test_events_are_held_from_one_generation_to_the_next(story: Story) -> None:
    """After a rotation an old event that is changed is found, and so is the loss of the event that holds them."""
    rotated(story.folder)
    key = attacker.register_key_of(story.folder)
    with attacker.plain_sql(story.folder, key) as connection:
        count = connection.execute("SELECT max(number) FROM event").fetchone()[0]
        connection.execute("DELETE FROM event WHERE number = ?", (count,))
    with pytest.raises(LogContradicts):
        rotated(story.folder)


def test_an_old_authentication_does_not_hold_after_a_rotation(story: Story) -> None:
    """Who kept the old root key cannot go on writing events under it."""
    with vaults.custody(story.folder) as old:
        rotated_root, slots = old.root, old.slots
    rotated(story.folder)
    with vaults.custody(story.folder) as custody:
        past = Custody(custody.folder, slots, custody._store, custody.actor, rotated_root)
        with custody.writing() as writer:
            record(past, writer, "pin-shown", at=NOW)
    with pytest.raises(LogContradicts):
        rotated(story.folder)


class Interrupted:
    """An opener at which somebody presses Ctrl-C."""

    def open(self, _pkcs12: bytes, _pin: Pin) -> Opened:
        """Never opens anything."""
        raise KeyboardInterrupt


def test_interrupted_it_leaves_the_old_vault_and_nothing_beside_it(story: Story) -> None:
    """Every file is as it was, and the next rotation works."""
    before = contents(story.folder)
    with pytest.raises(KeyboardInterrupt):
        rotated(story.folder, Interrupted())
    assert contents(story.folder) == before
    assert rotated(story.folder).slots.generation == 2


def test_a_row_that_breaks_a_rule_is_damage(story: Story) -> None:
    """Somebody went round the rules of a table; the new database keeps them, and nothing is changed."""
    with attacker.plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE link SET holder = '0000000000000000'")
    unchanged(story, Damaged)


def test_the_database_is_not_readable_without_its_key(story: Story) -> None:
    """No copy in clear is left, not even for a moment: the new file is encrypted from its first page."""
    rotated(story.folder)
    with (
        closing(sqlite3.connect(attacker.database(story.folder))) as connection,
        pytest.raises(sqlite3.DatabaseError),
    ):
        connection.execute("SELECT * FROM meta")


def test_the_audit_verifies_through_rotations(story: Story) -> None:
    """Events of earlier generations are held by those of the rotations; with the head noted before as a witness too."""
    with vaults.custody(story.folder) as custody:
        noted = head(custody)
    for turn in (rotated, watch_rotated, rotated):
        turn(story.folder)
        with vaults.custody(story.folder) as custody:
            found = verify(custody, against=noted)
        assert found.contradictions == []
        assert (found.authenticated, found.unauthenticated) == (True, 0)


def test_the_audit_finds_what_was_changed_before_a_rotation(story: Story) -> None:
    """An old event, the event of the rotation itself, and a sealed value that is not the one of the rotation."""
    rotated(story.folder)
    key = attacker.register_key_of(story.folder)
    with attacker.plain_sql(story.folder, key) as connection:
        (number,) = connection.execute("SELECT number FROM event WHERE what = 'rotated'").fetchone()
        connection.execute("UPDATE event SET auth = zeroblob(32) WHERE number = ?", (number,))
    with vaults.custody(story.folder) as custody:
        assert "rotation" in {one.kind for one in verify(custody).contradictions}
    with attacker.plain_sql(story.folder, key) as connection:
        connection.execute("UPDATE event SET user = 'nobody' WHERE number = 2")
        connection.execute("UPDATE pair SET sealed = CAST(sealed || x'00' AS BLOB) WHERE id = ?", (story.old.id,))
    with vaults.custody(story.folder) as custody:
        assert {"chain", "rotated-digest"} <= {one.kind for one in verify(custody).contradictions}
