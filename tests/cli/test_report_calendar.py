"""The report as a calendar, as a parser that is not ours reads it, and as a program that imports it twice keeps it."""

from __future__ import annotations

import re
import warnings
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

with warnings.catch_warnings():  # the parser's own
    warnings.simplefilter("ignore")
    from ics import Calendar, Event
    from ics.alarm import DisplayAlarm

from tests.cli.program import Program
from tests.stand_in.register import SEALED, a_link
from tests.support import agency, vaults
from tests.support.agency import NOW, day, pair
from vault.ledger.events import record
from vault.model.holder import Holder
from vault.model.ids import encode

MUELLER = Holder(encode(b"m" * 10), "Müller; Söhne, GmbH")
NEWER, OTHER = pair(1, 200, MUELLER), pair(3, 20, MUELLER, provider="vhv")
OLDER = pair(2, 5, MUELLER, lineage=NEWER.lineage, state="superseded", superseded_by=NEWER.id)
LONG_AGO = pair(5, -200, MUELLER, lineage=NEWER.lineage, state="superseded", superseded_by=NEWER.id)
NEVER = pair(6, 1, MUELLER, not_after=NOW.replace(year=9999, month=12, day=31))
LINK = a_link(1, holder=MUELLER.id, provider="tgic", received=day(-1), deadline=day(12))


@pytest.fixture
def office(program: Program) -> Program:
    """The program with a certificate, the one whose place it took, one that runs out soon, and a link."""
    with vaults.custody(program.vault) as custody, custody.writing() as writer:
        writer.add_holder(MUELLER)
        for one in (NEWER, OLDER, OTHER, LONG_AGO, NEVER):
            writer.add_pair(one, SEALED)
            record(custody, writer, "pair-added", at=NOW, pair=one.id)
        writer.add_link(LINK)
        record(custody, writer, "link-recorded", at=NOW, link=LINK.id)
    return program


def text(program: Program, *options: str) -> str:
    """The calendar as it stands in the file."""
    answer = program.run("report", "a.ics", *options)
    assert answer.code == 0, answer
    return (program.folder / "a.ics").read_bytes().decode()


def parsed(written: str) -> dict[str, Event]:
    """The entries by the beginning of their UID, as another parser reads them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        events: dict[str, Event] = {event.uid.partition("@")[0]: event for event in Calendar(written).events}
    return events


def extra(event: Event, name: str) -> str:
    """A property of an entry that the parser keeps as it is."""
    return next(str(line.value) for line in event.extra if line.name == name)


def berlin(moment: Any) -> date:
    """The day in the vault's time zone."""
    found: date = moment.astimezone(ZoneInfo("Europe/Berlin")).date()
    return found


def test_each_day_is_an_entry(office: Program) -> None:
    """Whole days, on which a certificate runs out or a file is deleted; what never runs out or is long past is none."""
    found = parsed(text(office))
    assert found.keys() == {NEWER.id, OLDER.id, OTHER.id, LINK.id}
    assert all(event.all_day for event in found.values())
    assert found[OTHER.id].begin.date() == berlin(OTHER.not_after)
    assert found[LINK.id].begin.date() == berlin(LINK.deadline)
    assert found[OTHER.id].name == "Certificate runs out: Müller; Söhne, GmbH, VHV"
    assert found[LINK.id].name.startswith("Download link is deleted: ")
    assert found[LINK.id].description == f"certvault fetch {LINK.id[:6]}"


def test_what_was_superseded_is_cancelled(office: Program) -> None:
    """Struck out, said so in its title, and without an alarm; the others stand."""
    found = parsed(text(office))
    assert {id_: event.status for id_, event in found.items()} == {
        NEWER.id: "CONFIRMED",
        OTHER.id: "CONFIRMED",
        LINK.id: "CONFIRMED",
        OLDER.id: "CANCELLED",
    }
    assert found[OLDER.id].name.startswith("Settled: ")
    assert not found[OLDER.id].alarms


def working(last: date, days: int) -> int:
    """How many days before ``last`` the last working day is that is so many days before it."""
    while (last - timedelta(days=days)).isoweekday() > 5:
        days += 1
    return days


def alarms(event: Event) -> list[timedelta]:
    """When its alarms go off, after the beginning of its day; the first first."""
    assert all(alarm.display_text for alarm in event.alarms if isinstance(alarm, DisplayAlarm))
    return sorted(alarm.trigger for alarm in event.alarms)


def mornings(*days: int) -> list[timedelta]:
    """Nine in the morning, so many days before; none twice."""
    return sorted({timedelta(hours=9) - timedelta(days=each) for each in days})


def test_alarms_at_the_thresholds(office: Program) -> None:
    """At nine in the morning of each working day that lies ahead, and of those that are past only the last."""
    found = parsed(text(office))
    last = berlin(OTHER.not_after)
    assert alarms(found[OTHER.id]) == mornings(*(working(last, early) for early in (30, 14, 7, 3, 1)))
    last = berlin(LINK.deadline)
    assert alarms(found[LINK.id]) == mornings(*(working(last, early) for early in (14, 7, 3, 1)))


def test_alarms_as_they_are_set(office: Program) -> None:
    """For one provider, and for the vault: the days that the agency chose."""
    assert office.run("config", "set", "warn-days", "5 2", "--provider", "vhv").code == 0
    assert office.run("config", "set", "link-days", "4").code == 0
    found = parsed(text(office))
    assert alarms(found[OTHER.id]) == mornings(*(working(berlin(OTHER.not_after), early) for early in (5, 2)))
    assert alarms(found[LINK.id]) == mornings(working(berlin(LINK.deadline), 4))
    assert len(alarms(found[NEWER.id])) > 3


