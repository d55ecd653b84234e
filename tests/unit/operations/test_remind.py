"""Reminders over a real register: who is told what, when, and when not."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.program import ROOT
from tests.stand_in.register import SEALED, a_holder, a_link, a_pair, an_id
from tests.support.telling import Filed, Listed, plain
from tests.support.vaults import NOW
from vault.custody import Custody, Watch
from vault.errors import NobodyToTell, NoChannel
from vault.ledger.events import record
from vault.model.event import Wanted
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.request import Request
from vault.operations import planning
from vault.operations import remind as operation
from vault.operations.ack import ack, withdraw
from vault.operations.due import due
from vault.operations.planning import MOST, planned
from vault.operations.remind import PATIENCE, Done, remind
from vault.operations.settings import (
    ESCALATE,
    ESCALATE_FROM,
    LINK_DAYS,
    OFFICE,
    REQUEST_DAYS,
    SIGN_OF_LIFE,
    STATE,
    WARN_DAYS,
    change,
    unset,
)
from vault.operations.watching import accept, idle
from vault.ports.channel import Channel

DAY = timedelta(days=1)
OFFICE_ADDRESS, BOSS, SOMMER = "buero@agentur.example", "chef@agentur.example", "sommer@agentur.example"


@pytest.fixture
def office(custody: Custody) -> Custody:
    """A vault with an office, and no signs of life."""
    change(custody, OFFICE, OFFICE_ADDRESS, at=NOW)
    change(custody, SIGN_OF_LIFE, "off", at=NOW)
    return custody


def stored(custody: Custody, number: int, *, days: float, holder: int = 1, **fields: object) -> Pair:
    """A current pair that runs out in so many days."""
    pair = a_pair(
        number,
        not_after=NOW + days * DAY,
        not_before=NOW - 300 * DAY,
        added=NOW - 10 * DAY,
        holder=an_id(holder, "holder"),
        **fields,
    )
    with custody.writing() as writer:
        if writer.holder(pair.holder) is None:
            writer.add_holder(a_holder(holder))
        writer.add_pair(pair, SEALED)
    return pair


def responsible(custody: Custody, holder: int, who: str) -> None:
    """Say who looks after a holder."""
    with custody.writing() as writer:
        writer.update_holder(a_holder(holder, responsible=who))
        record(custody, writer, "holder-edited", at=NOW, holder=an_id(holder, "holder"))


def mailed(custody: Custody, number: int, *, days: float, **fields: object) -> Link:
    """An open link that is deleted in so many days."""
    link = a_link(number, received=NOW, recorded=NOW, deadline=NOW + days * DAY, **fields)
    with custody.writing() as writer:
        if writer.holder(a_holder(1).id) is None:
            writer.add_holder(a_holder(1))
        writer.add_link(link)
    return link


def run(watch: Watch, *channels: Channel, after: float = 0) -> Done:
    """A run so many days after NOW."""
    return remind(watch, channels, plain, windows={}, at=NOW + after * DAY)


def test_each_threshold_is_told_once(office: Custody) -> None:
    """Day by day from 70 days before to 20 days after: 60, 30, 14, 7, 3, 1, 0, and then each week."""
    pair, mail = stored(office, 1, days=70), Listed()
    for day in range(91):
        run(office, mail, after=day)
    assert [(to, id_) for to, id_, _threshold in mail.told] == [(OFFICE_ADDRESS, pair.id)] * 9
    assert [threshold for _to, _id, threshold in mail.told] == [60, 30, 14, 7, 3, 1, 0, -7, -14]


def test_missed_nights_lose_nothing(office: Custody) -> None:
    """Only the tightest is told, and what lay before it never comes later."""
    stored(office, 1, days=70)
    mail = Listed()
    for day in (0, 57, 57.5, 71, 72):
        run(office, mail, after=day)
    assert [threshold for _to, _id, threshold in mail.told] == [14, 0]


def test_one_digest_for_each_recipient(office: Custody) -> None:
    """Who is responsible is told of his holders, the office of the rest; a name that is no address is nobody's."""
    one, other, third = (stored(office, number, days=20, holder=number) for number in (1, 2, 3))
    responsible(office, 1, f"Petra Sommer <{SOMMER.upper()}>")
    responsible(office, 2, "Petra Sommer")
    mail = Listed()
    done = run(office, mail)
    assert sorted(message.to for message in mail.sent) == [OFFICE_ADDRESS, SOMMER]
    assert {(to, id_) for to, id_, _threshold in mail.told} == {
        (SOMMER, one.id),
        (OFFICE_ADDRESS, other.id),
        (OFFICE_ADDRESS, third.id),
    }
    assert (len(done.sent), done.failed, done.nobody) == (2, [], 0)


