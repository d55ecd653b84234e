"""Where pairs are installed goes with the pairs: moved, merged, reinstated, rotated, rescued, forgotten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.attacks import attacker
from tests.attacks.story import YEAR, Story, make, put
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.pages import pages
from tests.support.rotation import rotated
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import Busy
from vault.model.holder import Holder
from vault.model.pair import Pair
from vault.model.succession import Placing
from vault.operations import find, purge, targets
from vault.operations.correcting import move, reinstate, retire
from vault.operations.forget import forget, plan
from vault.operations.holders import merge
from vault.operations.places import Place, places_of_holder, places_of_lineage
from vault.operations.verify import verify
from vault.pkcs12.opener import ChildOpener
from vault.rescue import rescue


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A vault with Müller and Schmidt, whose certificates are installed in con:center on the "Laptop Zyx"."""
    story = make(tmp_path_factory.mktemp("whole") / "vault")
    with vaults.custody(story.folder) as custody:
        for name in ("Müller", "Schmidt"):
            with custody.reading() as reader:
                whose = find.holder(reader, name)
            add(custody, whose)
    return story


@pytest.fixture
def story(whole: Story, tmp_path: Path) -> Story:
    """A copy of it for this test."""
    return whole.copied(tmp_path / "vault")


def add(custody: Custody, whose: Holder, name: str = "Laptop Zyx") -> Place:
    """The place of a holder, with what is current."""
    return targets.add(custody, whose, "con-center", name, None, installed=True, at=NOW, random=os.urandom).place


def of(custody: Custody, name: str) -> list[Place]:
    """The places of a holder."""
    with custody.reading() as reader:
        whose = find.holder(reader, name)
    return places_of_holder(custody, whose)


def states(custody: Custody, pair: Pair) -> list[tuple[str, str | None]]:
    """Where the lineage of a pair is installed: how it stands there, and which pair."""
    return [(one.state, one.pair) for place in places_of_lineage(custody, pair.lineage) for one in place.installations]


def moved(custody: Custody, pair: Pair, to: str, purpose: str | None = None) -> Pair:
    """The pair at another holder."""
    return move(custody, pair, to, purpose, at=NOW, random=os.urandom).pair


def test_a_place_goes_with_all_that_belongs_there(story: Story) -> None:
    """Who has no such place gets the place itself; what is installed there stays, and the log holds."""
    with vaults.custody(story.folder) as custody:
        (before,) = of(custody, "Schmidt")
        pair = moved(custody, story.schmidt, "Kaya")
        (after,) = of(custody, "Kaya")
        assert (after.target.id, after.installations) == (before.target.id, before.installations)
        assert of(custody, "Schmidt") == []
        assert states(custody, pair) == [("current", pair.id)]
        assert verify(custody).total == 0


def test_what_belongs_there_goes_to_a_place_like_it(story: Story) -> None:
    """Who has a place of the same kind and name keeps it, and what is moved belongs there."""
    with vaults.custody(story.folder) as custody:
        (there,) = of(custody, "Müller")
        pair = moved(custody, story.schmidt, "Müller", "second")
        (after,) = of(custody, "Müller")
        assert after.target == there.target
        assert {one.lineage for one in after.installations} > {one.lineage for one in there.installations}
        assert states(custody, pair) == [("current", pair.id)]
        (left,) = of(custody, "Schmidt")
        assert left.installations == ()


def test_what_else_belongs_there_stays(story: Story) -> None:
    """Of two series at one place one goes: the other holder gets a place of his own."""
    with ChildOpener(os.urandom) as opener, vaults.custody(story.folder) as custody:
        file = make_pair("Other", "PIN-N", not_after=NOW + 2 * YEAR)
        pair = put(custody, file, "PIN-N", opener, "Schmidt", Placing(purpose="x", separate=True))
        with custody.reading() as reader:
            schmidt = find.holder(reader, "Schmidt")
        add(custody, schmidt)
        new = moved(custody, pair, "Kaya")
        (mine,), (his,) = of(custody, "Schmidt"), of(custody, "Kaya")
        assert (mine.target.id != his.target.id, mine.target.name, his.target.name) == (
            True,
            "Laptop Zyx",
            "Laptop Zyx",
        )
        assert ([one.pair for one in mine.installations], [one.pair for one in his.installations]) == (
            [story.schmidt.id],
            [new.id],
        )
        back = moved(custody, new, "Schmidt", "x")
        assert {one.pair for one in of(custody, "Schmidt")[0].installations} == {story.schmidt.id, back.id}
        assert verify(custody).total == 0


