"""What every store keeps of where pairs are installed, asked through the port alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contracts.test_store import STORES
from tests.stand_in.register import AT, SEALED, a_holder, a_pair, a_target, an_event, an_id, an_installation
from vault.errors import CertvaultError
from vault.model.target import Installation
from vault.ports.store import Store, Writer

DAY = timedelta(days=1)


@pytest.fixture(params=list(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store with holders 1 and 2, pairs 1 to 3, target 1 of holder 1, and the lineage of pair 1 expected there."""
    with closing(STORES[request.param](tmp_path)) as opened:
        with opened.writing() as writer:
            for number in (1, 2):
                writer.add_holder(a_holder(number))
            for number in (1, 2, 3):
                writer.add_pair(a_pair(number), SEALED)
            writer.add_target(a_target(1))
            writer.add_installation(an_installation(1))
        yield opened


def said(writer: Writer, what: str, **fields: object) -> None:
    """The next event."""
    writer.add_event(an_event(writer.head().number + 1, what=what, **fields))


def installed(writer: Writer, number: int = 1, pair: int = 1) -> None:
    """That pair ``pair`` is what stands in installation ``number``."""
    said(writer, "installed")
    (now,) = writer.installations_of([an_id(number, "lineage")])
    at = a_pair(pair).not_after
    writer.update_installation(now._replace(pair=an_id(pair), until=at, at=AT, by="petra"))


def test_what_was_written_is_read(store: Store) -> None:
    """Targets and what belongs there come back as they were given, in the order in which they were added."""
    other = a_target(2, profile="vias", name="Büro-PC", holder=a_holder(2).id)
    with store.writing() as writer:
        writer.add_target(other)
        said(writer, "target-dropped")
        writer.update_target(a_target(1)._replace(dropped=AT + DAY))
    with store.reading() as reader:
        assert reader.targets_of([a_holder(2).id, a_holder(1).id]) == [a_target(1)._replace(dropped=AT + DAY), other]
        assert reader.targets([other.id, "X"]) == [other]
        assert reader.targets_with_prefix(other.id[:6]) == [other]
        assert reader.installations_at([a_target(1).id]) == [an_installation(1)]
        assert reader.installations_of([an_id(1, "lineage")]) == [an_installation(1)]
        assert reader.installations_with_prefix(an_installation(1).id[:7]) == [an_installation(1)]
        assert reader.installations_at([other.id]) == []


def test_what_is_wanted_is_the_current_pair_of_the_lineage(store: Store) -> None:
    """Whatever becomes of the pairs, and however it is written: superseded, retired, reinstated."""

    def wanted() -> str | None:
        with store.reading() as reader:
            return reader.installations_at([a_target(1).id])[0].wanted

    assert wanted() == an_id(1)
    with store.writing() as writer:
        writer.set_state(an_id(1), "superseded", an_id(9))
        writer.add_pair(a_pair(9, lineage=an_id(1, "lineage")), SEALED)
    assert wanted() == an_id(9)
    with store.writing() as writer:
        writer.set_state(an_id(9), "retired")
    assert wanted() is None
    with store.writing() as writer:
        writer.set_state(an_id(1), "current")
    assert wanted() == an_id(1)
    with pytest.raises(CertvaultError), store.writing() as writer:
        writer.add_installation(an_installation(1))


def test_the_store_does_not_believe_what_is_said_to_be_wanted(store: Store) -> None:
    """It knows better."""
    with store.writing() as writer:
        writer.add_installation(an_installation(2, wanted=an_id(3)))
    with store.reading() as reader:
        assert reader.installations_of([an_id(2, "lineage")])[0].wanted == an_id(2)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.sampled_from(["install", "supersede", "retire", "back", "drop", "up"]), max_size=8))
def test_what_is_to_be_installed_is_what_is_open_and_not_over(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """After any history: the index finds exactly what the rule over the rows says, at any moment."""
    with closing(STORES["sql"](tmp_path_factory.mktemp("store"))) as store:
        with store.writing() as writer:
            writer.add_holder(a_holder(1))
            writer.add_pair(a_pair(1), SEALED)
            writer.add_target(a_target(1))
            writer.add_installation(an_installation(1))
            last = 1
            for step in steps:
                last = _step(writer, step, last)
        with store.reading() as reader:
            (target,) = reader.targets([a_target(1).id])
            rows = reader.installations_at([target.id])
            for days in (0, 3, 30):
                at = AT + days * DAY
                assert reader.to_install(at) == [
                    one for one in rows if one.open and target.dropped is None and (one.until is None or one.until > at)
                ]


def _step(writer: Writer, step: str, last: int) -> int:
    current = [one for one in writer.lineage(an_id(1, "lineage")) if one.state == "current"]
    if step == "install" and current:
        said(writer, "installed")
        (now,) = writer.installations_of([an_id(1, "lineage")])
        new = current[0]
        writer.update_installation(now._replace(pair=new.id, until=new.not_after, at=AT, by="petra"))
    elif step == "supersede" and current:
        writer.set_state(current[0].id, "superseded", an_id(last + 1))
        writer.add_pair(a_pair(last + 1, lineage=an_id(1, "lineage")), SEALED)
        return last + 1
    elif step == "retire" and current:
        writer.set_state(current[0].id, "retired")
    elif step == "back" and not current:
        writer.set_state(writer.lineage(an_id(1, "lineage"))[0].id, "current")
    elif step in {"drop", "up"}:
        writer.update_target(a_target(1)._replace(dropped=AT if step == "drop" else None))
    return last


def test_what_is_over_needs_nobody(store: Store) -> None:
    """An old pair is told until it has run out; where nothing was ever installed, without an end."""
    with store.writing() as writer:
        installed(writer)
        writer.add_installation(an_installation(2))
        writer.set_state(an_id(1), "superseded", an_id(9))
        writer.add_pair(a_pair(9, lineage=an_id(1, "lineage")), SEALED)

    def found(days: float) -> list[Installation]:
        with store.reading() as reader:
            return reader.to_install(AT + days * DAY)

    assert [one.pair for one in found(0.9)] == [an_id(1), None]
    assert [one.pair for one in found(1)] == [None]


def test_who_was_forgotten_leaves_no_target(store: Store) -> None:
    """With his event, all of it goes; what is another's stays."""
    with store.writing() as writer:
        writer.add_target(a_target(2, holder=a_holder(2).id))
        writer.add_installation(an_installation(2, target=an_id(2, "target")))
        said(writer, "pseudonymised", holder=a_holder(2).id)
        writer.forget(a_holder(2).id)
    with store.reading() as reader:
        assert reader.targets_of([a_holder(1).id, a_holder(2).id]) == [a_target(1)]
        assert reader.installations_of([an_id(2, "lineage")]) == []


def test_a_holder_with_targets_is_not_merged(store: Store) -> None:
    """They go to the other one first."""
    with store.writing() as writer:
        writer.add_target(a_target(2, holder=a_holder(2).id))
        said(writer, "holder-merged", holder=a_holder(2).id)
    with pytest.raises(CertvaultError), store.writing() as writer:
        writer.merge_holder(a_holder(2).id, a_holder(1).id)
