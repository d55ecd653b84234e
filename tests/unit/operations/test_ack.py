"""Taking note of what is due, over a real register."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.stand_in.register import SEALED, a_holder, a_link, a_pair, an_id
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import NotDue, NothingToNote, SettingChanged, Usage
from vault.model.pair import Pair
from vault.model.request import Request
from vault.operations import examining
from vault.operations.ack import ack, activated, withdraw
from vault.operations.due import DueRow, due
from vault.operations.settings import LINK_DAYS, REQUEST_DAYS, STATE, WARN_DAYS, Scope, change, unset
from vault.operations.warning import link_days, request_days, warn_days

DAY = timedelta(days=1)


def stored(custody: Custody, number: int, *, days: float, **fields: object) -> Pair:
    """A current pair of holder 1 that runs out in so many days."""
    pair = a_pair(number, not_after=NOW + days * DAY, not_before=NOW - 300 * DAY, added=NOW - 10 * DAY, **fields)
    with custody.writing() as writer:
        if writer.holder(a_holder(1).id) is None:
            writer.add_holder(a_holder(1))
        writer.add_pair(pair, SEALED)
    return pair


def found(custody: Custody, at: datetime = NOW, *, every: bool = False) -> list[DueRow]:
    """What is due within a year."""
    return list(due(custody, at=at, within=timedelta(days=365), every=every))


def test_what_was_noted_is_left_out_until_then(custody: Custody) -> None:
    """And comes with all of it, saying until when; others are told as ever."""
    one, other = stored(custody, 1, days=40), stored(custody, 2, days=41)
    until = NOW + 5 * DAY
    assert ack(custody, one, until, windows={}, at=NOW) == until
    assert [row.due.id for row in found(custody)] == [other.id]
    assert [(row.due.id, row.quiet) for row in found(custody, every=True)] == [(one.id, until), (other.id, None)]
    assert [row.due.id for row in found(custody, until)] == [one.id, other.id]


def test_without_a_day_it_holds_until_the_next_threshold(custody: Custody) -> None:
    """40 days before: until 30 days before, or the working day before that, at midnight in the vault's zone."""
    pair = stored(custody, 1, days=40)
    end = ack(custody, pair, windows={}, at=NOW)
    assert timedelta(days=7) < end - NOW <= timedelta(days=10)
    assert (end.hour, end.minute) == (23, 0)
    assert found(custody, end - timedelta(seconds=1)) == []
    assert [row.due.id for row in found(custody, end)] == [pair.id]


def test_it_never_holds_beyond_a_threshold_that_a_holiday_brings_forward(custody: Custody) -> None:
    """The 14th day before falls on Epiphany, a holiday in Bavaria: the note ends on the 5th there."""
    epiphany = datetime(2027, 1, 6, 9, tzinfo=UTC)
    pair = stored(custody, 1, days=(epiphany - NOW) / DAY + 14)
    at = epiphany - 5 * DAY
    assert ack(custody, pair, windows={}, at=at) == datetime(2027, 1, 5, 23, tzinfo=UTC)
    change(custody, STATE, "BY", at=at)
    assert ack(custody, pair, windows={}, at=at) == datetime(2027, 1, 4, 23, tzinfo=UTC)


def test_what_has_run_out_is_quiet_for_a_week_at_most(custody: Custody) -> None:
    """However long somebody asks for."""
    pair = stored(custody, 1, days=-3)
    assert ack(custody, pair, NOW + 300 * DAY, windows={}, at=NOW) == NOW + 7 * DAY
    assert found(custody, NOW + 6 * DAY) == []
    assert [row.due.severity for row in found(custody, NOW + 7 * DAY)] == ["expired"]


def test_a_pair_is_noted_with_the_link_of_its_successor(custody: Custody) -> None:
    """They are one entry; a link that comes after the note is told."""
    pair = stored(custody, 1, days=40)
    ack(custody, pair, NOW + 20 * DAY, windows={}, at=NOW)
    with custody.writing() as writer:
        writer.add_link(a_link(1, received=NOW, deadline=NOW + 21 * DAY))
    later = NOW + DAY
    assert [row.due.ref for row in found(custody, later)] == [a_link(1).id]
    assert ack(custody, pair, NOW + 20 * DAY, windows={}, at=later) == NOW + 20 * DAY
    assert found(custody, later) == []