def test_others_tell_everything_in_one(office: Custody) -> None:
    """A webhook or note reaches whom it reaches: one digest of all, and with what may leave by it."""
    one, other = stored(office, 1, days=20, holder=1), stored(office, 2, days=20, holder=2)
    responsible(office, 1, SOMMER)
    hook = Listed("chat", names=False)
    run(office, hook)
    assert {id_ for to, id_, _threshold in hook.told} == {one.id, other.id}
    assert [(message.to, message.data["holders"]) for message in hook.sent] == [("", [])]


def test_more_are_told_from_a_severity_on(office: Custody) -> None:
    """The boss hears of it when it is urgent, or as it is set."""
    stored(office, 1, days=20)
    change(office, ESCALATE, BOSS, at=NOW)
    mail = Listed()
    run(office, mail)
    assert {to for to, *_rest in mail.told} == {OFFICE_ADDRESS}
    run(office, mail, after=6.5)
    assert [(to, threshold) for to, _id, threshold in mail.told if to == BOSS] == [(BOSS, 14)]
    change(office, ESCALATE_FROM, "warning", at=NOW)
    stored(office, 2, days=50)
    run(office, mail, after=6.6)
    assert [threshold for to, _id, threshold in mail.told if to == BOSS] == [14, 60]


def test_more_are_told_on_the_day_on_which_a_threshold_is_told(office: Custody) -> None:
    """14 days before is a Sunday: on the Friday the boss is told too, and that it is urgent; not on the Thursday."""
    change(office, ESCALATE, BOSS, at=NOW)
    assert NOW.weekday() == 6
    stored(office, 1, days=21)
    mail = Listed()
    run(office, mail, after=4)
    assert {one.to for one in mail.sent} == {OFFICE_ADDRESS}
    (digest, other) = planned(office, ["mail"], windows={}, at=NOW + 5 * DAY).digests
    assert [one.entries[0].row.due.severity for one in (digest, other)] == ["critical"] * 2
    run(office, mail, after=5)
    assert [one.to for one in mail.sent[1:]] == [OFFICE_ADDRESS, BOSS]
    run(office, mail, after=7)
    assert len(mail.sent) == 3


def test_what_waits_is_told_from_its_day_on_and_then_each_week(office: Custody) -> None:
    """Day by day: an activation since it is open, a request since it is overdue, a link by its own days."""
    change(office, LINK_DAYS, "10 2", at=NOW)
    change(office, REQUEST_DAYS, "5", at=NOW)
    asked, new = stored(office, 1, days=200), stored(office, 2, days=300)
    mailed(office, 1, days=21, provider="tgic")
    with office.writing() as writer:
        writer.put_request(Request(asked.id, None, NOW))
        writer.put_activation(new.id, NOW)
    told: dict[str, list[tuple[int, int]]] = {}
    for day in range(24):
        mail = Listed()
        run(office, mail, after=day)
        for kind, _id, threshold in (each for one in mail.sent for each in Listed.crossings(one)):
            told.setdefault(kind, []).append((day, threshold))
    assert told.pop("backup")
    assert told == {
        "activation": [(0, 0), (7, -7), (14, -14), (21, -21)],
        "request-unanswered": [(5, 0), (12, -7), (19, -14)],
        "link-deletion": [(11, 10), (19, 2), (21, 0)],
    }


