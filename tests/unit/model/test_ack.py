"""Taking note never silences for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.model.test_due import link, pair
from vault.model.ack import WHEN_TOO_LATE, Ack, Acks, quiet_until
from vault.model.due import Due, Kind, of_activation, of_certificate, of_link
from vault.model.request import Activation

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
FAR = datetime(9999, 1, 1, tzinfo=UTC)
SPANS = st.timedeltas(timedelta(), timedelta(days=4000))


def noted(kind: Kind, id_: str, at: datetime, until: datetime = FAR) -> Acks:
    """Somebody took note."""
    return {(kind, id_): Ack(kind, id_, until, at, "clerk")}


def certificate(days: float, at: datetime) -> Due:
    """What a certificate means at a moment that runs out so many days after NOW."""
    return of_certificate(pair(days=days), at, BERLIN)


@given(st.floats(-400, 400), SPANS, SPANS)
def test_what_has_run_out_is_never_silenced_for_good(days: float, noted_after: timedelta, later: timedelta) -> None:
    """Whenever it was noted and until whenever: 7 days after that, and after it ran out, people are told."""
    at = NOW + noted_after
    told = max(at, pair(days=days).not_after) + WHEN_TOO_LATE + later
    assert quiet_until(certificate(days, told), noted("certificate-expiry", "P", at), told) is None


@given(st.floats(0.01, 400), SPANS, SPANS)
def test_what_was_noted_before_it_ran_out_is_told_when_it_has(days: float, after: timedelta, later: timedelta) -> None:
    """That it has run out is something new: quiet before it ends with it."""
    end = pair(days=days).not_after
    at = min(NOW + after, end - timedelta(seconds=1))
    told = end + later
    assert quiet_until(certificate(days, told), noted("certificate-expiry", "P", at), told) is None


@given(st.floats(-400, 400), SPANS, SPANS, SPANS, SPANS)
def test_more_time_never_makes_it_quiet(
    days: float, at: timedelta, until: timedelta, now: timedelta, later: timedelta
) -> None:
    """Who is told at one moment is told at every later one, until somebody takes note again."""
    acks = noted("certificate-expiry", "P", NOW + at, NOW + at + until)
    first = NOW + at + now
    if quiet_until(certificate(days, first), acks, first) is None:
        assert quiet_until(certificate(days, first + later), acks, first + later) is None


def test_quiet_lasts_as_long_as_it_says() -> None:
    """Until the day that was said, or the end of the certificate where that is sooner."""
    until = NOW + timedelta(days=10)
    acks = noted("certificate-expiry", "P", NOW, until)
    assert quiet_until(certificate(30, NOW), acks, NOW) == until
    assert quiet_until(certificate(5, NOW), acks, NOW) == pair(days=5).not_after
    assert quiet_until(certificate(-5, NOW), noted("certificate-expiry", "P", NOW), NOW) == NOW + WHEN_TOO_LATE
    assert quiet_until(certificate(30, until), acks, until) is None


def test_a_link_that_came_later_is_told() -> None:
    """What was noted of the certificate says nothing of its successor's link, which is deleted one day."""
    both = of_certificate(pair(days=50), NOW, BERLIN, link(days=20))
    first = noted("certificate-expiry", "P", NOW)
    second = noted("link-deletion", "K", NOW)
    assert quiet_until(both, first, NOW) is None
    assert quiet_until(both, second, NOW) is None
    assert quiet_until(both, {**first, **second}, NOW) == link(days=20).deadline


def test_a_note_is_of_one_kind_and_one_record() -> None:
    """Another kind of the same pair, and the same kind of another, are told."""
    acks = noted("certificate-expiry", "P", NOW)
    assert quiet_until(of_activation(Activation("P", NOW), NOW, BERLIN), acks, NOW) is None
    assert quiet_until(of_certificate(pair("Q"), NOW, BERLIN), acks, NOW) is None


def test_a_new_wait_is_told_although_the_old_one_was_noted() -> None:
    """A file that waits since after the note is something new."""
    acks = noted("half-waiting", "K", NOW - timedelta(days=3))
    waits = link()._replace(parked=True, last_attempt=NOW - timedelta(days=5))
    assert quiet_until(of_link(waits, NOW, BERLIN), acks, NOW) is not None
    again = waits._replace(last_attempt=NOW - timedelta(days=1))
    assert quiet_until(of_link(again, NOW, BERLIN), acks, NOW) is None
