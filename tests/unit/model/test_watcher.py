"""Whether the job that warns still sees."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from vault.model.watcher import OLDEST, Run, troubles

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
RUN = Run("night", NOW, 7, NOW + timedelta(hours=15), 3)


def told(*runs: Run, at: datetime, **unsent: datetime) -> list[tuple[str, str, datetime]]:
    """What keeps people from being warned."""
    return [tuple(one) for one in troubles(runs, ["night", "day"], unsent, "V", at)]  # type: ignore[misc]


def test_a_job_that_does_not_run_is_told_of() -> None:
    """After five days, whatever another job does; nobody is told of a key that is gone, or that never ran."""
    late = NOW + OLDEST
    assert told(RUN, at=late - timedelta(seconds=1)) == []
    assert told(RUN, RUN._replace(slot="day", at=late), at=late) == [("not-run", "night", late)]
    assert told(RUN._replace(slot="gone"), at=late) == []
    assert told(at=late) == []


def test_the_last_look_says_whether_there_are_fewer_pairs() -> None:
    """An older one counts no longer."""
    lost, later = RUN._replace(fewer=NOW), RUN._replace(slot="day", at=NOW + timedelta(days=1))
    assert told(lost, at=NOW) == [("fewer-pairs", "V", NOW)]
    assert told(lost, later, at=NOW + timedelta(days=1)) == []


def test_a_channel_that_fails_is_told_of() -> None:
    """Since when."""
    assert told(RUN, at=NOW, mail=NOW) == [("not-sent", "mail", NOW)]


def test_there_is_nothing_to_do_until_the_next_moment_or_event() -> None:
    """The same number of events, and a moment before it; a clock that went back proves nothing."""
    assert RUN.idle(7, NOW)
    assert not RUN.idle(8, NOW)
    assert not RUN.idle(7, RUN.next)
    assert not RUN.idle(7, NOW - timedelta(seconds=1))