def test_a_note_is_taken_back(custody: Custody) -> None:
    """Told again at once; a second time there is nothing to take back."""
    pair = stored(custody, 1, days=40)
    ack(custody, pair, windows={}, at=NOW)
    assert withdraw(custody, pair, windows={}, at=NOW)
    assert [row.due.id for row in found(custody)] == [pair.id]
    assert not withdraw(custody, pair, windows={}, at=NOW)


def test_each_is_an_event(custody: Custody) -> None:
    """Who took note, of what, and until when."""
    pair = stored(custody, 1, days=40)
    ack(custody, pair, windows={}, at=NOW)
    withdraw(custody, pair, windows={}, at=NOW)
    with custody.reading() as reader:
        events = [one.event for one in reader.events_of_pairs([pair.id])]
    assert [(one.what, one.actor.user) for one in events] == [
        ("acknowledged", "tester"),
        ("acknowledgement-withdrawn", "tester"),
    ]
    assert "until" in dict(events[0].details)


def test_what_nobody_is_told_of_cannot_be_noted(custody: Custody) -> None:
    """A pair that is put away, a link that is discarded; and no day that is past or more than a year away."""
    pair, link = stored(custody, 1, days=40), a_link(1)
    with custody.writing() as writer:
        writer.add_link(link)
        writer.update_link(link._replace(state="discarded"))
    for until in (NOW, NOW - DAY, NOW + 367 * DAY):
        with pytest.raises(Usage):
            ack(custody, pair, until, windows={}, at=NOW)
    with custody.writing() as writer:
        writer.set_state(pair.id, "retired")
    for one in (pair, link):
        with pytest.raises(NotDue):
            ack(custody, one, windows={}, at=NOW)


def test_what_is_not_due_yet_cannot_be_noted(custody: Custody) -> None:
    """A certificate before its first threshold and before the 60 days that are shown; a backup that is not missing."""
    for about in (stored(custody, 1, days=64), None):
        with pytest.raises(NothingToNote):
            ack(custody, about, windows={}, at=NOW)
        with pytest.raises(NothingToNote):
            ack(custody, about, NOW + 20 * DAY, windows={}, at=NOW)
    change(custody, WARN_DAYS, "90", at=NOW)
    assert ack(custody, a_pair(1), windows={}, at=NOW) > NOW
    change(custody, WARN_DAYS, "30", at=NOW)
    assert ack(custody, stored(custody, 2, days=60), windows={}, at=NOW) > NOW


def test_what_was_told_on_the_working_day_before_can_be_noted(custody: Custody) -> None:
    """The 60th day before is a Sunday: told on the Friday, 62 days before, and noted then."""
    sunday = datetime(2026, 11, 29, 9, tzinfo=UTC)
    pair = stored(custody, 1, days=(sunday - NOW) / DAY + 60)
    with pytest.raises(NothingToNote):
        ack(custody, pair, windows={}, at=sunday - 3 * DAY)
    assert ack(custody, pair, windows={}, at=sunday - 2 * DAY) > sunday


def test_an_activation_is_open_until_somebody_says_that_it_is_done(custody: Custody) -> None:
    """It can be quiet for a while, too; superseding and retiring end it."""
    pair = stored(custody, 1, days=300)
    with custody.writing() as writer:
        writer.put_activation(pair.id, NOW - DAY)
    rows = [row.due for row in found(custody) if row.due.kind == "activation"]
    assert [(one.id, one.do, one.days_left) for one in rows] == [(pair.id, "activate", -1)]
    assert ack(custody, pair, windows={}, at=NOW) <= NOW + 7 * DAY
    assert found(custody) == []
    withdraw(custody, pair, windows={}, at=NOW)
    with custody.writing() as writer:
        writer.set_state(pair.id, "retired")
    assert found(custody) == []
    with custody.writing() as writer:
        writer.set_state(pair.id, "current")
    assert activated(custody, pair, at=NOW)
    assert not activated(custody, pair, at=NOW)
    assert [row.due.kind for row in found(custody)] == ["certificate-expiry"]


