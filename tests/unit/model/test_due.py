"""What needs somebody, and how soon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.model.due import Due, of_certificate, of_link, of_request, settled, soonest_first, successors
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.request import Request, answered

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)


def pair(name: str = "P", *, days: float = 30, holder: str = "H", began: float = -300, provider: str = "arag") -> Pair:
    """A current pair that runs out in ``days``."""
    return Pair(
        id=name,
        provider=provider,
        holder=holder,
        lineage="L",
        purpose="",
        subject="CN=x",
        issuer="CN=y",
        serial="01",
        fingerprint="ab",
        not_before=NOW + timedelta(days=began),
        not_after=NOW + timedelta(days=days),
        state="current",
        proof="file",
        added=NOW + timedelta(days=began + 1),
    )


def link(name: str = "K", *, days: float | None = 21, holder: str | None = "H", received: float = 0) -> Link:
    """An open link whose file is deleted in ``days``."""
    return Link(
        id=name,
        kind="link",
        provider="arag",
        holder=holder,
        url="https://www.arag.de/TokenService/download?did=0011223344556677",
        reference="0011223344556677",
        received=NOW + timedelta(days=received),
        deadline=None if days is None else NOW + timedelta(days=days),
    )


@pytest.mark.parametrize(
    ("days", "severity"),
    [(400, "ok"), (61, "ok"), (60, "warning"), (15, "warning"), (14, "critical"), (0.1, "critical"), (-1, "expired")],
)
def test_a_certificate_warns_at_60_and_is_critical_at_14_days(days: float, severity: str) -> None:
    """The thresholds are 60 and 14 calendar days, and what is over is expired."""
    assert of_certificate(pair(days=days), NOW, BERLIN).severity == severity


def test_a_certificate_that_ran_out_an_hour_ago_is_expired_today() -> None:
    """Expired is a matter of the moment, days_left one of the calendar."""
    found = of_certificate(pair(days=-1 / 24), NOW, BERLIN)
    assert (found.severity, found.days_left) == ("expired", 0)


@pytest.mark.parametrize(("days", "severity"), [(21, "warning"), (8, "warning"), (7, "critical"), (0.1, "critical")])
def test_a_link_is_critical_from_seven_days(days: float, severity: str) -> None:
    """An open link always wants somebody; from 7 days before its deletion it is critical."""
    assert of_link(link(days=days), NOW, BERLIN).severity == severity


def test_a_link_past_its_deadline_wants_a_new_one() -> None:
    """What is expired needs a new link, and the next step says so."""
    found = of_link(link(days=-1), NOW, BERLIN)
    assert (found.kind, found.severity, found.do) == ("link-deletion", "expired", "request")


def test_a_parked_file_waits_for_its_pin_whatever_the_deadline() -> None:
    """The file is here: deletion at the provider is over and done with."""
    parked = link(days=-5)._replace(parked=True, last_attempt=NOW - timedelta(days=6))
    found = of_link(parked, NOW, BERLIN)
    assert (found.kind, found.severity, found.do, found.days_left) == ("half-waiting", "warning", "ask-pin", -6)


def test_days_are_those_of_the_wall_calendar_in_berlin() -> None:
    """23:30 UTC is tomorrow in Berlin: what ends then has one day left, not none."""
    late = pair()._replace(not_after=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    assert of_certificate(late, NOW, BERLIN).days_left == 1


def test_a_certificate_and_its_successors_link_are_one_entry_with_the_worse_severity() -> None:
    """Running out in 50 days is a warning; the successor's link that is deleted in 3 makes it critical."""
    new = link(days=3)
    found = of_certificate(pair(days=50), NOW, BERLIN, new)
    assert (found.kind, found.severity, found.do, found.ref) == ("certificate-expiry", "critical", "ask-pin", new.id)


def test_the_newest_link_goes_to_the_pair_that_runs_out_first() -> None:
    """One link serves one pair."""
    found = successors([pair("late", days=40), pair("soon", days=5)], [link("old", received=-3), link("new")], NOW)
    assert {name: one.id for name, one in found.items()} == {"soon": "new", "late": "old"}


def test_a_link_from_before_the_certificate_brings_no_successor() -> None:
    """A link that was mailed before the certificate began belongs to an older one."""
    assert not successors([pair(began=-10)], [link(received=-20)], NOW)


def test_a_link_of_another_holder_or_provider_brings_no_successor() -> None:
    """Holder and provider both have to fit."""
    assert not successors([pair(holder="other"), pair(provider="vhv")], [link()], NOW)


def test_a_dead_link_is_settled_by_a_pair_that_came_after_it() -> None:
    """Nobody is bothered with a link whose certificate came another way."""
    dead = link(days=-1, received=-22)
    assert settled(dead, [pair(began=-10)], NOW)
    assert not settled(dead, [pair(began=-100)], NOW)
    assert not settled(link(), [pair(began=5)], NOW)


@given(st.lists(st.tuples(st.integers(-500, 500), st.booleans()), max_size=12))
def test_soonest_comes_first(entries: list[tuple[int, bool]]) -> None:
    """The order is that of the dates, whatever the kinds."""
    found: list[Due] = [
        of_certificate(pair(days=days), NOW, BERLIN) if certificate else of_link(link(days=days), NOW, BERLIN)
        for days, certificate in entries
    ]
    dates = [one.date for one in soonest_first(found)]
    assert dates == sorted(dates)


