"""Where pairs are installed, over a real register."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest

from tests.stand_in.register import SEALED, a_holder, a_pair
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import BadTarget, NotOfHolder
from vault.model.event import Event, Wanted
from vault.model.holder import Holder
from vault.model.pair import Pair
from vault.model.profile import Profile
from vault.model.target import Installation
from vault.operations import targets
from vault.operations.holders import merge
from vault.operations.places import Asked, Place, by_ids, place, places

DAY = timedelta(days=1)
KINDS = {"con-center": ("con:center",), "vias": ("VIAS", "vema")}


def holder(custody: Custody, number: int = 1, **fields: object) -> Holder:
    """A holder in the register."""
    made = a_holder(number, **fields)
    with custody.writing() as writer:
        writer.add_holder(made)
    return made


def stored(custody: Custody, number: int, whose: Holder, **fields: object) -> Pair:
    """A current pair, which takes the place of the one of its lineage."""
    pair = a_pair(number, holder=whose.id, not_after=NOW + number * 100 * DAY, **fields)
    with custody.writing() as writer:
        for one in writer.lineage(pair.lineage):
            if one.state == "current":
                writer.set_state(one.id, "superseded", pair.id)
        writer.add_pair(pair, SEALED)
    return pair


def added(
    custody: Custody, whose: Holder, profile: str = "con-center", *, name: str = "", installed: bool = False
) -> Place:
    """A place of a holder's, where all of his belongs."""
    return targets.add(custody, whose, profile, name, None, installed=installed, at=NOW, random=os.urandom).place


def confirmed(custody: Custody, one: Place, pair: Pair | None = None, at: datetime = NOW) -> Installation:
    """What is there after it was confirmed."""
    (done,) = targets.confirm(custody, [one], pair, at=at, random=os.urandom)
    (found,) = done.place.installations
    return found


def now(custody: Custody, one: Place) -> list[Installation]:
    """What belongs to a place by now."""
    with custody.reading() as reader:
        return list(place(reader, one.target.id).installations)


def events(custody: Custody, pair: Pair) -> list[Event]:
    """What is on record of a pair."""
    with custody.reading() as reader:
        return [one.event for one in reader.events_of_pairs([pair.id])]


def test_what_belongs_there_is_said_once_and_what_follows_belongs_there_too(custody: Custody) -> None:
    """The holder's current pairs; the new one is wanted from the moment that it is here."""
    whose = holder(custody)
    old = stored(custody, 1, whose)
    one = added(custody, whose)
    assert [(each.state, each.wanted) for each in one.installations] == [("missing", old.id)]
    assert confirmed(custody, one).state == "current"
    new = stored(custody, 2, whose, lineage=old.lineage)
    (found,) = now(custody, one)
    assert (found.state, found.open, found.pair, found.until, found.wanted) == (
        "old",
        True,
        old.id,
        old.not_after,
        new.id,
    )
    later = confirmed(custody, one, at=NOW + DAY)
    assert (later.state, later.open, later.at, later.by) == ("current", False, NOW + DAY, "tester")


def test_said_again_it_adds_what_is_new(custody: Custody) -> None:
    """And nothing twice, however the name is written; a place that was dropped counts again."""
    whose = holder(custody)
    stored(custody, 1, whose)
    first = added(custody, whose, name="Büro-PC")
    again = targets.add(custody, whose, "con-center", "buero pc", None, installed=False, at=NOW, random=os.urandom)
    assert (again.anything, again.place) == (False, first)
    stored(custody, 2, whose, provider="vhv")
    assert [one.provider for one in added(custody, whose, name="Büro-PC").installations] == ["arag", "vhv"]
    targets.drop(custody, [first._replace(installations=tuple(now(custody, first)))], at=NOW)
    assert added(custody, whose, name="Büro-PC").target.dropped is None