def test_what_is_settled_or_noted_is_not_told(office: Custody) -> None:
    """Superseded, retired, acknowledged: quiet; and told when the quiet is over."""
    retired, noted, old = stored(office, 1, days=20), stored(office, 2, days=21), stored(office, 3, days=22)
    new = a_pair(4, lineage=old.lineage, subject=old.subject, not_after=NOW + 400 * DAY, added=NOW)
    with office.writing() as writer:
        writer.set_state(retired.id, "retired")
        writer.set_state(old.id, "superseded", new.id)
        writer.add_pair(new, SEALED)
    ack(office, noted, NOW + 10 * DAY, windows={}, at=NOW)
    mail = Listed()
    done = run(office, mail)
    assert mail.told == []
    assert done.next <= NOW + DAY
    run(office, mail, after=10)
    assert mail.told == [(OFFICE_ADDRESS, noted.id, 14)]


def test_a_certificate_and_its_link_are_one_entry_with_the_days_of_both(office: Custody) -> None:
    """Each threshold of each is told once."""
    pair, mail = stored(office, 1, days=40), Listed()
    run(office, mail)
    link = mailed(office, 1, days=21)
    for day in range(1, 15):
        run(office, mail, after=day)
    told = [(id_, threshold) for _to, id_, threshold in mail.told]
    assert told == [(pair.id, 60), (link.id, 14), (pair.id, 30), (link.id, 7)] or sorted(told) == sorted(
        [(pair.id, 60), (link.id, 14), (pair.id, 30), (link.id, 7)]
    )


def test_what_was_noted_of_a_pair_or_a_link_alone_stays_quiet_beside_the_other(office: Custody) -> None:
    """They are one entry, and still nobody is told of the one that was noted when a threshold of it is crossed."""
    pair, mail = stored(office, 1, days=40), Listed()
    ack(office, pair, NOW + 30 * DAY, windows={}, at=NOW)
    link = mailed(office, 1, days=21)
    for day in range(15):
        run(office, mail, after=day)
    assert [(id_, threshold) for _to, id_, threshold in mail.told] == [(link.id, 14), (link.id, 7)]
    ack(office, link, NOW + 20 * DAY, windows={}, at=NOW + 14 * DAY)
    withdraw(office, pair, windows={}, at=NOW + 14 * DAY)
    ack(office, link, NOW + 20 * DAY, windows={}, at=NOW + 14 * DAY)
    run(office, mail, after=19)
    assert mail.told[2:] == [(OFFICE_ADDRESS, pair.id, 30)]


def test_what_could_not_be_sent_is_told_with_what_holds_then(office: Custody) -> None:
    """It is in what is due meanwhile, is tried at each run, and nothing of it comes twice."""
    pair, gone, mail = stored(office, 1, days=20), stored(office, 2, days=20), Listed()
    mail.down = True
    done = run(office, mail)
    assert [one.why.fields["channel"] for one in done.failed] == ["mail"]
    later = NOW + DAY
    troubles = [row.due for row in due(office, at=later, within=DAY) if row.due.kind == "watcher"]
    assert [(one.id, one.why, one.date) for one in troubles] == [("mail", "not-sent", NOW)]
    assert idle(office, at=NOW + timedelta(minutes=1)) is None
    with office.writing() as writer:
        writer.set_state(gone.id, "retired")
    mail.down = False
    run(office, mail, after=1)
    run(office, mail, after=2)
    assert mail.told == [(OFFICE_ADDRESS, pair.id, 30)]
    assert not [row for row in due(office, at=later, within=DAY) if row.due.kind == "watcher"]


def test_one_refused_recipient_does_not_stop_another(office: Custody) -> None:
    """The others get theirs, and the refused one is told when he takes it."""
    stored(office, 1, days=20, holder=1)
    stored(office, 2, days=20, holder=2)
    responsible(office, 1, SOMMER)
    mail = Listed()
    mail.refused = {SOMMER}
    assert len(run(office, mail).sent) == 1
    mail.refused = set()
    assert [digest.to for digest in run(office, mail).sent] == [SOMMER]
    assert len(mail.told) == 2


def test_many_refused_recipients_stop_nobody_else(office: Custody) -> None:
    """However many addresses are refused one after another, who can be reached is told the same night."""
    for number in range(1, 8):
        stored(office, number, days=20, holder=number)
        responsible(office, number, f"person{number}@agentur.example")
    mail = Listed()
    mail.refused = {f"person{number}@agentur.example" for number in range(1, 7)}
    done = run(office, mail)
    assert ([digest.to for digest in done.sent], len(done.failed)) == (["person7@agentur.example"], 6)


