"""The agency at work, day by day: certificates come, are renewed or not, retired, noted; people and rules change.

Everything is done by the real operations on a real vault, and written down for the judge as it was meant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from random import Random
from typing import NamedTuple

from tests.simulation.days import begins, day, moment
from tests.simulation.history import Certificate, Changing, History, Mail
from tests.simulation.places import Places
from vault.custody import Custody
from vault.ledger.events import record
from vault.ledger.links import claim
from vault.ledger.pairs import Admission, Proven, admitted
from vault.model import certificate as model
from vault.model.holder import Holder
from vault.model.ids import new_id
from vault.model.link import Link
from vault.model.pair import Contents, Pair
from vault.model.succession import Placing
from vault.operations import correcting, holders, targets
from vault.operations.places import places_of_lineage
from vault.ports.opener import Opened
from vault.ports.store import Writer
from vault.secret import Pin

PROVIDERS = ("arag", "tgic", "muster", "vhv")
WINDOWS = {"tgic": 30, "muster": 45}
CLERKS = tuple(f"clerk{number}@agentur.example" for number in range(1, 13))
KEPT_LINK = 21
"""Days after which a provider deletes the file."""
CONTENTS = Contents(b"a file that nobody opens here " * 4, Pin("9x7Q-simulated"))
Deed = Callable[[Custody, datetime], None]


class Course(NamedTuple):
    """What becomes of a certificate: renewed ``days`` before its end, by a link or a file; None for never."""

    days: int | None
    by_link: bool


class Agency:
    """Whoever works there. ``begin`` and ``days`` are the simulated time."""

    def __init__(self, random: Random, history: History, begin: date, days: int) -> None:
        self.random = random
        self.history = history
        self.begin = begin
        self.end = begin + timedelta(days=days)
        self.holders: dict[str, Holder] = {}
        self.places = Places(history)
        self._lineages: dict[str, str] = {}
        self._agenda: dict[date, list[Deed]] = defaultdict(list)
        self._serial = 0

    def found(self, custody: Custody, pairs: int, at: datetime) -> None:
        """The agency begins with so many certificates, whose ends fall in waves over the first year."""
        length = min(380, (self.end - self.begin).days + 45)
        with custody.writing() as writer:
            whose = ""
            for number in range(pairs):
                if number % 3 == 0:
                    whose = self._new_holder(custody, writer, number, at)
                where = self.random.betavariate(4, 3) if self.random.random() < 0.5 else self.random.random()
                ends = self._ends(day(at) + timedelta(days=int(where * length)))
                self._admit(custody, writer, PROVIDERS[(number + number // 3) % len(PROVIDERS)], whose, ends, at)

        for whose in self.holders:
            if self.random.random() < 0.3:
                self._install_all(custody, whose, at)

    def _install_all(self, custody: Custody, whose: str, at: datetime) -> None:
        """All that a holder has is installed in his software."""
        done = targets.add(
            custody, self.holders[whose], "vias", "", None, installed=True, at=at, random=self.random.randbytes
        )
        for one in done.place.installations:
            self.places.begin(one.id, one.lineage, self.history.certificates[one.pair or ""])

    def deeds(self, one: date) -> list[tuple[datetime, Deed]]:
        """What is to be done on a day, each at its time, the earliest first."""
        todo = self._agenda.pop(one, [])
        times = sorted(moment(one, 8, 0, 7) + timedelta(minutes=self.random.randrange(600)) for _ in todo)
        return list(zip(times, todo, strict=True))

    def plan(self, one: date, deed: Deed) -> None:
        """Do something on a day."""
        if one < self.end:
            self._agenda[one].append(deed)

    def _new_holder(self, custody: Custody, writer: Writer, number: int, at: datetime) -> str:
        clerk = self.random.choice(CLERKS) if self.random.random() < 0.6 else ""
        new = Holder(new_id(self.random.randbytes), f"Makler {number} GmbH", responsible=clerk)
        holders.insert(custody, writer, new, at=at, random=self.random.randbytes)
        self.holders[new.id] = new
        self.history.responsible[new.id] = Changing(clerk)
        return new.id

    def _ends(self, one: date) -> datetime:
        """An end as certificates have it: at any second, often the last of a day or in the night of a changed clock."""
        last = begins(one + timedelta(days=1)) - timedelta(seconds=1)
        times = [last, moment(one, 2, 30), moment(one, 0), moment(one, self.random.randrange(24), 11, 5)]
        return self.random.choice(times)

    def _admit(
        self,
        custody: Custody,
        writer: Writer,
        provider: str,
        holder: str,
        ends: datetime,
        at: datetime,
        old: Pair | None = None,
        link: Link | None = None,
    ) -> str:
        """A proven pair comes in, by the ledger's own way; only that its file is none, so that it is not read back."""
        self._serial += 1
        serial = f"{self._serial:032x}"
        facts = model.Certificate(
            f"CN=Makler {serial[-6:]},C=DE", "CN=CA", serial, serial * 2, min(at, ends - timedelta(days=365)), ends
        )
        placing = Placing(supersedes=old) if old else Placing(separate=True, purpose=serial)
        admission = Admission(provider, holder, placing, link)
        proven = Proven(CONTENTS, Opened(facts, proven=True), "file")
        pair = admitted(custody, writer, proven, admission, at, self.random.randbytes).pair
        new = Certificate(pair.id, provider, holder, ends, at, Changing(True))
        self.history.certificates[pair.id] = new
        self._lineages[pair.id] = pair.lineage
        if link is not None:
            claim(writer, link, pair)
            self.history.mails[link.id].needed.set(at, False)
        if old is not None:
            self.history.certificates[old.id].current.set(at, False)
        self._plan_course(new, at)
        return pair.id

    def _plan_course(self, one: Certificate, at: datetime) -> None:
        random, last = self.random, day(one.ends)
        course = self._course()
        if course.days is not None:
            pin = max(last - timedelta(days=course.days), day(at) + timedelta(days=1))
            if course.by_link:
                mailed = max(pin - timedelta(days=random.randint(0, 27)), day(at))
                self.plan(max(mailed, day(at) + timedelta(days=1)), self._link_comes(one, pin))
            else:
                self.plan(pin, self._renew(one, None))
        if random.random() < 0.08:
            self.plan(last + timedelta(days=random.randint(-70, 25)), self._retire(one))

    def _course(self) -> Course:
        chance, by_link = self.random.random(), self.random.random() < 0.75
        if chance < 0.45:
            return Course(self.random.randint(15, 60), by_link)
        if chance < 0.7:
            return Course(self.random.randint(0, 14), by_link)
        if chance < 0.9:
            return Course(-self.random.randint(1, 50), by_link)
        return Course(None, by_link)

    def _link_comes(self, one: Certificate, pin: date) -> Deed:
        def deed(custody: Custody, at: datetime) -> None:
            if not one.current.at(at):
                return
            id_ = new_id(self.random.randbytes)
            ends = at + timedelta(days=KEPT_LINK)
            url = f"https://portal.example/download?did={id_}"
            link = Link(id_, "link", one.provider, one.holder, url, id_, at, ends, recorded=at)
            with custody.writing() as writer:
                writer.add_link(link)
                record(custody, writer, "link-added", at=at, link=id_, holder=one.holder)
            needed = Changing(True)
            self.history.mails[id_] = Mail(id_, one.provider, one.holder, ends, at, needed)
            self.history.count("links")
            if self.random.random() < 0.05:
                self.plan(day(at) + timedelta(days=self.random.randint(1, 30)), self._discard(id_))
            if ends <= begins(pin):  # its file will be gone: the PIN goes to the next one
                self.plan(day(ends) + timedelta(days=self.random.randint(1, 12)), self._link_comes(one, day(ends)))
            else:
                self.plan(max(pin, day(at) + timedelta(days=1)), self._renew(one, id_))

        return deed

    def _renew(self, one: Certificate, link: str | None) -> Deed:
        def deed(custody: Custody, at: datetime) -> None:
            with custody.writing() as writer:
                old = writer.pair(one.id)
                found = writer.link(link) if link else None
                if old is None or old.state != "current" or (found and found.state != "open"):
                    return
                ends = self._ends(max(day(one.ends), day(at)) + timedelta(days=365))
                new = self._admit(custody, writer, one.provider, one.holder, ends, at, old, found)
            self.history.count("renewals")
            self._wanted(self._lineages[new], self.history.certificates[new], at)
            if self.random.random() < 0.03:
                self.plan(day(at) + timedelta(days=self.random.randint(1, 5)), self._reinstate(one, new))

        return deed

    def _wanted(self, lineage: str, new: Certificate, at: datetime) -> None:
        """Somebody installs it some day, or says that nothing is to be installed any more, or forgets it."""
        if not self.places.known(lineage):
            return
        self.places.want(lineage, new, at)
        chance, one = self.random.random(), day(at) + timedelta(days=self.random.randint(1, 40))
        if chance < 0.85:
            self.plan(one, self._installed(lineage, confirmed=chance < 0.8))

    def _installed(self, lineage: str, *, confirmed: bool) -> Deed:
        def deed(custody: Custody, at: datetime) -> None:
            there = places_of_lineage(custody, lineage)
            if confirmed:
                targets.confirm(custody, there, at=at, random=self.random.randbytes)
                self.places.confirm(lineage, at)
            else:
                targets.drop(custody, there, at=at)
                self.places.drop(lineage, at)
            self.history.count("installed" if confirmed else "places dropped")

        return deed

    def _reinstate(self, one: Certificate, wrong: str) -> Deed:
        def deed(custody: Custody, at: datetime) -> None:
            with custody.reading() as reader:
                old, rival = reader.pair(one.id), reader.pair(wrong)
            if old is None or rival is None or rival.state != "current":
                return
            correcting.reinstate(custody, old, at=at)
            one.current.set(at, True)
            self.history.certificates[wrong].current.set(at, False)
            self.places.want(old.lineage, one, at)
            self.history.count("reinstated")

        return deed

    def _retire(self, one: Certificate) -> Deed:
        def deed(custody: Custody, at: datetime) -> None:
            with custody.reading() as reader:
                pair = reader.pair(one.id)
            if pair is None or pair.state != "current":
                return
            correcting.retire(custody, pair, "left", at=at, random=self.random.randbytes)
            one.current.set(at, False)
            self.places.want(pair.lineage, None, at)
            self.history.count("retired")

        return deed

    def _discard(self, id_: str) -> Deed:
        def deed(custody: Custody, at: datetime) -> None:
            with custody.reading() as reader:
                link = reader.link(id_)
            if link is None or link.state != "open":
                return
            correcting.discard(custody, link, at=at)
            self.history.mails[id_].needed.set(at, False)
            self.history.count("links discarded")

        return deed
