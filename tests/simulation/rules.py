"""The rules, in the judge's own words, over the history: what is settled, when it is quiet, and whose it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from tests.simulation.days import tightest
from tests.simulation.history import CERTIFICATE, INSTALL, LINK, Certificate, History, Install, Mail

Thing = Certificate | Mail | Install
URGENT = {CERTIFICATE: 14, INSTALL: 14, LINK: 7}
RANK = {"ok": 0, "warning": 1, "critical": 2, "expired": 3}
WEEK = timedelta(days=7)


class Rules:
    """What holds for each thing at a moment."""

    def __init__(self, history: History) -> None:
        self._history = history
        self.things: list[Thing] = [*history.certificates.values(), *history.mails.values(), *history.installs]
        self._by_owner: dict[tuple[str, str], list[Thing]] = defaultdict(list)
        for thing in self.things:
            self._by_owner[thing.holder, thing.provider].append(thing)

    def settled(self, thing: Thing, at: datetime) -> bool:
        """Whether nobody needs to do anything about it. A link that is gone is settled when its certificate came,
        and that a place has an old certificate, when that is over."""
        if isinstance(thing, Certificate):
            return not thing.current.at(at)
        if isinstance(thing, Install):
            return not thing.open.at(at) or thing.ends <= at
        if not thing.needed.at(at):
            return True
        theirs = self._by_owner[thing.holder, thing.provider]
        return thing.ends <= at and any(isinstance(one, Certificate) and thing.came <= one.came <= at for one in theirs)

    def quiet(self, kind: str, thing: Thing, at: datetime) -> bool:
        """Whether somebody took note, and that holds: to the end at most, and from then on for a week."""
        notes = [one for one in self._history.notes.get((kind, thing.id), ()) if one.at <= at]
        if not notes or notes[-1].until is None:
            return False
        last, until = notes[-1], notes[-1].until
        end = min(until, thing.ends if last.at < thing.ends else last.at + WEEK)
        return at < end

    def tightest(self, thing: Thing, at: datetime) -> int | None:
        """The tightest threshold that is behind us."""
        return tightest(thing.ends, self.days(thing, at), at, self._history.state.at(at))

    def days(self, thing: Thing, at: datetime) -> tuple[int, ...]:
        """The thresholds that hold for it at a moment."""
        kind = LINK if isinstance(thing, Mail) else CERTIFICATE
        for whose in (("holder", thing.holder), ("provider", thing.provider), ("vault", "")):
            chosen = self._history.thresholds.get((kind, *whose))
            if chosen is not None and chosen.at(at):
                return chosen.at(at)
        usual, window = self._history.usual[kind], self._history.windows.get(thing.provider)
        if kind == LINK or window is None:
            return usual
        return (window, *(one for one in usual[1:] if one < window))

    def _severity(self, thing: Thing, at: datetime) -> str:
        if thing.ends <= at:
            return "expired"
        if tightest(thing.ends, (URGENT[kind_of(thing)],), at, self._history.state.at(at)) is not None:
            return "critical"
        return "warning" if isinstance(thing, Mail) or self.tightest(thing, at) is not None else "ok"

    def first(self, thing: Thing, at: datetime) -> tuple[str, ...]:
        """Who looks after the holder, else the office."""
        clerk = self._history.responsible[thing.holder].at(at)
        return (clerk,) if clerk else self._history.office.at(at)

    def must(self, thing: Thing, at: datetime) -> list[str]:
        """Who must know of it: each once."""
        return list(dict.fromkeys((*self.first(thing, at), *self._second([thing], at))))

    def may(self, thing: Thing, at: datetime) -> list[str]:
        """With a certificate comes the link of its successor: as urgent as the more urgent one."""
        theirs = self._by_owner[thing.holder, thing.provider]
        both = [one for one in theirs if one.came <= at and not self.settled(one, at)]
        return [*self.first(thing, at), *self._second(both, at)]

    def _second(self, things: Iterable[Thing], at: datetime) -> tuple[str, ...]:
        least = RANK[self._history.escalate_from.at(at)]
        urgent = any(RANK[self._severity(one, at)] >= least for one in things)
        return self._history.escalate.at(at) if urgent else ()


def kind_of(thing: Thing) -> str:
    """What it is called."""
    return {Certificate: CERTIFICATE, Mail: LINK, Install: INSTALL}[type(thing)]
