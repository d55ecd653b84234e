"""The audit log against somebody with the register key: what is found, and what takes a witness, said plainly."""
# ruff: noqa: S608 - what is put together are constants of this file

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.attacker import plain_sql
from tests.attacks.story import Story
from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody, Watch
from vault.model.chain import BEFORE_THE_FIRST, event_hash, head_of, witness
from vault.model.event import Head
from vault.operations.pin import reveal
from vault.operations.settings import change
from vault.operations.verify import Verified, verify
from vault.store.rows import EVENT, from_recorded, to_recorded


def kinds(found: Verified) -> set[str]:
    """What was found."""
    return {one.kind for one in found.contradictions}


def by_root(story: Story, against: Head | None = None) -> Verified:
    """Verify with the passphrase."""
    with vaults.custody(story.folder) as custody:
        return verify(custody, against=against)


def by_watch(story: Story, key: Path, against: Head | None = None) -> Verified:
    """Verify with the watch key."""
    with vaults.watch(story.folder, key) as watch:
        return verify(watch, against=against)


def head(watch: Watch) -> Head:
    """The head as it is now."""
    with watch.reading() as reader:
        return reader.head()


@pytest.fixture
def told(story: Story, tmp_path: Path) -> tuple[Story, Path]:
    """The story after a watch key was made and a PIN shown, and the key's file."""
    key = vaults.new_watch_key(story.folder, tmp_path / "watch.key")
    with vaults.custody(story.folder) as custody, reveal(custody, story.mueller, to="Kaya", at=NOW, random=os.urandom):
        pass
    return story, key


def rechained(connection: Any) -> None:
    """Number and hash all events anew, as whoever knows the format can: authentications that do not fit go."""
    rows = [to_recorded(row) for row in connection.execute(f"SELECT {EVENT} FROM event ORDER BY number")]
    texts = connection.execute("SELECT event, name, salt, text FROM event_text").fetchall()
    connection.execute("DELETE FROM event_text")
    connection.execute("DELETE FROM event")
    previous = BEFORE_THE_FIRST
    for number, one in enumerate(rows, 1):
        new = event_hash(previous, number, one.event)
        auth = one.auth if (number, new) == (one.number, one.hash) else None
        row = from_recorded(one._replace(number=number, hash=new, auth=auth))
        connection.execute(f"INSERT INTO event VALUES ({','.join('?' * len(row))})", row)
        mine = [(number, *text[1:]) for text in texts if text[0] == one.number]
        connection.executemany("INSERT INTO event_text VALUES (?, ?, ?, ?)", mine)
        previous = new


def test_a_sound_log_has_no_contradiction(told: tuple[Story, Path]) -> None:
    """With the passphrase all is checked; with the watch key the chain and the register, and it says so."""
    story, key = told
    root, watch = by_root(story), by_watch(story, key)
    assert (root.contradictions, root.authenticated, root.unauthenticated) == ([], True, 0)
    assert (watch.contradictions, watch.authenticated, watch.checkpoint) == ([], False, root.checkpoint)
    assert root.head == watch.head
    assert by_root(story, head_of(witness(root.head))).contradictions == []


