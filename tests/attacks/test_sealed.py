"""What somebody with the register key writes past the program is found when a pair is opened.

Not sealed, and so not found: ``state`` and ``superseded_by``, the name of a holder, links, events without
authentication. What that means is said by the tests at the end.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlcipher3

from tests.attacks.attacker import plain_sql, without_types
from tests.attacks.statements import BOTH, IMPOSSIBLE, MISTYPED, MUELLER, TAMPERED, spoil
from tests.attacks.story import PROFILES, YEAR, Story, make, put
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import Ambiguous, Damaged, NotFound
from vault.model.pair import Pair
from vault.model.succession import Placing
from vault.operations import find
from vault.operations.export import export
from vault.operations.pin import reveal
from vault.ports.opener import Opener
from vault.secret import Pin


def rows(custody: Custody) -> list[Pair]:
    """Every pair as the register has it now."""
    with custody.reading() as reader:
        return list(reader.pairs(every=True))


def sealed_facts(pair: Pair) -> Pair:
    """A pair without what is not sealed."""
    return pair._replace(state="current", superseded_by=None)


def revealed(custody: Custody, pair: Pair) -> Pin:
    """The PIN as the command that shows it gets it."""
    with reveal(custody, pair, to=None, at=NOW, random=os.urandom) as pin:
        return pin


def opened(custody: Custody, story: Story, folder: Path) -> set[str]:
    """Open every row in every way: what opens is true in all that is sealed. Gives the ids of those that open."""
    truth = {sealed_facts(pair) for pair in (story.old, story.mueller, story.schmidt)}
    found = set()
    for pair in rows(custody):
        try:
            contents = custody.contents(pair)
        except Damaged:
            for operation in (
                lambda pair=pair: export(custody, pair, folder, ending="p12", at=NOW, random=os.urandom),
                lambda pair=pair: revealed(custody, pair),
                lambda pair=pair: custody.has_pin(pair, Pin("x")),
            ):
                with pytest.raises(Damaged):
                    operation()
            continue
        assert sealed_facts(pair) in truth
        assert contents == story.genuine[pair.fingerprint]
        assert revealed(custody, pair) == contents.pin
        assert (
            export(custody, pair, folder, ending="p12", at=NOW, random=os.urandom).path.read_bytes() == contents.pkcs12
        )
        found.add(pair.id)
    return found


@pytest.mark.parametrize("foreign_keys", [False, True])
@pytest.mark.parametrize("name", TAMPERED)
def test_a_changed_row_does_not_open_and_hands_out_nothing(
    name: str, foreign_keys: bool, story: Story, tmp_path: Path
) -> None:
    """Refused by the database, or found by export and pin; the pairs beside it are as they were."""
    broken, sql = TAMPERED[name]
    before = {story.old.id, story.mueller.id, story.schmidt.id}
    try:
        spoil(story, sql, foreign_keys=foreign_keys)
    except sqlcipher3.IntegrityError:
        if not foreign_keys:
            raise
        return  # the database itself refused
    (tmp_path / "out").mkdir()
    with vaults.custody(story.folder) as custody:
        assert opened(custody, story, tmp_path / "out") == before - {getattr(story, one).id for one in broken}


def test_the_story_untouched_opens(story: Story, tmp_path: Path) -> None:
    """The tests above fail for what was changed, and for nothing else."""
    (tmp_path / "out").mkdir()
    with vaults.custody(story.folder) as custody:
        assert opened(custody, story, tmp_path / "out") == {story.old.id, story.mueller.id, story.schmidt.id}


def test_a_sealed_value_of_another_vault_does_not_open(story: Story, tmp_path: Path, opener: Opener) -> None:
    """The very same certificate and PIN, sealed by another vault under the same record id: the vault is sealed too."""
    other = make(tmp_path / "other")
    with vaults.custody(other.folder) as custody:
        contents = story.genuine[story.mueller.fingerprint]
        alien = custody.seal(story.mueller, contents, os.urandom)
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE pair SET sealed = ? WHERE id = ?", (alien, story.mueller.id))
    with vaults.custody(story.folder) as custody, pytest.raises(Damaged):
        custody.contents(story.mueller)


REPLACEABLE = [name for name, (broken, _) in TAMPERED.items() if broken in (MUELLER, BOTH)]


@pytest.mark.parametrize("name", REPLACEABLE)
def test_a_changed_pair_is_not_superseded_as_if_nothing_were(name: str, story: Story, opener: Opener) -> None:
    """A new certificate never joins a lineage through a changed row: its holder would be sealed anew as true."""
    spoil(story, TAMPERED[name][1])
    newer = make_pair("Müller", "PIN-new-9", not_after=NOW + 2 * YEAR)
    with vaults.custody(story.folder) as custody:
        before = rows(custody)
        named = next((row for row in before if row.state == "current" and row.id == story.mueller.id), None)
        for placing in (Placing(), Placing(supersedes=named)):
            try:
                pair = put(custody, newer, "PIN-new-9", opener, "Müller", placing)
            except Damaged:
                assert rows(custody) == before
            except Ambiguous:
                pass  # the changed row hides the lineage, so a person is asked
            else:
                assert pair.holder == story.mueller.holder
                assert pair.lineage not in {row.lineage for row in before}


def test_a_planted_subject_leads_no_certificate_to_another_holder(story: Story, opener: Opener) -> None:
    """Schmidt's row is given Müller's subject, so that Müller's next certificate would become Schmidt's."""
    spoil(
        story,
        "UPDATE pair SET subject = (SELECT subject FROM pair WHERE id = :mueller) WHERE id = :schmidt\n"
        "UPDATE pair SET subject = 'CN=x' WHERE id IN (:mueller, :old)",
    )
    with vaults.custody(story.folder) as custody, pytest.raises(Damaged):
        put(custody, make_pair("Müller", "N", not_after=NOW + 2 * YEAR), "N", opener, "Müller")


def test_the_very_same_file_again_opens_the_stored_pair(story: Story, opener: Opener) -> None:
    """ "In the vault already" is said only of a pair that opens."""
    spoil(story, TAMPERED["holder moved"][1])
    contents = story.genuine[story.mueller.fingerprint]
    with vaults.custody(story.folder) as custody, pytest.raises(Damaged):
        put(custody, contents.pkcs12, contents.pin.reveal(), opener, "Müller")


def touch_everything(story: Story, folder: Path, opener: Opener) -> None:
    """Everything that reads the register; what goes wrong may only be a damaged vault, or nothing found."""
    from vault.operations import register
    from vault.operations.due import due
    from vault.operations.ingest import ingest
    from vault.operations.sources import Source

    url = b"https://www.arag.de/TokenService/download?did=f83f71f08bdf3c91"
    steps: list[Any] = [
        lambda v: list(due(v, at=NOW, within=timedelta(days=36500))),
        lambda v: register.links(v, every=True),
        lambda v: list(register.pairs(v, "", PROFILES, every=True)),
        lambda v: list(register.pairs(v, "schmidt", PROFILES, every=True)),
        lambda v: register.history(v, find.pair(v, "schmidt", PROFILES)),
        lambda v: find.pair(v, "schmidt", PROFILES),
        lambda v: find.link(v, "schmidt", PROFILES),
        lambda v: export(v, find.pair(v, "schmidt", PROFILES), folder, ending="p12", at=NOW, random=os.urandom),
        lambda v: reveal(v, find.pair(v, "schmidt", PROFILES), to=None, at=NOW, random=os.urandom),
        lambda v: ingest(v, [Source("-", lambda: url, by_hand=True)], PROFILES, at=NOW, random=os.urandom),
        lambda v: put(v, make_pair("Schmidt", "N", not_after=NOW + YEAR), "N", opener, "Schmidt"),
    ]
    for step in steps:
        try:
            with vaults.custody(story.folder) as custody:
                step(custody)
        except (Damaged, NotFound, Ambiguous):
            pass


def with_a_link(story: Story) -> None:
    """Give Schmidt a link."""
    from vault.operations.ingest import ingest
    from vault.operations.sources import Source

    url = b"https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
    with vaults.custody(story.folder) as custody:
        taken = ingest(
            custody, [Source("-", lambda: url, by_hand=True)], PROFILES, holder="Schmidt", at=NOW, random=os.urandom
        )
    assert taken.links


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_a_value_that_nobody_writes_is_damage(name: str, story: Story, tmp_path: Path, opener: Opener) -> None:
    """Never a fault of ours, and nothing of it reaches a screen or a line that is copied into a shell."""
    table, sql = IMPOSSIBLE[name]
    with_a_link(story)
    spoil(story, sql)
    touch_everything(story, tmp_path, opener)
    with vaults.custody(story.folder) as custody, custody.reading() as reader, pytest.raises(Damaged):
        list(reader.pairs(every=True) if table == "pair" else reader.links(every=True))


@pytest.mark.parametrize("name", MISTYPED)
def test_a_value_of_another_type_is_damage(name: str, story: Story, tmp_path: Path, opener: Opener) -> None:
    """Whoever can rewrite the table's text can put anything anywhere; it is damage, and not a fault of ours."""
    table, sql = MISTYPED[name]
    with_a_link(story)
    with plain_sql(story.folder, story.register) as connection, without_types(connection, table):
        connection.execute(sql)
    touch_everything(story, tmp_path, opener)