def test_what_was_dropped_there_comes_back_only_by_its_name(custody: Custody) -> None:
    """Of one series at a place; saying again which software he has says nothing of it."""
    whose = holder(custody)
    stored(custody, 1, whose)
    stored(custody, 2, whose, provider="vhv")
    one = added(custody, whose)
    targets.drop(custody, [one._replace(installations=one.installations[1:])], at=NOW)
    assert [each.open for each in added(custody, whose).installations] == [True, False]
    named = frozenset({"vhv"})
    targets.add(custody, whose, "con-center", "", named, installed=False, at=NOW, random=os.urandom)
    assert [each.open for each in now(custody, one)] == [True, True]


def test_only_what_was_named_belongs_there(custody: Custody) -> None:
    """With providers, and as far as it is there already."""
    whose = holder(custody)
    stored(custody, 1, whose)
    pair = stored(custody, 2, whose, provider="vhv")
    done = targets.add(custody, whose, "vias", "", frozenset({"vhv"}), installed=True, at=NOW, random=os.urandom)
    assert [(one.pair, one.state) for one in done.place.installations] == [(pair.id, "current")]


def test_what_was_confirmed_is_taken_back(custody: Custody) -> None:
    """Step by step, to who said it and when; where nothing was before, nothing is again."""
    whose = holder(custody)
    old = stored(custody, 1, whose)
    one = added(custody, whose)
    confirmed(custody, one)
    stored(custody, 2, whose, lineage=old.lineage)
    confirmed(custody, one, at=NOW + DAY)
    targets.withdraw(custody, [one], at=NOW + 2 * DAY)
    (found,) = now(custody, one)
    assert (found.pair, found.until, found.at, found.by) == (old.id, old.not_after, NOW, "tester")
    targets.withdraw(custody, [one], at=NOW + 3 * DAY)
    assert [(each.pair, each.until, each.at, each.by) for each in now(custody, one)] == [(None,) * 4]
    (nothing,) = targets.withdraw(custody, [one], at=NOW + 4 * DAY)
    assert not nothing.anything


def test_only_the_last_confirmation_is_taken_back(custody: Custody) -> None:
    """Of several series at one place, those of the last time."""
    whose = holder(custody)
    stored(custody, 1, whose)
    one = added(custody, whose, installed=True)
    stored(custody, 2, whose, provider="vhv")
    both = added(custody, whose)
    targets.confirm(custody, [both], at=NOW + DAY, random=os.urandom)
    targets.withdraw(custody, [both], at=NOW + DAY)
    assert [(each.provider, each.state) for each in now(custody, one)] == [("arag", "current"), ("vhv", "missing")]


def test_another_pair_can_be_there(custody: Custody) -> None:
    """One of the same holder; then its series belongs there. One of somebody else is refused, and nothing changes."""
    whose, other = holder(custody), holder(custody, 2)
    old = stored(custody, 1, whose)
    stored(custody, 2, whose, lineage=old.lineage)
    one = added(custody, whose, installed=True)
    assert confirmed(custody, one, old).state == "old"
    with pytest.raises(NotOfHolder):
        confirmed(custody, one, stored(custody, 3, other))
    more = stored(custody, 4, whose, provider="vhv")
    (done,) = targets.confirm(custody, [one], more, at=NOW, random=os.urandom)
    assert [(each.pair, each.state) for each in done.place.installations] == [(old.id, "old"), (more.id, "current")]


def test_what_is_dropped_is_of_no_interest_and_counts_again(custody: Custody) -> None:
    """A place, or one series at it."""
    whose = holder(custody)
    stored(custody, 1, whose)
    stored(custody, 2, whose, provider="vhv")
    one = added(custody, whose)
    part = one._replace(installations=one.installations[:1])
    targets.drop(custody, [part], at=NOW)
    assert [each.open for each in now(custody, one)] == [False, True]
    targets.take_up(custody, [part], at=NOW)
    assert [each.open for each in now(custody, one)] == [True, True]
    with custody.reading() as reader:
        assert len(reader.to_install(NOW)) == 2
    (done,) = targets.drop(custody, [one], at=NOW)
    assert (done.whole, done.place.open) == (True, False)
    with custody.reading() as reader:
        assert reader.to_install(NOW) == []
    (again,) = targets.drop(custody, [one], at=NOW)
    assert not again.anything
    (back,) = targets.take_up(custody, [one], at=NOW)
    assert (back.whole, back.place.open) == (True, True)