def test_an_expired_state_is_reckoned_and_never_hides_what_was_stored() -> None:
    """Only an open link expires; a claimed one stays claimed."""
    old = link(days=-1)
    assert old.state_at(NOW) == "expired"
    assert old._replace(state="claimed").state_at(NOW) == "claimed"
    assert old._replace(state="claimed").needs_at(NOW) is None
    assert (old.needs_at(NOW), link().needs_at(NOW), link(days=None).needs_at(NOW)) == ("new-link", "pin", "pin")


RANK = ("ok", "warning", "critical", "expired")
LATER = st.timedeltas(timedelta(), timedelta(days=900))


@given(st.floats(-400, 400), st.one_of(st.none(), st.floats(-30, 60)), st.integers(1, 365), LATER, LATER)
def test_more_time_never_makes_a_certificate_less_due(
    days: float, deadline: float | None, warning: int, now: timedelta, later: timedelta
) -> None:
    """Alone, or with the link of its successor as long as that is open."""
    ranks = []
    for at in (NOW + now, NOW + now + later):
        new = link(days=deadline) if deadline is not None else None
        new = new if new is not None and new.state_at(at) == "open" else None
        alone = of_certificate(pair(days=days), at, BERLIN, warning=warning)
        both = of_certificate(pair(days=days), at, BERLIN, new, warning=warning)
        assert RANK.index(both.severity) >= RANK.index(alone.severity)
        ranks.append(RANK.index(alone.severity))
    assert ranks == sorted(ranks)


@given(st.one_of(st.none(), st.floats(-60, 60)), st.booleans(), LATER, LATER)
def test_more_time_never_makes_a_link_less_due(
    days: float | None, parked: bool, now: timedelta, later: timedelta
) -> None:
    """Open, parked, without a deadline, or past it."""
    one = link(days=days)._replace(parked=parked)
    ranks = [RANK.index(of_link(one, at, BERLIN).severity) for at in (NOW + now, NOW + now + later)]
    assert ranks == sorted(ranks)


def test_a_warning_begins_with_the_first_threshold() -> None:
    """Where a provider's window opens 30 days before, nobody is warned 60 days before."""
    assert of_certificate(pair(days=45), NOW, BERLIN, warning=30).severity == "ok"
    assert of_certificate(pair(days=30), NOW, BERLIN, warning=30).severity == "warning"
    assert of_certificate(pair(days=80), NOW, BERLIN, warning=90).severity == "warning"


def test_who_has_asked_already_waits() -> None:
    """The next step is no longer to ask; with the link it is what the link needs."""
    assert of_certificate(pair(), NOW, BERLIN, asked={"P"}).do == "look"
    assert of_certificate(pair(), NOW, BERLIN, link(), asked={"P"}).do == "ask-pin"


def test_who_has_asked_for_a_new_link_waits_too() -> None:
    """Of a lost PIN and of a file that was deleted, alone and with the certificate; when it is too late stays."""
    for days in (9, -1):
        alone, asked = of_link(link(days=days), NOW, BERLIN), of_link(link(days=days), NOW, BERLIN, asked=True)
        assert (asked.do, asked.asked) == ("look", True)
        assert asked._replace(do=alone.do, asked=False) == alone
    both = of_certificate(pair(), NOW, BERLIN, link(), asked={"K"})
    assert (both.do, both.ref, both.asked) == ("look", "K", True)


def test_a_request_without_an_answer_is_due_since_it_is_overdue() -> None:
    """The day on which an answer should have come, and the next step: ask again."""
    found = of_request(Request("P", None, NOW - timedelta(days=20), "arag", "H"), NOW, BERLIN, 14)
    assert (found.kind, found.id, found.days_left, found.do, found.ref) == (
        "request-unanswered",
        "P",
        -6,
        "request",
        "P",
    )


@pytest.mark.parametrize(
    ("links", "pairs", "done"),
    [
        ([], [], False),
        ([link(received=1)], [], True),
        ([link(received=-1)], [], False),
        ([link(received=-1)._replace(recorded=NOW + timedelta(days=1))], [], True),
        ([link(received=1, holder="other")], [], False),
        ([link(received=1)._replace(provider="vhv")], [], False),
        ([link(received=1)._replace(kind="pin")], [], False),
        ([], [pair(began=1)], True),
        ([], [pair(began=-10)], False),
        ([], [pair(began=1, holder="other")], False),
        ([], [pair(began=1, provider="vhv")], False),
    ],
)
def test_an_answer_settles_a_request(links: list[Link], pairs: list[Pair], done: bool) -> None:
    """A link, file or pair of the same holder and provider that came after it, and nothing else."""
    assert answered(Request("OLD", None, NOW, "arag", "H"), links, pairs) is done


def test_the_old_link_is_no_answer_to_its_own_request() -> None:
    """A new link was asked for in its place: only another one settles that."""
    asked = Request(None, "K", NOW, "arag", "H")
    assert not answered(asked, [link("K", received=1)], [])
    assert answered(asked, [link("N", received=1)], [])
    assert not answered(asked._replace(holder=None), [link("N", received=1, holder=None)], [])
