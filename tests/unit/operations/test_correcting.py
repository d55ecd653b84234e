"""What was done wrong is put right, and the record of it holds."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from tests.attacks import attacker
from tests.attacks.story import YEAR, Story, make, put
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.rotation import rotated
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import (
    CurrentAlready,
    LineageUnclear,
    LinkSettled,
    PairDiffers,
    PutAwayAlready,
    SuccessionCrosses,
)
from vault.ledger.holders import holder_for
from vault.model.ids import new_id
from vault.model.link import Link, State
from vault.model.pair import Pair
from vault.model.succession import Placing
from vault.operations.backup import backup
from vault.operations.correcting import assign, discard, move, reinstate, reopen, retire
from vault.operations.verify import verify
from vault.pkcs12.opener import ChildOpener
from vault.rescue import rescue


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A vault with Müller and Schmidt; a certificate of Kaya took the place of Müller's current one by mistake."""
    story = make(tmp_path_factory.mktemp("whole") / "vault")
    with ChildOpener(os.urandom) as opener, vaults.custody(story.folder) as custody:
        file = make_pair("Kaya", "PIN-K", not_after=NOW + YEAR)
        put(custody, file, "PIN-K", opener, "Müller", Placing(supersedes=current(custody, story.mueller)))
    return story


@pytest.fixture
def story(whole: Story, tmp_path: Path) -> Story:
    """A copy of it for this test."""
    return whole.copied(tmp_path / "vault")


def current(custody: Custody, of: Pair) -> Pair:
    """The current pair of the lineage of ``of``."""
    return next(pair for pair in lineage(custody, of) if pair.state == "current")


def lineage(custody: Custody, of: Pair) -> list[Pair]:
    """The lineage of ``of`` as it is now."""
    with custody.reading() as reader:
        return reader.lineage(of.lineage)


def states(custody: Custody, of: Pair) -> dict[str, str]:
    """The states in the lineage of ``of``, by the subjects."""
    return {f"{pair.subject} {pair.serial}": pair.state for pair in lineage(custody, of)}


def holds(custody: Custody) -> None:
    """The log agrees with the register, and every pair opens as it stands."""
    assert verify(custody).contradictions == []
    with custody.reading() as reader:
        pairs = list(reader.pairs(every=True))
    for pair in pairs:
        custody.contents(pair)
    for of in {pair.lineage for pair in pairs}:
        assert sum(pair.state == "current" for pair in pairs if pair.lineage == of) <= 1


def test_a_wrong_supersede_is_undone_and_the_pair_goes_to_its_holder(story: Story) -> None:
    """The old one is current again; the other one, moved and taken back, is current in a lineage of its own."""
    with vaults.custody(story.folder) as custody:
        wrong = current(custody, story.mueller)
        old = next(pair for pair in lineage(custody, wrong) if pair.superseded_by == wrong.id)
        with pytest.raises(SuccessionCrosses):
            move(custody, wrong, "Kaya", at=NOW, random=os.urandom)
        done = reinstate(custody, old, at=NOW)
        assert (done.pair.state, done.put_away) == ("current", wrong._replace(state="retired"))
        moved = move(custody, wrong, "Kaya", at=NOW, random=os.urandom)
        assert ([one.id for one in moved.pairs], moved.pair.lineage != old.lineage) == ([wrong.id], True)
        again = reinstate(custody, moved.pair, at=NOW)
        assert (again.pair.state, again.put_away) == ("current", None)
        assert current(custody, old).id == old.id
        holds(custody)


def test_an_undone_supersede_can_be_done_again(story: Story) -> None:
    """What was retired takes the place of the current one, and the chain is as it was."""
    with vaults.custody(story.folder) as custody:
        before = lineage(custody, story.mueller)
        newer = current(custody, story.mueller)
        older = next(pair for pair in before if pair.superseded_by == newer.id)
        reinstate(custody, older, at=NOW)
        done = reinstate(custody, newer, at=NOW)
        assert done.put_away is not None
        assert (done.put_away.id, done.put_away.superseded_by) == (older.id, newer.id)
        assert lineage(custody, story.mueller) == before
        with pytest.raises(CurrentAlready):
            reinstate(custody, newer, at=NOW)
        holds(custody)


@pytest.mark.parametrize("state", ["open", "gone"])
def test_a_discarded_link_comes_back_as_it_was(story: Story, state: State) -> None:
    """One whose file the provider has deleted is not open again; each time anew, as it was the last time."""
    with vaults.custody(story.folder) as custody:
        link = a_link(story.schmidt.holder)
        with custody.writing() as writer:
            writer.add_link(link)
        assert reopen(custody, discard(custody, link, at=NOW), at=NOW).state == "open"
        with custody.writing() as writer:
            writer.update_link(link._replace(state=state))
        put_aside = discard(custody, link, at=NOW)
        assert (put_aside.state, discard(custody, link, at=NOW)) == ("discarded", put_aside)
        assert reopen(custody, put_aside, at=NOW).state == state
        holds(custody)


def test_a_whole_series_moves_with_its_links(story: Story) -> None:
    """All with the same subject keep lineage and order; a link from which one came follows."""
    with ChildOpener(os.urandom) as opener, vaults.custody(story.folder) as custody:
        old = story.schmidt
        file = make_pair("Schmidt", "PIN-N", not_after=NOW + 2 * YEAR)
        new = put(custody, file, "PIN-N", opener, "Schmidt")
        with custody.writing() as writer:
            link = a_link(new.holder)._replace(state="claimed", pair=new.id)
            writer.add_link(link)
        with pytest.raises(LinkSettled):
            assign(custody, link, "Kaya", at=NOW, random=os.urandom)
        done = move(custody, new, "Kaya", "second", at=NOW, random=os.urandom)
        assert {one.id for one in done.pairs} == {one.id for one in lineage(custody, old)}
        assert {(one.lineage, one.purpose, one.holder) for one in done.pairs} == {
            (old.lineage, "second", done.pair.holder)
        }
        with custody.reading() as reader:
            assert (reader.links_of(old.holder), len(reader.links_of(done.pair.holder))) == ([], 1)
        assert move(custody, done.pair, done.pair.holder, at=NOW, random=os.urandom).pairs == []
        holds(custody)


