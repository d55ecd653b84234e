"""The judge: reckons from the history alone who had to be told what by which night, and holds what was sent against it.

It goes through the nights in their order. After a night on which the job ran, everybody who can be reached knows the
tightest threshold of everything that is his, that is not settled and of which nobody took note; and what he was told
was his, news, and not settled.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta

from tests.simulation.days import begins, day, following, to_tell, works
from tests.simulation.history import CERTIFICATE, INSTALL, LINK, Crossed, History, Night, Note, Told
from tests.simulation.rules import Rules, Thing, kind_of
from tests.simulation.weather import CHAT, MAIL

AHEAD = timedelta(days=200)
LONGEST_SILENCE = timedelta(days=15)
"""Since anybody took note of what has run out, or was told of it: a week that a note holds, and a week to the next."""


class Reach:
    """What of one certificate could be told to whom it had to be, and what kept it from him, by thresholds."""

    def __init__(self) -> None:
        self.chances: dict[int, datetime] = {}
        self.told: dict[int, datetime] = {}
        self.blocked: dict[int, set[str]] = defaultdict(set)
        self.last: datetime | None = None


class Judge:
    """Holds the history against the promises; what is ``wrong`` is said in words, ``figures`` count."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.rules = Rules(history)
        self.wrong: list[str] = []
        self.figures: Counter[str] = Counter()
        self.reach: dict[str, Reach] = defaultdict(Reach)
        self._knows: dict[tuple[str, str, str, str], tuple[datetime, int]] = {}
        self._copies: dict[tuple[str, str, Crossed], bool] = {}
        self._alive: dict[tuple[str, str], datetime] = {}

    def hear(self) -> None:
        """Go through all nights."""
        for night in self._history.nights:
            self.figures[f"nights: {night.how}"] += 1
            for message in night.told:
                self._message(night, message)
            self._known(night)
        for what, notes in self._history.notes.items():
            for note in notes:
                self._note(what, note)

    # what was sent

    def _message(self, night: Night, message: Told) -> None:
        self.figures[f"messages by {message.channel}"] += 1
        if message.crossed is None:
            self._sign(night, message)
        for one in message.crossed or ():
            self.figures["thresholds told"] += 1
            self._news(night, message, one)
            thing = self._thing(one.kind, one.id, night.at)
            if thing is None:
                self.figures[f"told of {one.kind}"] += 1
                continue
            self.figures["thresholds told of installs"] += one.kind == INSTALL
            self._meant(night, message, one, thing)
            if message.channel == MAIL and message.to in self.rules.first(thing, night.at):
                reach = self.reach[thing.id]
                reach.told.setdefault(one.threshold, night.at)
                reach.last = night.at

    def _news(self, night: Night, message: Told, one: Crossed) -> None:
        """Nothing twice, and nothing wider than what was told: but what was sent as the process died can come again."""
        key = (message.channel, message.to, one)
        if key in self._copies:
            self.figures["repeated after a kill"] += 1
            if not self._copies[key]:
                self._say(night, f"{message.to or message.channel} is told twice of {_name(one)}")
        self._copies[key] = message.cut
        if message.cut:
            return
        known = self._knows.get((*key[:2], one.kind, one.id))
        if known is not None and known[0] == one.date and known[1] <= one.threshold:
            self._say(night, f"{message.to or message.channel} knows more than {_name(one)}")
        self._knows[*key[:2], one.kind, one.id] = one.date, one.threshold

    def _meant(self, night: Night, message: Told, one: Crossed, thing: Thing) -> None:
        if self.rules.settled(thing, night.at):
            self._say(night, f"{_name(one)} is told and settled")
        if self.rules.quiet(one.kind, thing, night.at):
            self._say(night, f"{_name(one)} is told although somebody took note")
        if one.date != thing.ends or one.threshold != self.rules.tightest(thing, night.at):
            self._say(night, f"{_name(one)} is told in place of {self.rules.tightest(thing, night.at)}")
        if message.channel == MAIL and message.to not in self.rules.may(thing, night.at):
            self._say(night, f"{message.to} is told of {_name(one)}, which is not his")
        state = self._history.state.at(night.at)
        due = day(thing.ends) - timedelta(days=one.threshold)
        if one.threshold > 0 and not works(due, state):
            self.figures["told on the working day before a free one"] += day(night.at) == to_tell(due, 0, state)

    def _sign(self, night: Night, message: Told) -> None:
        """A sign of life, once a week."""
        self.figures["signs of life"] += 1
        known = self._alive.get((message.channel, message.to))
        if known is not None and known >= _monday(night.at):
            self._say(night, f"a second sign of life to {message.to or message.channel}")
        if not message.cut:
            self._alive[message.channel, message.to] = night.at

    # what had to be sent

    def _signs(self, night: Night) -> None:
        for channel, people in ((MAIL, self._history.office.at(night.at)), (CHAT, ("",))):
            for to in people:
                known = self._alive.get((channel, to))
                if self._history.works(channel, to, night.at) and (known is None or known < _monday(night.at)):
                    self._say(night, f"no sign of life to {to or channel}")

    def _known(self, night: Night) -> None:
        if night.how in {"ran", "idle"}:
            self._signs(night)
        for thing in self.rules.things:
            if thing.came > night.at or thing.ends - night.at > AHEAD or self.rules.settled(thing, night.at):
                continue
            threshold = self.rules.tightest(thing, night.at)
            if threshold is None:
                continue
            kept = self._kept(night, thing)
            if kept is not None:
                self.reach[thing.id].blocked[threshold].add(kept)
            elif night.how in {"ran", "idle"}:
                self._has_been_told(night, thing, threshold)

    def _kept(self, night: Night, thing: Thing) -> str | None:
        """What keeps everybody from being told of it on a night."""
        if night.how == "missed":
            return "missed nights"
        if night.how == "killed":
            return "killed"
        return "somebody took note" if self.rules.quiet(kind_of(thing), thing, night.at) else None

    def _has_been_told(self, night: Night, thing: Thing, threshold: int) -> None:
        first, reach = self.rules.first(thing, night.at), self.reach[thing.id]
        for channel in (MAIL, CHAT):
            for to in self.rules.must(thing, night.at) if channel == MAIL else [""]:
                if not self._history.works(channel, to, night.at):
                    if to in first:
                        dead = not self._history.works(channel, "", night.at)
                        reach.blocked[threshold].add("dead server" if dead else "address refused")
                    continue
                known = self._knows.get((channel, to, kind_of(thing), thing.id))
                if known is None or known[0] != thing.ends or known[1] > threshold:
                    self._say(
                        night, f"{to or channel} does not know {kind_of(thing)} {thing.id} at {threshold}: {known}"
                    )
                if to in first and threshold < min(reach.chances, default=10**6):
                    reach.chances[threshold] = night.at
                if to in first:
                    self._not_for_good(night, thing, reach)

    def _not_for_good(self, night: Night, thing: Thing, reach: Reach) -> None:
        """What has run out is told of again and again, unless somebody takes note again and again."""
        if night.at < thing.ends + LONGEST_SILENCE:
            return
        notes = [one.at for one in self._history.notes.get((kind_of(thing), thing.id), ()) if one.at <= night.at]
        last = max([one for one in (reach.last, *notes, thing.came) if one is not None])
        if night.at - last > LONGEST_SILENCE:
            self._say(night, f"{kind_of(thing)} {thing.id} has run out, and is silent since {last}")

    def _note(self, what: tuple[str, str], note: Note) -> None:
        """Who takes note without a date has quiet until the next threshold and not longer."""
        thing = self._thing(*what, note.at)
        if thing is None or note.until is None or note.chosen or self.rules.settled(thing, note.at):
            return
        latest = following(thing.ends, self.rules.days(thing, note.at), note.at, self._history.state.at(note.at))
        if note.until > latest:
            self.wrong.append(f"{note.at:%Y-%m-%d}: a note on {what} holds until {note.until}, not {latest}")

    def _thing(self, kind: str, id_: str, at: datetime) -> Thing | None:
        if kind == CERTIFICATE:
            return self._history.certificates.get(id_)
        if kind == LINK:
            return self._history.mails.get(id_)
        there = [one for one in self._history.installs if kind == INSTALL and one.id == id_ and one.came <= at]
        return there[-1] if there else None

    def _say(self, night: Night, what: str) -> None:
        self.wrong.append(f"{night.at:%Y-%m-%d %H:%M}: {what}")


def _monday(at: datetime) -> datetime:
    """When the week began."""
    return begins(day(at) - timedelta(days=day(at).weekday()))


def _name(one: Crossed) -> str:
    return f"{one.kind} {one.id} at {one.threshold}"
