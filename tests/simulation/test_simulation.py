"""Some months of an agency, and the harness itself: it would see what it looks for.

The two years are lived through by ``scripts/simulate``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest

from tests.simulation import weather
from tests.simulation.days import STATES, moment, works
from tests.simulation.figures import Outcome, table, tried
from tests.simulation.simulate import Size
from tests.simulation.weather import Try
from vault.custody import Watch
from vault.freedays import free_days
from vault.model import ack as ack_rules
from vault.model import reminder
from vault.model.ack import Acks
from vault.model.due import Due
from vault.model.reminder import People
from vault.model.thresholds import Free, weekend
from vault.model.times import days_between
from vault.model.watcher import Run
from vault.operations import planning, remind, targets
from vault.operations.due import DueRow, due
from vault.operations.planning import Plan
from vault.store.writer import SqlWriter

SHORT = Size(120, 150)
PLANTED = Size(50, 40, date(2026, 12, 1))
SEED = 4
Plant = Callable[[pytest.MonkeyPatch], None]


def test_who_must_be_told_is_told_once_and_in_time(tmp_path: Path) -> None:
    """Some months with missed nights, dead servers and kills: nothing is wrong, and nothing runs out without a word."""
    outcome = tried(tmp_path, SEED, SHORT)
    assert outcome.wrong == []
    assert len(outcome.expiries) > len(outcome.named) > 0
    done = outcome.figures + Counter(outcome.history.done)
    for what in ("renewals", "retired", "notes taken", "handed over", "rules changed", "killed", "links"):
        assert done[what], what
    for what in ("to be installed", "installed", "thresholds told of installs"):
        assert done[what], what
    for what in ("nights: missed", "nights: idle", "repeated after a kill", "signs of life"):
        assert done[what], what
    assert f"| certificates | {len(outcome.history.certificates)} |" in table(outcome)


def test_what_nobody_could_be_told_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the computer is off for months, nothing is wrong, and every certificate that ran out is named with why."""
    monkeypatch.setattr(weather, "_of", lambda _random, day, *_: iter([Try(moment(day, 3), missed=True)]))
    outcome = tried(tmp_path, SEED, PLANTED)
    assert outcome.wrong == []
    assert outcome.expiries == outcome.named != []
    assert all("missed nights" in one.reasons for one in outcome.named)
    assert "never told; " in str(outcome.named[0])


def test_the_same_seed_does_the_same(tmp_path: Path) -> None:
    """So that what was wrong once can be looked at again."""
    one, other = (_short(tmp_path / name) for name in ("one", "other"))
    assert (one.figures, one.history.done) == (other.figures, other.history.done)


def _equal(date_: datetime, days: Sequence[int], at: datetime, zone: tzinfo, free: Free = weekend) -> int | None:
    left = days_between(at, date_, zone)
    return left if left in {*days, 0} else None


def _only_equal(patch: pytest.MonkeyPatch) -> None:
    """A threshold counts on its day alone, as with programs that lose a warning with a night."""
    patch.setattr(reminder, "crossed", _equal)


def _no_weekends(patch: pytest.MonkeyPatch) -> None:
    """Every day is a working day."""
    patch.setattr(planning, "free_days", lambda _state: lambda _day: False)


def _no_holidays(patch: pytest.MonkeyPatch) -> None:
    """Only weekends are free."""
    patch.setattr(planning, "free_days", lambda _state: weekend)


def _office_alone(patch: pytest.MonkeyPatch) -> None:
    """Nobody is responsible."""
    real = People.of
    patch.setattr(People, "of", lambda self, due, _responsible: real(self, due, ""))


def _nobody_else(patch: pytest.MonkeyPatch) -> None:
    """What is urgent is told to nobody else."""
    real = People.of
    patch.setattr(People, "of", lambda self, due, who: real(self._replace(escalate=()), due, who))