def test_a_dead_channel_is_left_alone_after_a_few_tries(office: Custody, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a chat that is down costs its patience a few times, not once for each message; the others go on."""
    monkeypatch.setattr(planning, "MOST", 1)
    for number in range(1, 8):
        stored(office, number, days=20, holder=number)
    chat, mail = Listed("chat"), Listed()
    chat.down = True
    done = run(office, chat, mail)
    assert (len(chat.tried), len(done.failed), len(mail.sent)) == (PATIENCE, 7, 7)


def test_a_failure_that_is_not_the_ports_own_is_a_failure_too(office: Custody) -> None:
    """A password that cannot be read, say: the other channels go on."""
    stored(office, 1, days=20)

    class Broken(Listed):
        def send(self, message: object) -> None:
            raise NobodyToTell

    hook = Listed("chat")
    done = run(office, Broken(), hook)
    assert (len(done.failed), len(hook.sent)) == (1, 1)


def test_nobody_to_tell_is_told(custody: Custody) -> None:
    """Without an office what has nobody responsible goes nowhere by mail, and that is no good run."""
    stored(custody, 1, days=20)
    change(custody, SIGN_OF_LIFE, "off", at=NOW)
    mail = Listed()
    assert (run(custody, mail).nobody, mail.sent) == (1, [])
    assert idle(custody, at=NOW + timedelta(minutes=1)) is None
    with pytest.raises(NoChannel):
        run(custody)


def test_nothing_written_and_nothing_crossed_is_nothing_to_do(office: Custody) -> None:
    """Until midnight, or until something is written."""
    stored(office, 1, days=20)
    mail = Listed()
    assert idle(office, at=NOW) is None
    done = run(office, mail)
    assert idle(office, at=NOW + timedelta(hours=2)) == done.next
    midnight = datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert done.next == midnight
    assert idle(office, at=midnight) is None
    change(office, WARN_DAYS, "50", at=NOW)
    assert idle(office, at=NOW + timedelta(hours=2)) is None


def test_what_runs_out_during_the_day_is_told_then(office: Custody) -> None:
    """The moment counts where it comes before midnight."""
    stored(office, 1, days=0.25)
    mail = Listed()
    assert run(office, mail).next == NOW + 0.25 * DAY
    run(office, mail, after=0.25)
    assert [threshold for _to, _id, threshold in mail.told] == [1, 0]


def test_many_entries_come_in_several_messages(office: Custody) -> None:
    """Each says how many more there are; all are told, each once."""
    with office.writing() as writer:
        writer.add_holder(a_holder(1))
        for number in range(1, MOST + 6):
            writer.add_pair(a_pair(number, not_after=NOW + 20 * DAY), SEALED)
    plan = planned(office, ["mail"], windows={}, at=NOW)
    assert [(len(one.entries), one.more) for one in plan.digests] == [(MOST, 5), (5, 0)]
    mail = Listed()
    run(office, mail)
    assert (len(mail.sent), len({id_ for _to, id_, _t in mail.told})) == (2, MOST + 5)
    assert len({message.id for message in mail.sent}) == 2


def test_a_holiday_is_told_before_it(office: Custody) -> None:
    """The 14th day before falls on Epiphany, a holiday in Bavaria alone: there it is told on the 5th."""
    epiphany = datetime(2027, 1, 6, 9, tzinfo=UTC)
    days = (epiphany - NOW) / DAY
    stored(office, 1, days=days + 14)
    mail = Listed()
    run(office, mail, after=days - 1)
    assert [threshold for _to, _id, threshold in mail.told] == [30]
    change(office, STATE, "BY", at=NOW)
    run(office, mail, after=days - 1)
    assert [threshold for _to, _id, threshold in mail.told] == [30, 14]


def test_a_sign_of_life_comes_once_a_week(office: Custody) -> None:
    """On its day or the first run after it, to the office and by every channel, with the head of the log."""
    unset(office, SIGN_OF_LIFE, at=NOW)
    pair = stored(office, 1, days=300)
    mail, hook = Listed(), Listed("chat")
    for day in range(16):
        if day % 7 != 1:  # the job never runs on a Monday
            run(office, mail, hook, after=day)
    signs = [one for one in (*mail.sent, *hook.sent) if one.subject == "sign-of-life"]
    assert [one.to for one in signs] == [OFFICE_ADDRESS] * 3 + [""] * 3
    plan = planned(office, ["chat"], windows={}, at=NOW + 30 * DAY)
    (life,) = [one.life for one in plan.digests if one.kind == "sign-of-life"]
    with office.reading() as reader:
        assert life is not None
        assert (life.pairs, life.next, life.head) == (1, pair, f"{reader.head().number}:{reader.head().hash.hex()}")


def test_fewer_pairs_than_there_must_be_are_told_until_somebody_accepts_it(office: Custody) -> None:
    """What was purged is missed by nobody; what is gone without an event is."""
    kept, purged, lost = (stored(office, number, days=300) for number in (1, 2, 3))
    mail = Listed()
    run(office, mail)
    with office.writing() as writer:
        writer.set_state(purged.id, "retired")
        record(office, writer, "purge", at=NOW, pair=purged.id)
        writer.delete_pair(purged.id)
    run(office, mail, after=1)
    assert mail.told == []
    with office.writing() as writer:
        writer.set_state(lost.id, "retired")
        writer._transaction.change("DROP TRIGGER pair_stays", ())  # type: ignore[attr-defined]
        writer._transaction.change("DELETE FROM pair WHERE id = ?", (lost.id,))  # type: ignore[attr-defined]
    for day in (2, 3, 9):
        run(office, mail, after=day)
    assert mail.told == [(OFFICE_ADDRESS, office.vault_id, 0), (OFFICE_ADDRESS, office.vault_id, -7)]
    assert accept(office, at=NOW + 9 * DAY)
    assert not accept(office, at=NOW + 9 * DAY)
    run(office, mail, after=30)
    assert len(mail.told) == 2
    assert kept.state == "current"


def test_every_message_is_on_record(office: Custody) -> None:
    """By which way, how many entries; not to whom, because the log forgets nothing."""
    stored(office, 1, days=20)
    run(office, Listed())
    with office.reading() as reader:
        head = reader.head().number
        (event,) = [one.event for one in reader.events(Wanted(), after=head - 1, limit=9)]
    assert (event.what, dict(event.details)) == ("reminded", {"channel": "mail", "entries": "1"})


def test_a_test_goes_by_every_way_and_is_noted_nowhere(office: Custody) -> None:
    """To the office; and to nobody where there is none."""
    stored(office, 1, days=20)
    mail, hook = Listed(), Listed("chat")
    done = operation.test(office, [mail, hook], plain, at=NOW)
    assert [(one.kind, one.to) for one in done.sent] == [("test", OFFICE_ADDRESS), ("test", "")]
    hook.down = True
    assert len(operation.test(office, [mail, hook], plain, at=NOW).failed) == 1
    assert len(planned(office, ["mail"], windows={}, at=NOW).digests) == 1
    unset(office, OFFICE, at=NOW)
    with pytest.raises(NobodyToTell):
        operation.test(office, [mail], plain, at=NOW)


DYING = """
import sys
from pathlib import Path
from datetime import timedelta
from tests.support import vaults
from tests.support.telling import Filed, plain
from vault.operations.remind import remind
folder, path, dies = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
with vaults.custody(folder) as custody:
    remind(custody, [Filed(path, dies)], plain, windows={}, at=vaults.NOW)
"""


@pytest.mark.parametrize("dies", [1, 2, 3])
def test_a_run_that_is_killed_repeats_at_worst(office: Custody, folder: Path, tmp_path: Path, dies: int) -> None:
    """After it sent and before it noted that: the message comes once more, and none is lost."""
    for number in (1, 2, 3):
        stored(office, number, days=20, holder=number)
        responsible(office, number, f"person{number}@agentur.example")
    path = tmp_path / "sent"
    command = [sys.executable, "-c", DYING, str(folder), str(path), str(dies)]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 9, done.stderr
    assert len(path.read_text().splitlines()) == dies
    remind(office, [Filed(path, 99)], plain, windows={}, at=NOW)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert len(lines) == 4
    assert {to for to, _id, _told in lines} == {f"person{number}@agentur.example" for number in (1, 2, 3)}
    assert lines.count(lines[dies - 1]) == 2