SHOWN = "(SELECT number FROM event WHERE what = 'pin-shown')"
ADDED = "(SELECT number FROM event WHERE what = 'pair-added' AND pair = :schmidt)"
TAMPERED: dict[str, tuple[set[str], str]] = {
    "who saw a PIN": ({"chain"}, f"UPDATE event SET user = 'somebody else' WHERE number = {SHOWN}"),
    "when": ({"chain"}, f"UPDATE event SET at = at - 1 WHERE number = {SHOWN}"),
    "to whom": ({"text"}, f"UPDATE event_text SET text = '\"Kay\"' WHERE event = {SHOWN}"),
    "the salt of a text": ({"text"}, f"UPDATE event_text SET salt = zeroblob(32) WHERE event = {SHOWN}"),
    "a text taken away": ({"text-missing"}, f"DELETE FROM event_text WHERE event = {SHOWN}"),
    "a text put in": ({"text-unknown"}, "INSERT INTO event_text VALUES (1, 'to', zeroblob(32), '\"Kaya\"')"),
    "what a text is held against": (
        {"chain", "text-unknown"},
        f"UPDATE event SET commitments = '[]' WHERE number = {SHOWN}",
    ),
    "a hash": ({"chain", "forged"}, f"UPDATE event SET hash = zeroblob(32) WHERE number = {SHOWN} - 1"),
    "an authentication": ({"forged"}, f"UPDATE event SET auth = zeroblob(32) WHERE number = {SHOWN}"),
    "no authentication": ({"not-authenticated"}, f"UPDATE event SET auth = NULL WHERE number = {SHOWN}"),
    "one left out": ({"gap", "chain"}, f"DELETE FROM event WHERE number = {SHOWN} - 1"),
    "the beginning": ({"gap", "chain", "beginning"}, "DELETE FROM event WHERE number = 1"),
    "everything": ({"pair-unknown", "beginning"}, "DELETE FROM event"),
    "a pair taken away": ({"pair-missing"}, "DELETE FROM pair WHERE id = :schmidt"),
    "a pair put in": (
        {"pair-unknown"},
        (
            "INSERT INTO pair SELECT 99, '7777777777777777', provider, holder, '8888888888888888', purpose, subject,"
            " issuer, serial, printf('%064d', 7), not_before, not_after, state, proof, added, superseded_by, sealed"
            " FROM pair WHERE id = :schmidt"
        ),
    ),
    "a pair under another id": (
        {"pair-unknown", "pair-missing"},
        "UPDATE pair SET id = '7777777777777777' WHERE id = :schmidt",
    ),
    "a pair turned off": ({"pair-state"}, "UPDATE pair SET state = 'retired' WHERE id = :schmidt"),
    "the old pair current again": (
        {"pair-state", "pair-superseded-by"},
        (
            "UPDATE pair SET state = 'superseded', superseded_by = :old WHERE id = :mueller\n"
            "UPDATE pair SET state = 'current', superseded_by = NULL WHERE id = :old"
        ),
    ),
    "a holder moved": ({"pair-holder"}, "UPDATE pair SET holder = :mueller_holder WHERE id = :schmidt"),
    "a sealed value of another": (
        {"pair-sealed"},
        "UPDATE pair SET sealed = (SELECT sealed FROM pair WHERE id = :old) WHERE id = :schmidt",
    ),
}
"""What is written past the program, and what is found. Only forged authentications take the passphrase to be seen."""


@pytest.mark.parametrize("name", TAMPERED)
def test_what_is_changed_is_found(name: str, told: tuple[Story, Path]) -> None:
    """With the passphrase and, but for forged authentications, with the watch key."""
    story, key = told
    expected, sql = TAMPERED[name]
    values = {
        "mueller": story.mueller.id,
        "old": story.old.id,
        "schmidt": story.schmidt.id,
        "mueller_holder": story.mueller.holder,
    }
    with plain_sql(story.folder, story.register) as connection:
        for statement in sql.splitlines():
            connection.execute(statement, values)
    assert kinds(by_root(story)) == expected
    assert kinds(by_watch(story, key)) == expected - {"forged"}


REWRITTEN: dict[str, tuple[set[str], str]] = {
    "who saw a PIN": ({"not-authenticated"}, f"UPDATE event SET user = 'somebody else' WHERE number = {SHOWN}"),
    "one left out": ({"not-authenticated"}, f"DELETE FROM event WHERE number = {SHOWN} - 1"),
    "a pair and its event taken away": (
        {"not-authenticated"},
        f"DELETE FROM event WHERE number = {ADDED}\nDELETE FROM pair WHERE id = :schmidt",
    ),
    "a pair turned off with an event of its own": (
        {"not-authenticated"},
        (
            "UPDATE pair SET state = 'retired' WHERE id = :schmidt\n"
            "INSERT INTO event SELECT number + 1, at, slot, user, 'pair-retired', :schmidt, NULL, holder, '[]', '[]',"
            " hash, NULL FROM event ORDER BY number DESC LIMIT 1"
        ),
    ),
    "a pair deleted with an event of its own": (
        {"not-authenticated"},
        (
            "DELETE FROM pair WHERE id = :old\n"
            "INSERT INTO event SELECT number + 1, at, slot, user, 'purge', :old, NULL, holder, '[]', '[]', hash, NULL"
            " FROM event ORDER BY number DESC LIMIT 1"
        ),
    ),
    "names forgotten with an event of its own": (
        {"not-authenticated", "holder-kept"},
        (
            "INSERT INTO event SELECT number + 1, at, slot, user, 'pseudonymised', NULL, NULL, holder, '[]', '[]',"
            " hash, NULL FROM event ORDER BY number DESC LIMIT 1\n"
            "DELETE FROM event_text WHERE event IN (SELECT event FROM event_text JOIN event ON number = event"
            " WHERE holder = (SELECT holder FROM event ORDER BY number DESC LIMIT 1))"
        ),
    ),
}
"""The same by somebody who numbers and hashes everything anew: what takes the root key has lost its authentication."""


