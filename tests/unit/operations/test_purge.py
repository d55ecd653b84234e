"""Deleting for good: what the log says of it afterwards, through rotations, restores and losses."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.attacks import attacker
from tests.attacks.story import Story, make, put
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.rotation import rotated, watch_rotated
from tests.support.vaults import NOW
from vault.crypto.hashing import sha256
from vault.custody import Custody
from vault.errors import Busy, LogContradicts
from vault.ledger.events import record
from vault.operations.purge import Backup, Purged, plan, purge, wipe
from vault.operations.verify import verify
from vault.pkcs12.opener import ChildOpener

AT_ONCE = timedelta(0)
YEARS = timedelta(days=365)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A chain of three for Müller, of which two are superseded, and one for Schmidt."""
    story = make(tmp_path_factory.mktemp("whole") / "vault")
    file = make_pair("Müller", "PIN-mueller-4", not_after=NOW + 3 * YEARS)
    with ChildOpener(lambda count: bytes(range(count))) as opener, vaults.custody(story.folder) as custody:
        put(custody, file, "PIN-mueller-4", opener, "Müller")
    return story


@pytest.fixture
def story(whole: Story, tmp_path: Path) -> Story:
    """A copy of it for this test."""
    return whole.copied(tmp_path / "vault")


def purged(custody: Custody, *ids: str) -> Purged:
    """These pairs deleted, and the store wiped."""
    with custody.reading() as reader:
        named = [pair for id_ in ids if (pair := reader.pair(id_)) is not None]
    done = purge(custody, plan(custody, named, older_than=AT_ONCE, at=NOW), at=NOW, random=os.urandom)
    wipe(custody)
    return done


def sealed_of(custody: Custody, pair: str) -> str:
    """The hash of the sealed value as it stands now."""
    with custody.reading() as reader:
        found = reader.sealed(pair)
    assert found is not None
    return sha256(found).hex()


def said_of(custody: Custody, pair: str) -> list[str]:
    """Every hash of a sealed value that the log names for it."""
    with custody.reading() as reader:
        details = [dict(one.event.details) for one in reader.events_of_pairs([pair])]
    return [one["sealed"] for one in details if "sealed" in one]


def test_after_a_rotation_the_event_has_the_hash_of_the_value_that_was_deleted(story: Story) -> None:
    """Not the one with which the pair came; the log verifies after each, and through the next rotation."""
    rotated(story.folder)
    with vaults.custody(story.folder, exclusive=True) as custody:
        last = sealed_of(custody, story.old.id)
        assert said_of(custody, story.old.id) != [last]
        purged(custody, story.old.id)
        assert said_of(custody, story.old.id)[1:] == [last]
        assert verify(custody).contradictions == []
    for turn in (watch_rotated, rotated):
        turn(story.folder)
        with vaults.custody(story.folder) as custody:
            assert verify(custody).contradictions == []
    with vaults.custody(story.folder, exclusive=True) as custody:
        last = sealed_of(custody, story.mueller.id)
        purged(custody, story.mueller.id)
        assert said_of(custody, story.mueller.id)[1:] == [last]
        assert verify(custody).contradictions == []


def test_an_event_with_another_hash_is_found(story: Story) -> None:
    """After a rotation the hash in the event is what the digest of all is held against."""
    rotated(story.folder)
    with vaults.custody(story.folder, exclusive=True) as custody:
        wrong = said_of(custody, story.old.id)[0]
        with custody.writing() as writer:
            record(custody, writer, "purge", at=NOW, pair=story.old.id, holder=story.old.holder, sealed=wrong)
            writer.delete_pair(story.old.id)
        assert [one.kind for one in verify(custody).contradictions] == ["rotated-digest"]


def test_where_the_log_contradicts_the_register_nothing_is_deleted(story: Story) -> None:
    """A pair that is missing, or that somebody put away past the program, ends it."""
    with attacker.plain_sql(story.folder, story.register) as connection:
        connection.execute("DELETE FROM pair WHERE id = ?", (story.schmidt.id,))
        connection.execute("UPDATE pair SET state = 'retired', superseded_by = NULL WHERE state = 'current'")
    with vaults.custody(story.folder) as custody, pytest.raises(LogContradicts) as caught:
        plan(custody, older_than=AT_ONCE, at=NOW)
    assert caught.value.fields["count"] == 2


def test_every_copy_is_named_that_may_still_hold_it(story: Story, tmp_path: Path) -> None:
    """Backups and one that was restored, and what a restore or a migration kept beside the vault; whether it is there.

    None that was made before the pair came in.
    """
    here = tmp_path / "here"
    here.touch()
    with vaults.custody(story.folder, exclusive=True) as custody:
        with custody.writing() as writer:
            record(custody, writer, "backup-made", at=NOW, path="/mnt/stick/gone")
            record(custody, writer, "restored", at=NOW, backup=str(here))
        (story.folder / "replaced-20261122T080000Z-ABCDEF").mkdir()
        (story.folder / "before-migration").touch()
        (doomed, _second) = plan(custody, older_than=AT_ONCE, at=NOW).doomed
        aside = [str(story.folder / name) for name in ("replaced-20261122T080000Z-ABCDEF", "before-migration")]
        assert doomed.backups[:2] == [
            Backup("/mnt/stick/gone", NOW, there=False),
            Backup(str(here), NOW, there=True),
        ]
        assert [(one.path, one.there) for one in doomed.backups[2:]] == [(path, True) for path in aside]


def test_it_is_done_as_planned_or_not_at_all(story: Story) -> None:
    """A pair that was reinstated meanwhile ends it, and the others stay as well."""
    with vaults.custody(story.folder, exclusive=True) as custody:
        planned = plan(custody, older_than=AT_ONCE, at=NOW)
        with custody.writing() as writer:
            (current,) = (pair for pair in writer.lineage(story.old.lineage) if pair.state == "current")
            writer.set_state(current.id, "retired")
            writer.set_state(story.mueller.id, "current")
        with pytest.raises(Busy):
            purge(custody, planned, at=NOW, random=os.urandom)
        with custody.reading() as reader:
            assert reader.count_pairs() == 4
        assert not custody.unwiped()