def test_each_is_an_event_and_the_log_holds(custody: Custody) -> None:
    """Who did what at which place, on the pair; the name of a place is a text that can be forgotten."""
    whose = holder(custody)
    pair = stored(custody, 1, whose)
    one = added(custody, whose, name="Laptop Petra")
    confirmed(custody, one)
    targets.withdraw(custody, [one], at=NOW)
    targets.drop(custody, [one], at=NOW)
    told = events(custody, pair)
    assert [each.what for each in told] == ["install-expected", "installed", "install-withdrawn"]
    assert {dict(each.details)["target"] for each in told} == {one.target.id}
    with custody.reading() as reader:
        (first,) = reader.events(Wanted(what=("target-added",)), after=0, limit=9)
    assert "Petra" not in str(first.event)
    assert [text for _name, _salt, text in first.texts] == ["Laptop Petra"]


def test_a_name_that_cannot_be_one_is_refused() -> None:
    """A formula, what nobody sees, what is too long."""
    for name in ("=1+1", "Büro\x1b[2J", "a" * 101):
        with pytest.raises(BadTarget):
            targets.checked(name)
    assert targets.checked(" Büro-PC ") == "Büro-PC"


def test_words_find_places(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Of a holder, a provider, a kind of software by any of its names, and what people call it; or ids."""
    schaeffer, weber = holder(custody, 1, name="Schäffer GmbH"), holder(custody, 2, name="Weber", tags=("nord",))
    for number, whose in ((1, schaeffer), (2, weber)):
        stored(custody, number, whose)
    stored(custody, 3, schaeffer, provider="vhv")
    office, home = added(custody, schaeffer, "vias", name="Büro-PC"), added(custody, schaeffer)
    his = added(custody, weber, "vias")

    def found(name: str, **more: object) -> list[tuple[str, int]]:
        which = Asked(name, **more)  # type: ignore[arg-type]
        exact = by_ids(custody, which)
        return [(one.target.id, len(one.installations)) for one in exact or places(custody, which, profiles, KINDS)]

    assert found("") == [(home.target.id, 2), (office.target.id, 2), (his.target.id, 1)]
    assert found("schaeffer") == [(home.target.id, 2), (office.target.id, 2)]
    assert found("vema") == [(office.target.id, 2), (his.target.id, 1)]
    assert found("schäffer büro") == [(office.target.id, 2)]
    assert found("schäffer con:center vhv") == [(home.target.id, 1)]
    assert found("buero") == [(office.target.id, 2)]
    assert found("", tag="Nord") == [(his.target.id, 1)]
    assert found("", profile="con-center", providers=frozenset({"vhv"})) == [(home.target.id, 1)]
    assert found("nobody") == []
    assert found(home.installations[0].id[:8]) == [(home.target.id, 1)]
    assert found(f"{home.target.id} {his.target.id[:7]}") == [(home.target.id, 2), (his.target.id, 1)]


def test_whoever_reads_a_list_of_places_holds_up_nobody(custody: Custody, profiles: dict[str, Profile]) -> None:
    """Between two places no transaction is open: a list that waits in a pager does not keep others from writing."""
    for number in (1, 2):
        added(custody, holder(custody, number))
    for one in places(custody, Asked(), profiles, KINDS):
        targets.drop(custody, [one], at=NOW)
    assert not list(places(custody, Asked(), profiles, KINDS))


def test_places_go_where_a_holder_goes(custody: Custody) -> None:
    """Merged: his places are those of the one who stays, and he has none any more."""
    kept, other = holder(custody), holder(custody, 2)
    one = added(custody, other, name="Büro-PC")
    assert merge(custody, other, kept, at=NOW, random=os.urandom).targets == 1
    with custody.reading() as reader:
        assert [each.id for each in reader.targets_of([kept.id])] == [one.target.id]
        assert reader.targets_of([other.id]) == []