def test_two_in_use_for_one_purpose_are_asked_about(story: Story) -> None:
    """A person says how to tell both apart; then it is done."""
    with vaults.custody(story.folder) as custody:
        with pytest.raises(LineageUnclear) as unclear:
            move(custody, story.schmidt, "Müller", at=NOW, random=os.urandom)
        assert unclear.value.fields["candidates"]
        assert move(custody, story.schmidt, "Müller", "second", at=NOW, random=os.urandom).pair.purpose == "second"
        holds(custody)


def test_a_pair_joins_the_series_of_its_subject(story: Story) -> None:
    """One that was filed beside it comes to the same lineage, where it can be made current."""
    with ChildOpener(os.urandom) as opener, vaults.custody(story.folder) as custody:
        file = make_pair("Schmidt", "PIN-N", not_after=NOW + 2 * YEAR)
        astray = put(custody, file, "PIN-N", opener, "Otto", Placing(purpose="x", separate=True))
        retire(custody, astray, "wrong", at=NOW, random=os.urandom)
        done = move(custody, astray, story.schmidt.holder, at=NOW, random=os.urandom)
        assert done.pair.lineage == story.schmidt.lineage
        assert (taken := reinstate(custody, done.pair, at=NOW).put_away) is not None
        assert (taken.id, taken.superseded_by) == (story.schmidt.id, astray.id)
        holds(custody)


def test_it_holds_through_a_rotation_a_backup_and_a_rescue(story: Story, tmp_path: Path) -> None:
    """A move before and after new keys verifies; the digest of the rotation is still reckoned."""
    with vaults.custody(story.folder) as custody:
        move(custody, story.schmidt, "Kaya", at=NOW, random=os.urandom)
    rotated(story.folder)
    with vaults.custody(story.folder) as custody:
        with custody.reading() as reader:
            now = reader.pair(story.schmidt.id)
        assert now is not None
        move(custody, now, "Otto", at=NOW, random=os.urandom)
        holds(custody)
        backup(custody, tmp_path / "backup", at=NOW, random=os.urandom, progress=lambda *_: None)
    done = rescue(story.folder, vaults.PASSPHRASE, tmp_path / "out", user="t", at=NOW, progress=lambda *_: None)
    assert done.lost == ()
    with vaults.custody(tmp_path / "out") as custody:
        holds(custody)


def test_what_was_changed_past_the_program_is_neither_moved_nor_reinstated(story: Story) -> None:
    """A pair whose holder was swapped by SQL differs from its seal, and stays where it is."""
    with vaults.custody(story.folder) as custody:
        put_away = retire(custody, story.schmidt, "left", at=NOW, random=os.urandom)
    with attacker.plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE pair SET holder = ? WHERE id = ?", (story.mueller.holder, put_away.id))
    with vaults.custody(story.folder) as custody:
        with pytest.raises(PairDiffers):
            reinstate(custody, put_away, at=NOW)
        with pytest.raises(PairDiffers):
            move(custody, put_away, "Kaya", at=NOW, random=os.urandom)


def test_only_a_current_pair_is_retired(story: Story) -> None:
    """Once, with its reason, which goes with its holder."""
    with vaults.custody(story.folder) as custody:
        retire(custody, story.schmidt, "left", at=NOW, random=os.urandom)
        with pytest.raises(PutAwayAlready):
            retire(custody, story.schmidt, "left", at=NOW, random=os.urandom)
        with custody.reading() as reader:
            (last,) = (one for one in reader.events_of_pairs([story.schmidt.id]) if one.event.what == "pair-retired")
        assert [(name, text) for name, _salt, text in last.texts] == [("reason", "left")]
        holds(custody)


def a_link(holder: str | None) -> Link:
    """An open link."""
    url = "https://www.arag.de/TokenService/download?did=0123456789abcdef"
    deadline = NOW + timedelta(days=9)
    return Link(new_id(os.urandom), "link", "arag", holder, url, "0123456789abcdef", NOW, deadline)


def test_a_link_is_assigned_discarded_and_taken_up(story: Story, tmp_path: Path) -> None:
    """With a watch key alone; the same again changes nothing."""
    key = vaults.new_watch_key(story.folder, tmp_path / "watch.key")
    with vaults.watch(story.folder, key) as watch:
        with watch.writing() as writer:
            link = a_link(holder_for(watch, writer, "Müller", at=NOW, random=os.urandom).id)
            writer.add_link(link)
        assigned = assign(watch, link, "Kaya", at=NOW, random=os.urandom)
        assert assigned.holder not in {None, link.holder}
        with watch.reading() as reader:
            count = reader.head().number
        assert assign(watch, assigned, "Kaya", at=NOW, random=os.urandom) == assigned
        with watch.reading() as reader:
            assert reader.head().number == count
        put_aside = discard(watch, assigned, at=NOW)
        assert (put_aside.state, discard(watch, put_aside, at=NOW)) == ("discarded", put_aside)
        assert reopen(watch, put_aside, at=NOW) == assigned
        with pytest.raises(CurrentAlready):
            reopen(watch, assigned, at=NOW)
        assert verify(watch).contradictions == []
