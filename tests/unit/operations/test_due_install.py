"""What is to be installed: told until somebody confirms it, drops the place, or the old certificate is over."""

from __future__ import annotations

import os
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stand_in.register import SEALED, a_holder, a_pair, a_target, an_id, an_installation
from tests.support import vaults
from tests.support.telling import Listed, plain
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import NotDue
from vault.model.due import Due
from vault.model.pair import Pair
from vault.operations import targets
from vault.operations.ack import ack, withdraw
from vault.operations.due import due
from vault.operations.places import Place, place
from vault.operations.planning import planned
from vault.operations.remind import remind
from vault.operations.request import wishes_due
from vault.operations.settings import OFFICE, WARN_DAYS, change

DAY = timedelta(days=1)


def stored(custody: Custody, number: int, *, days: float, lineage: int = 1) -> Pair:
    """A current pair of holder 1, which takes the place of the one of its lineage."""
    pair = a_pair(
        number, not_after=NOW + days * DAY, not_before=NOW - 300 * DAY, added=NOW, lineage=an_id(lineage, "lineage")
    )
    with custody.writing() as writer:
        for one in writer.lineage(pair.lineage):
            if one.state == "current":
                writer.set_state(one.id, "superseded", pair.id)
        writer.add_pair(pair, SEALED)
    return pair


@pytest.fixture
def renewed(custody: Custody) -> tuple[Custody, Pair, Pair]:
    """Holder 1 has con:center and VIAS; both have the old certificate, it runs out in 40 days. A new one is here."""
    with custody.writing() as writer:
        writer.add_holder(a_holder(1))
    old = stored(custody, 1, days=40)
    for profile in ("con-center", "vias"):
        targets.add(custody, a_holder(1), profile, "", None, installed=True, at=NOW, random=os.urandom)
    return custody, old, stored(custody, 2, days=400)


def found(custody: Custody, at: datetime = NOW, *, within: int = 60, every: bool = False) -> list[Due]:
    """What is due."""
    return [row.due for row in due(custody, at=at, within=timedelta(days=within), every=every)]


def open_(custody: Custody, at: datetime = NOW) -> list[str]:
    """The kinds of software where something is to be installed, by their names."""
    return sorted(one.target.profile for one in found(custody, at) if one.kind == "install" and one.target)


def at_place(custody: Custody, profile: str) -> Place:
    """The place of this kind."""
    with custody.reading() as reader:
        (one,) = [one for one in reader.targets_of([a_holder(1).id]) if one.profile == profile]
        return place(reader, one.id)


def test_each_place_is_told_until_it_is_confirmed_dropped_or_over(renewed: tuple[Custody, Pair, Pair]) -> None:
    """And the certificate that was superseded is told no more."""
    custody, old, _new = renewed
    assert open_(custody) == ["con-center", "vias"]
    assert {one.kind for one in found(custody)} == {"install"}
    assert open_(custody, old.not_after - timedelta(seconds=1)) == ["con-center", "vias"]
    assert open_(custody, old.not_after) == []
    targets.confirm(custody, [at_place(custody, "vias")], at=NOW, random=os.urandom)
    assert open_(custody) == ["con-center"]
    targets.drop(custody, [at_place(custody, "con-center")], at=NOW)
    assert open_(custody) == []
    targets.take_up(custody, [at_place(custody, "con-center")], at=NOW)
    targets.withdraw(custody, [at_place(custody, "vias")], at=NOW)
    assert open_(custody) == ["con-center", "vias"]


def test_it_is_told_however_long_the_old_one_still_runs(custody: Custody) -> None:
    """It can be done now; what runs out itself is told when it is time."""
    with custody.writing() as writer:
        writer.add_holder(a_holder(1))
    stored(custody, 1, days=300)
    targets.add(custody, a_holder(1), "vias", "", None, installed=True, at=NOW, random=os.urandom)
    stored(custody, 2, days=600)
    (one,) = found(custody, within=0)
    assert (one.kind, one.severity, one.days_left) == ("install", "ok", 300)


def test_a_place_where_none_ever_was_is_told_until_it_has_one(custody: Custody) -> None:
    """Since it was said; put away, nothing is to be installed."""
    with custody.writing() as writer:
        writer.add_holder(a_holder(1))
    pair = stored(custody, 1, days=300)
    targets.add(custody, a_holder(1), "vias", "", None, installed=False, at=NOW - 9 * DAY, random=os.urandom)
    (one,) = found(custody)
    assert (one.severity, one.date, one.days_left, one.ref) == ("warning", NOW - 9 * DAY, -9, pair.id)
    with custody.writing() as writer:
        writer.set_state(pair.id, "retired")
    assert found(custody) == []


def test_how_early_it_is_a_warning_the_agency_says(renewed: tuple[Custody, Pair, Pair]) -> None:
    """As for the old certificate itself."""
    custody, *_ = renewed
    assert {one.severity for one in found(custody)} == {"warning"}
    change(custody, WARN_DAYS, "30, 7", at=NOW)
    assert {one.severity for one in found(custody)} == {"ok"}
    assert {one.severity for one in found(custody, NOW + 27 * DAY)} == {"critical"}