@pytest.mark.parametrize("name", REWRITTEN)
def test_a_chain_written_anew_is_found_by_what_it_cannot_authenticate(name: str, told: tuple[Story, Path]) -> None:
    """Nobody without the root key writes a checkpoint; a witness shows it too."""
    story, key = told
    noted = by_root(story).head
    expected, sql = REWRITTEN[name]
    with plain_sql(story.folder, story.register) as connection:
        for statement in sql.splitlines():
            connection.execute(statement, {"schmidt": story.schmidt.id, "old": story.old.id})
        rechained(connection)
    for found in (by_root(story), by_watch(story, key)):
        assert kinds(found) == expected
    assert kinds(by_root(story, noted)) & {"rewritten", "cut-off"} or "own" in name


def cut_off(story: Story) -> None:
    """The last two events, which tell who saw a PIN, are taken away."""
    with plain_sql(story.folder, story.register) as connection:
        connection.execute(f"DELETE FROM event_text WHERE event >= {SHOWN} - 1")
        connection.execute("DELETE FROM event WHERE what IN ('pin-attempt', 'pin-shown')")


def set_back(story: Story) -> None:
    """The same, and then something else is done with the program."""
    cut_off(story)
    with vaults.custody(story.folder) as custody:
        for number in range(2):
            change(custody, "mailbox", f"a{number}@b.example", at=NOW)


def forged_tail(story: Story) -> None:
    """They are taken away, and events that a watch may write stand in their place."""
    cut_off(story)
    with plain_sql(story.folder, story.register) as connection:
        for _number in range(2):
            connection.execute(
                "INSERT INTO event SELECT number + 1, at, slot, user, 'link-recorded', NULL, NULL, NULL, '[]', '[]',"
                " hash, NULL FROM event ORDER BY number DESC LIMIT 1"
            )
        rechained(connection)


@pytest.mark.parametrize(
    ("attack", "kind"), [(cut_off, "cut-off"), (set_back, "rewritten"), (forged_tail, "rewritten")]
)
def test_what_cannot_be_seen_from_inside_takes_a_witness(
    attack: Callable[[Story], None], kind: str, told: tuple[Story, Path]
) -> None:
    """A log that was cut off contradicts nothing; held against a head that was noted before, it does."""
    story, key = told
    noted = by_root(story).head
    attack(story)
    assert by_root(story).contradictions == []
    assert by_root(story).witness is None
    for found in (by_root(story, noted), by_watch(story, key, noted)):
        assert kinds(found) == {kind}


def test_events_behind_the_last_checkpoint_are_counted(told: tuple[Story, Path]) -> None:
    """So many could a holder of the watch key have written or changed."""
    story, key = told
    forged_tail(story)
    found = by_root(story)
    assert (found.unauthenticated, found.head.number - found.checkpoint) == (2, 2)
    with vaults.custody(story.folder) as custody:
        change(custody, "mailbox", "a@b.example", at=NOW)
    assert by_watch(story, key).unauthenticated == 0


def test_another_vaults_log_is_no_log_of_this_one(story: Story, custody_of_another: Custody) -> None:
    """A log begins with the making of the very vault."""
    with custody_of_another.reading() as reader:
        other = reader.head()
    assert "rewritten" in kinds(by_root(story, other))


@pytest.fixture
def custody_of_another(tmp_path: Path) -> Iterator[Custody]:
    """Another vault."""
    vaults.new_vault(tmp_path / "other")
    with vaults.custody(tmp_path / "other") as custody:
        yield custody
