"""What people of the agency do beside renewing: take note, look after others' holders, change the rules."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from tests.simulation.agency import CLERKS, PROVIDERS, WINDOWS, Agency
from tests.simulation.days import STATES, day
from tests.simulation.history import CERTIFICATE, INSTALL, LINK, Changing, History, Note
from vault.custody import Custody
from vault.model.link import Link
from vault.model.pair import Pair
from vault.operations import ack, holders, settings
from vault.operations.settings import Scope

OFFICE = "office@agentur.example"
SECOND = "second@agentur.example"
BOSS = "boss@agentur.example"
CHOICES = ("90 45 20 10 5 2", "60 30 14 7 3 1", "40 28 21 14 7 1", "75 50 25 15 6", "120 60 15 3")
FEW = "10 3"
"""Thresholds of somebody who does not want to be told early."""


class People:
    """They act on days of their own choice."""

    def __init__(self, agency: Agency) -> None:
        self._agency = agency
        self._random: Random = agency.random
        self._history: History = agency.history

    def begin(self, custody: Custody, at: datetime, pairs: int) -> None:
        """The first rules, and who does what on which day."""
        state = self._random.choice([one for one in STATES if one])
        self._set(custody, settings.OFFICE, OFFICE, at)
        self._set(custody, settings.ESCALATE, BOSS, at)
        self._set(custody, settings.STATE, state, at)
        number = 0
        one = self._agency.begin
        while one < self._agency.end:
            for _ in range(1 + pairs // 400):
                if self._random.random() < 0.5:
                    self._agency.plan(one, self._take_note)
            if self._random.random() < 0.25:
                self._agency.plan(one, self._hand_over)
            if number % 23 == 11:
                self._agency.plan(one, self._change_rules)
            number, one = number + 1, one + timedelta(days=1)

    def _set(self, custody: Custody, name: str, value: str, at: datetime) -> None:
        settings.change(custody, name, value, at=at)
        changed: dict[str, Changing[tuple[str, ...]]] = {
            settings.OFFICE: self._history.office,
            settings.ESCALATE: self._history.escalate,
        }
        if name in changed:
            changed[name].set(at, tuple(value.split()))
        elif name == settings.STATE:
            self._history.state.set(at, value)
        else:
            self._history.escalate_from.set(at, value)
        self._history.count("rules changed")

    def _change_rules(self, custody: Custody, at: datetime) -> None:
        random = self._random
        what = random.randrange(6)
        if what == 0:
            state = random.choice([one for one in STATES if one])
            self._set(custody, settings.STATE, state, at)
        elif what == 1:
            self._set(custody, settings.OFFICE, random.choice([OFFICE, f"{OFFICE} {SECOND}"]), at)
        elif what == 2:
            self._set(custody, settings.ESCALATE_FROM, random.choice(["warning", "critical", "expired"]), at)
        else:
            self._thresholds(custody, at)

    def _thresholds(self, custody: Custody, at: datetime) -> None:
        random = self._random
        scope = random.choice([None, Scope("provider", random.choice(PROVIDERS)), *self._some_holders()])
        value = FEW if scope and scope.kind == "holder" and random.random() < 0.5 else random.choice(CHOICES)
        whose = (scope.kind, scope.id) if scope else ("vault", "")
        found = self._history.thresholds.setdefault((CERTIFICATE, *whose), Changing(()))
        if random.random() < 0.25:
            settings.unset(custody, settings.WARN_DAYS, scope, at=at)
            found.set(at, ())
        else:
            settings.change(custody, settings.WARN_DAYS, value, scope, at=at)
            found.set(at, tuple(map(int, value.split())))
        self._history.count("rules changed")

    def _some_holders(self) -> list[Scope]:
        return [Scope("holder", one) for one in self._random.sample(sorted(self._agency.holders), 2)]

    def _hand_over(self, custody: Custody, at: datetime) -> None:
        """A holder gets another person who looks after him, nobody, or one whose address was not written down."""
        id_ = self._random.choice(sorted(self._agency.holders))
        clerk = self._random.choice(CLERKS)
        responsible = self._random.choice([clerk, clerk, "", "Frau Sommer, Durchwahl 12", f"Petra Sommer <{clerk}>"])
        changed = self._agency.holders[id_]._replace(responsible=responsible)
        holders.edit(custody, changed, at=at, random=self._random.randbytes)
        self._agency.holders[id_] = changed
        self._history.responsible[id_].set(at, clerk if clerk in responsible else "")
        self._history.count("handed over")

    def _take_note(self, custody: Custody, at: datetime) -> None:
        """Somebody takes note of one thing that is due, for a while of his choice or not, or takes it back."""
        random, history = self._random, self._history
        due = [one.id for one in history.certificates.values() if one.current.at(at) and _near(one.ends, at)]
        links = [one.id for one in history.mails.values() if one.needed.at(at)]
        if not due:
            return
        with custody.reading() as reader:
            about: Pair | Link | None
            if links and random.random() < 0.2:
                about = reader.link(random.choice(links))
            else:
                about = reader.pair(random.choice(due))
        assert about is not None
        if random.random() < 0.1:
            ack.withdraw(custody, about, windows=WINDOWS, at=at)
            note = Note(at, None, chosen=True)
        elif random.random() < 0.5:
            wanted = at + timedelta(days=random.choice([2, 9, 20, 60, 300]))
            ack.ack(custody, about, wanted, windows=WINDOWS, at=at)
            note = Note(at, wanted, chosen=True)
        else:
            note = Note(at, ack.ack(custody, about, windows=WINDOWS, at=at), chosen=False)
        self._write_down(about, note)

    def _write_down(self, about: Pair | Link, note: Note) -> None:
        """Noting a certificate notes the link of its successor too."""
        links = [about.id]
        if isinstance(about, Pair):
            mails = self._history.mails.values()
            theirs = [one for one in mails if (one.holder, one.provider) == (about.holder, about.provider)]
            links = [one.id for one in theirs if one.needed.at(note.at) and one.ends > note.at]
            self._history.notes.setdefault((CERTIFICATE, about.id), []).append(note)
            for each in self._agency.places.open_of(about.id):
                self._history.notes.setdefault((INSTALL, each), []).append(note)
        for one in links:
            self._history.notes.setdefault((LINK, one), []).append(note)
        self._history.count("notes withdrawn" if note.until is None else "notes taken")


def _near(ends: datetime, at: datetime) -> bool:
    return -40 < (day(ends) - day(at)).days <= 60