def test_one_place_or_all_of_a_pair_can_be_noted(renewed: tuple[Custody, Pair, Pair]) -> None:
    """Quiet until the next threshold of the old certificate, at most until its end; the other place is told as ever."""
    custody, old, new = renewed
    (one,) = at_place(custody, "vias").installations
    end = ack(custody, one, windows={}, at=NOW)
    assert timedelta(days=7) < end - NOW <= timedelta(days=10)
    assert open_(custody) == ["con-center"]
    assert len(found(custody, every=True)) == 2
    assert withdraw(custody, one, windows={}, at=NOW)
    assert ack(custody, one, NOW + 300 * DAY, windows={}, at=NOW) == old.not_after
    withdraw(custody, one, windows={}, at=NOW)
    ack(custody, new, windows={}, at=NOW)
    assert open_(custody) == []
    with custody.reading() as reader:
        (event,) = [each.event for each in reader.events_of_pairs([new.id]) if "target" in dict(each.event.details)][:1]
    assert (event.what, event.holder) == ("acknowledged", a_holder(1).id)


def test_a_note_ends_with_what_it_was_about(renewed: tuple[Custody, Pair, Pair]) -> None:
    """Confirmed, the next certificate is told anew; what is not open cannot be noted."""
    custody, *_ = renewed
    (one,) = at_place(custody, "vias").installations
    ack(custody, one, NOW + 40 * DAY, windows={}, at=NOW)
    targets.confirm(custody, [at_place(custody, "vias")], at=NOW, random=os.urandom)
    with pytest.raises(NotDue):
        ack(custody, one, windows={}, at=NOW)
    stored(custody, 3, days=800)
    assert open_(custody) == ["con-center", "vias"]


def test_each_threshold_of_the_old_one_is_told_once(renewed: tuple[Custody, Pair, Pair]) -> None:
    """To the office, in one message: at once, 30 days before, and so on; not again on the days between."""
    custody, *_ = renewed
    change(custody, OFFICE, "office@agentur.example", at=NOW)
    channel = Listed()
    for day in range(45):
        remind(custody, [channel], plain, windows={}, at=NOW + day * DAY)
    (vias,) = at_place(custody, "vias").installations
    assert [told for _to, id_, told in channel.told if id_ == vias.id] == [60, 30, 14, 7, 3, 1]
    assert len(channel.told) == 12


def test_nothing_is_asked_of_a_provider_for_it(renewed: tuple[Custody, Pair, Pair]) -> None:
    """The new one is here."""
    custody, *_ = renewed
    assert wishes_due(custody, at=NOW, within=timedelta(days=60), windows={}) == []
    assert planned(custody, ["mail"], windows={}, at=NOW).next > NOW


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["new", "confirm", "drop", "up", "undo", "retire", "back"])),
        max_size=12,
    ),
    st.integers(0, 700),
)
def test_due_is_what_is_open_and_not_over(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, str]], days: int
) -> None:
    """After whatever happened, at any moment: one entry for each place and pair, and for no other."""
    folder = tmp_path_factory.mktemp("vault")
    vaults.new_vault(folder / "v")
    with vaults.custody(folder / "v") as custody:
        with custody.writing() as writer:
            writer.add_holder(a_holder(1))
            writer.add_target(a_target(1))
        for lineage in range(3):
            stored(custody, 10 * lineage, days=30, lineage=lineage)
            with custody.writing() as writer:
                writer.add_installation(an_installation(lineage))
        for number, (lineage, step) in enumerate(steps, 1):
            _step(custody, lineage, step, number)
        at = NOW + days * DAY
        with custody.reading() as reader:
            there = place(reader, a_target(1).id)
        expected = {
            one.id
            for one in there.installations
            if there.target.dropped is None and one.open and (one.until is None or one.until > at)
        }
        entries = [one.id for one in found(custody, at) if one.kind == "install"]
        assert sorted(entries) == sorted(expected)


def _step(custody: Custody, lineage: int, step: str, number: int) -> None:
    with custody.reading() as reader:
        whole = place(reader, a_target(1).id)
        current = [one for one in reader.lineage(an_id(lineage, "lineage")) if one.state == "current"]
    part = whole._replace(
        installations=tuple(one for one in whole.installations if one.lineage == an_id(lineage, "lineage"))
    )
    if step == "new" and current:
        stored(custody, 100 + number, days=30 + 20 * number, lineage=lineage)
    elif step == "confirm":
        targets.confirm(custody, [part], at=NOW, random=os.urandom)
    elif step == "drop":
        targets.drop(custody, [part], at=NOW)
    elif step == "up":
        targets.take_up(custody, [part], at=NOW)
    elif step == "undo":
        targets.withdraw(custody, [part], at=NOW)
    elif step == "retire" and current:
        with custody.writing() as writer:
            writer.set_state(current[0].id, "retired")
    elif step == "back" and not current:
        with custody.writing() as writer:
            writer.set_state(writer.lineage(an_id(lineage, "lineage"))[0].id, "current")