def test_a_request_is_told_when_no_answer_came(custody: Custody) -> None:
    """Within the days that a provider has, the certificate says that it was asked for; a link ends both."""
    pair = stored(custody, 1, days=40)
    with custody.writing() as writer:
        writer.put_request(Request(pair.id, None, NOW))
    assert [(row.due.kind, row.due.do) for row in found(custody, NOW + 13 * DAY)] == [("certificate-expiry", "look")]
    late = NOW + 15 * DAY
    assert {row.due.kind for row in found(custody, late)} == {"certificate-expiry", "request-unanswered"}
    change(custody, REQUEST_DAYS, "21", at=NOW)
    assert {row.due.kind for row in found(custody, late)} == {"certificate-expiry"}
    unset(custody, REQUEST_DAYS, at=NOW)
    with custody.writing() as writer:
        writer.add_link(a_link(1, received=late, recorded=late, deadline=late + 21 * DAY))
    assert [(row.due.kind, row.due.do) for row in found(custody, late)] == [("certificate-expiry", "ask-pin")]


def test_a_request_is_silent_when_its_pair_is_put_away(custody: Custody) -> None:
    """Superseded or retired: nobody waits for an answer any more."""
    pair = stored(custody, 1, days=40)
    with custody.writing() as writer:
        writer.put_request(Request(pair.id, None, NOW - 30 * DAY))
        writer.set_state(pair.id, "retired")
    assert found(custody) == []


def test_thresholds_are_set_for_the_vault_a_provider_and_a_holder(custody: Custody) -> None:
    """The nearest counts; unset, the next one does again. A value that is none counts as none."""
    holder = Scope("holder", an_id(1, "holder"))
    change(custody, WARN_DAYS, "40, 90", at=NOW)
    change(custody, WARN_DAYS, "80", Scope("provider", "arag"), at=NOW)
    change(custody, WARN_DAYS, "70", holder, at=NOW)
    change(custody, LINK_DAYS, "5", holder, at=NOW)
    with custody.reading() as reader:
        days = warn_days(custody, reader)
        assert (days.of("arag", holder.id), days.of("arag", "X"), days.of("vhv", "X")) == ((70,), (80,), (90, 40))
        assert link_days(custody, reader).of("arag", holder.id) == (5,)
    unset(custody, WARN_DAYS, holder, at=NOW)
    with custody.reading() as reader:
        assert warn_days(custody, reader).of("arag", holder.id) == (80,)


def test_the_first_threshold_is_where_a_warning_begins(custody: Custody) -> None:
    """As the agency chose it, else as the provider's renewal window says."""
    stored(custody, 1, days=45)

    def severity(windows: dict[str, int]) -> str:
        (row,) = due(custody, at=NOW, within=timedelta(days=60), windows=windows)
        return row.due.severity

    assert severity({}) == "warning"
    assert severity({"arag": 30}) == "ok"
    change(custody, WARN_DAYS, "50", at=NOW)
    assert severity({"arag": 30}) == "warning"


@pytest.mark.parametrize("name", ["warn-days", "warn-days holder 0000000000000000", "link-days", "request-days"])
def test_a_setting_written_past_the_program_never_silences_a_watch(custody: Custody, name: str) -> None:
    """A value that is none counts as not set, and with the root key it is told."""
    stored(custody, 1, days=45)
    before = found(custody)
    with custody.writing() as writer:
        writer.put_setting(name, "never", bytes(32))
    with custody.reading() as reader, pytest.raises(SettingChanged):
        (warn_days(custody, reader), link_days(custody, reader), request_days(custody, reader))
    with custody.writing() as writer:
        writer.put_setting(name, "never", custody.setting_auth(name, "never"))
    assert found(custody) == before


def test_what_was_set_for_one_holder_past_the_program_is_found(custody: Custody) -> None:
    """With the command that sets it again, for whom it was."""
    holder = Scope("holder", an_id(1, "holder"))
    change(custody, WARN_DAYS, "70", holder, at=NOW)
    assert list(examining.settings(custody)) == []
    with custody.writing() as writer:
        writer.put_setting(holder.of(WARN_DAYS), "1", bytes(32))
    (found,) = examining.settings(custody)
    assert found.subject == holder.of(WARN_DAYS)
    assert str(found.hint).endswith(f"certvault config set warn-days VALUE --holder {holder.id}")