def test_a_superseded_place_is_known_through_undoing(story: Story) -> None:
    """A wrong supersede: the old one is there, then it is right again. Put away, nothing is wanted."""
    with ChildOpener(os.urandom) as opener, vaults.custody(story.folder) as custody:
        new = put(custody, make_pair("Schmidt", "N", not_after=NOW + 2 * YEAR), "N", opener, "Schmidt")
        assert states(custody, new) == [("old", story.schmidt.id)]
        reinstate(custody, story.schmidt, at=NOW)
        assert states(custody, new) == [("current", story.schmidt.id)]
        retire(custody, story.schmidt, "left", at=NOW, random=os.urandom)
        ((only,),) = (one.installations for one in places_of_lineage(custody, new.lineage))
        assert (only.wanted, only.open) == (None, False)


def test_it_holds_through_a_merge_new_keys_and_a_rescue(story: Story, tmp_path: Path) -> None:
    """Nothing of it is lost, and nothing is said to be."""
    with vaults.custody(story.folder) as custody:
        with custody.reading() as reader:
            other, kept = find.holder(reader, "Schmidt"), find.holder(reader, "Müller")
        merge(custody, other, kept, at=NOW, random=os.urandom)
        before = of(custody, "Müller")
        assert len(before) == 2
    rotated(story.folder)
    done = rescue(story.folder, vaults.PASSPHRASE, tmp_path / "out", user="t", at=NOW, progress=lambda *_: None)
    assert done.lost == ()
    for folder in (story.folder, tmp_path / "out"):
        with vaults.custody(folder) as custody:
            assert of(custody, "Müller") == before
            assert verify(custody).total == 0


def test_a_place_whose_row_is_lost_is_named(story: Story, tmp_path: Path) -> None:
    """The log knows of it; what else there is comes out."""
    with vaults.custody(story.folder) as custody:
        (lost,) = of(custody, "Schmidt")
    with attacker.plain_sql(story.folder, story.register) as connection:
        connection.execute("DELETE FROM installation WHERE target = ?", (lost.target.id,))
        connection.execute("DELETE FROM target WHERE id = ?", (lost.target.id,))
    done = rescue(story.folder, vaults.PASSPHRASE, tmp_path / "out", user="t", at=NOW, progress=lambda *_: None)
    assert [(one.kind, one.id) for one in done.lost] == [("target", lost.target.id)]


def test_who_is_forgotten_leaves_no_place(story: Story) -> None:
    """Neither the row nor the name in any byte; what changed since it was planned stops it."""
    with vaults.custody(story.folder, exclusive=True) as custody:
        with custody.reading() as reader:
            schmidt, mueller = find.holder(reader, "Schmidt"), find.holder(reader, "Müller")
        planned = plan(custody, schmidt)
        assert [one.name for one in planned.targets] == ["Laptop Zyx"]
        targets.drop(custody, of(custody, "Schmidt"), at=NOW)
        with pytest.raises(Busy):
            forget(custody, planned, at=NOW, random=os.urandom)
        for one in (schmidt, mueller):
            forget(custody, plan(custody, one), at=NOW, random=os.urandom)
        purge.wipe(custody)
        assert verify(custody).total == 0
    key = attacker.register_key_of(story.folder)
    assert b"Zyx" not in b"".join(pages(attacker.database(story.folder), key.reveal()))


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("UPDATE installation SET pair = wanted, until = since, at = since, by = 'tester'", "installation"),
        ("UPDATE installation SET dropped = since", "installation"),
        ("UPDATE target SET dropped = added", "target-dropped"),
        ("DELETE FROM installation; DELETE FROM target", "target-missing"),
    ],
)
def test_what_is_said_past_the_program_contradicts_the_log(sql: str, kind: str, story: Story) -> None:
    """That a new pair is installed, a place dropped, or gone: each would keep people from being warned."""
    with ChildOpener(os.urandom) as opener, vaults.custody(story.folder) as custody:
        put(custody, make_pair("Schmidt", "N", not_after=NOW + 2 * YEAR), "N", opener, "Schmidt")
        assert verify(custody).total == 0
    with attacker.plain_sql(story.folder, story.register) as connection:
        for statement in sql.split("; "):
            connection.execute(statement)
    with vaults.custody(story.folder) as custody:
        found = verify(custody)
        assert {one.kind for one in found.contradictions} == {kind}