def test_no_alarm_on_a_holiday(office: Program) -> None:
    """What would ring at Christmas rings on the last working day before it, in the state that is set."""
    with vaults.custody(office.vault) as custody, custody.writing() as writer:
        after = datetime(2030, 12, 26, 12, tzinfo=UTC)
        writer.add_pair(pair(8, 1, MUELLER, not_after=after), SEALED)
    assert office.run("config", "set", "warn-days", "1").code == 0
    assert alarms(parsed(text(office))[pair(8, 1, MUELLER).id]) == mornings(1)
    assert office.run("config", "set", "state", "BY").code == 0
    assert alarms(parsed(text(office))[pair(8, 1, MUELLER).id]) == mornings(2)


def test_who_took_note_is_left_alone(office: Program) -> None:
    """Until the day that he named, on which it rings again; that is an update too."""
    before = parsed(text(office))
    until = berlin(day(10))
    assert office.run("ack", OTHER.id, "--until", until.isoformat()).code == 0
    after = parsed(text(office))
    left = (berlin(OTHER.not_after) - until).days
    ahead = [early for early in (working(berlin(OTHER.not_after), each) for each in (14, 7, 3, 1)) if early < left]
    assert alarms(after[OTHER.id]) == mornings(left, *ahead)
    assert int(extra(after[OTHER.id], "SEQUENCE")) > int(extra(before[OTHER.id], "SEQUENCE"))
    assert alarms(after[NEWER.id]) == alarms(before[NEWER.id])


def test_a_second_import_updates(office: Program) -> None:
    """The same UID, a number that rose with what was changed, and the same number where nothing was."""
    before = parsed(text(office))
    assert office.run("holders", "edit", "müller", "--name", "Müller & Sohn").code == 0
    assert office.run("retire", OTHER.id, "--reason", "left").code == 0
    assert office.run("discard", LINK.id).code == 0
    after = parsed(text(office))
    assert after.keys() == before.keys()
    risen = {id_ for id_ in after if int(extra(after[id_], "SEQUENCE")) > int(extra(before[id_], "SEQUENCE"))}
    assert risen == after.keys()
    assert "Müller & Sohn" in after[NEWER.id].name
    assert (after[OTHER.id].status, after[LINK.id].status) == ("CANCELLED", "CANCELLED")
    assert office.run("reinstate", LINK.id).code == 0
    again = parsed(text(office))
    assert again[LINK.id].status == "CONFIRMED"
    assert int(extra(again[LINK.id], "SEQUENCE")) > int(extra(after[LINK.id], "SEQUENCE"))
    assert {extra(again[id_], "SEQUENCE") == extra(after[id_], "SEQUENCE") for id_ in (NEWER.id, OTHER.id)} == {True}


def test_a_new_threshold_is_an_update(office: Program) -> None:
    """What is set anew can move the alarms, so the number rises."""
    before = parsed(text(office))
    assert office.run("config", "set", "warn-days", "9").code == 0
    after = parsed(text(office))
    assert all(int(extra(after[id_], "SEQUENCE")) > int(extra(before[id_], "SEQUENCE")) for id_ in before)


def test_form(office: Program) -> None:
    """Published, each entry stamped, lines that end as they must and are short enough (RFC 5545, section 3.1)."""
    written = text(office)
    assert written.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert written.endswith("END:VCALENDAR\r\n")
    assert "\r\nMETHOD:PUBLISH\r\n" in written
    assert written.count("\r\nDTSTAMP:") == written.count("\r\nUID:") == written.count("BEGIN:VEVENT") == 4
    assert written.count("X-MICROSOFT-CDO-ALLDAYEVENT:TRUE") == 4
    assert not re.search(r"[^\r]\n|\r[^\n]", written)
    assert max(len(line.encode()) for line in written.split("\r\n")) <= 75


def test_hostile_names_stay_in_their_line(program: Program) -> None:
    """No name ends its property, makes an entry or turns text round, and each has its one entry for each thing."""
    agency.hostile(program.vault)
    written = text(program)
    found = parsed(written)
    assert len(found) == 2 * len(agency.HOSTILE) == written.count("BEGIN:VEVENT")
    lines = written.replace("\r\n ", "").split("\r\n")
    assert not [line for line in lines if line.startswith("X-EVIL")]
    assert lines.count("END:VCALENDAR") == 1
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\u200b]", written)
    assert max(map(len, lines)) < 500


def test_names_can_be_left_out(program: Program) -> None:
    """For a calendar of somebody else's: the ids of the holders stand there, and nothing else of them."""
    agency.hostile(program.vault)
    written = text(program, "--no-names").replace("\r\n ", "")
    assert not any(word in written for word in ("script", "evil", "ller", "AAAA"))
    error = program.run("report", "a.html", "--no-names", "--json").error
    assert error["type"] == "usage"
    assert ".ics" in error["message"]


def test_it_speaks_german(office: Program) -> None:
    """The titles and the alarms."""
    written = text(office, "--lang", "de")
    assert "SUMMARY:Zertifikat läuft ab: Müller" in written
    assert re.search(r"Noch \d+ Tage", written)