def _nothing_noted(patch: pytest.MonkeyPatch) -> None:
    """What was sent is forgotten."""
    patch.setattr(SqlWriter, "add_reminders", lambda *_: None)


def _noted_first(patch: pytest.MonkeyPatch) -> None:
    """What is to be sent is noted before it is."""
    real = planning.planned

    def planned(watch: Watch, channels: Iterable[str], *, windows: Mapping[str, int], at: datetime) -> Plan:
        plan = real(watch, channels, windows=windows, at=at)
        for digest in plan.digests:
            remind._note_sent(watch, digest, at)
        return plan

    patch.setattr("vault.operations.remind.planned", planned)


def _deaf(patch: pytest.MonkeyPatch) -> None:
    """That somebody took note is forgotten."""
    patch.setattr("vault.operations.due._quiet_until", lambda *_: None)
    patch.setattr(reminder, "quiet_end", lambda *_: None)


def _quiet_for_good(patch: pytest.MonkeyPatch) -> None:
    """A note holds as long as somebody wished, also when the certificate has run out."""

    def end(due: Due, acks: Acks, at: datetime) -> datetime | None:
        ack = acks.get((due.kind, due.id))
        return ack.until if ack is not None and at < ack.until else None

    patch.setattr(ack_rules, "quiet_end", end)
    patch.setattr(reminder, "quiet_end", end)


def _lazy(patch: pytest.MonkeyPatch) -> None:
    """Where nothing was written there is nothing to do, whatever the time."""
    patch.setattr(Run, "idle", lambda self, events, at: self.events == events)


def _settled_too(patch: pytest.MonkeyPatch) -> None:
    """What was due once stays due, though it was renewed, retired or discarded."""
    seen: dict[str, DueRow] = {}

    def ever_due(watch: Watch, *, at: datetime, **said: Any) -> Iterator[DueRow]:
        seen.update((row.due.id, row) for row in due(watch, at=at, **said))
        yield from seen.values()

    patch.setattr(planning, "due", ever_due)


def _installed_of_itself(patch: pytest.MonkeyPatch) -> None:
    """That something is to be installed is told to nobody."""

    def without(watch: Watch, *, at: datetime, **said: Any) -> Iterator[DueRow]:
        return (row for row in due(watch, at=at, **said) if row.due.kind != "install")

    patch.setattr(planning, "due", without)


def _never_installed(patch: pytest.MonkeyPatch) -> None:
    """What was confirmed is told on, as if nobody had."""
    patch.setattr(targets, "_confirmed", lambda *_: None)


PLANTS: dict[Plant, str] = {
    _only_equal: "does not know",
    _no_weekends: "does not know",
    _no_holidays: "does not know",
    _office_alone: "which is not his",
    _nobody_else: "boss@agentur.example does not know",
    _nothing_noted: "is told twice",
    _noted_first: "does not know",
    _deaf: "is told although somebody took note",
    _quiet_for_good: "does not know",
    _lazy: "does not know",
    _settled_too: "is told and settled",
    _installed_of_itself: "does not know install",
    _never_installed: "is told and settled",
}
"""Faults, and what the judge says of each."""


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_found(plant: Plant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each breaks one promise of the rules, and the judge says which."""
    plant(monkeypatch)
    assert any(PLANTS[plant] in what for what in tried(tmp_path, SEED, PLANTED).wrong)


def test_without_a_fault_there_is_none(tmp_path: Path) -> None:
    """In the time in which the planted ones are found."""
    assert tried(tmp_path, SEED, PLANTED).wrong == []


def test_the_judge_knows_the_holidays_of_the_states() -> None:
    """His own reckoning and the library agree, for a dozen years."""
    for state in filter(None, STATES):
        free = free_days(state)
        one = date(2024, 1, 1)
        while one.year < 2036:
            assert works(one, state) == (not free(one)), (state, one)
            one += timedelta(days=1)


def _short(folder: Path) -> Outcome:
    folder.mkdir()
    return tried(folder, SEED, Size(20, 40))
