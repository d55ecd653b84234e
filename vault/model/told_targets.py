"""What the audit log says of the places where pairs are installed, held against the rows of the register: pure rules.

Whoever can write the register past the program can say there that a pair was installed, or a place dropped, and nobody
is warned any more. By the program he can do so too, and then it is an event.
"""

from __future__ import annotations

from collections.abc import Iterable

from vault.errors import N_, Phrase
from vault.model.event import Event
from vault.model.replay import Findings
from vault.model.target import Installation, Target

LOST = "target-lost"
"""By this event a rescue says that a place did not come out."""
EVENTS = ("target-added", "target-dropped", "target-moved", "installed", LOST)
"""The events that say anything of it."""


class ToldTargets:
    """What the events so far say."""

    def __init__(self) -> None:
        self._installed: dict[str, set[str | None]] = {}
        self._dropped = set[str]()
        self._added: dict[str, str | None] = {}

    def take(self, event: Event) -> None:
        """The next one of :data:`EVENTS`."""
        told = dict(event.details)
        target = told.get("target", "")
        match event.what:
            case "installed":
                self._installed.setdefault(target, set()).add(event.pair)
            case "target-added":
                self._added[target] = event.holder
            case "target-dropped":
                self._dropped.add(target)
            case "target-lost":
                self._added.pop(target, None)
            case "target-moved":
                self._added[target] = event.holder
                self._installed.setdefault(target, set()).update(self._installed.get(told.get("from", ""), ()))

    def knows_drop(self, target: Target) -> bool:
        """Whether a target is not dropped, or the events say that it is."""
        return target.dropped is None or target.id in self._dropped

    def knows(self, one: Installation) -> bool:
        """Whether the events say what an installation does: which pair is there, and that it was dropped."""
        there = one.pair is None or one.pair in self._installed.get(one.target, ())
        return there and (one.dropped is None or one.target in self._dropped)

    def compare(self, targets: Iterable[Target], installations: Iterable[Installation], findings: Findings) -> None:
        """Hold some targets, with all that belongs there, against it."""
        for target in targets:
            self._added.pop(target.id, None)
            if not self.knows_drop(target):
                text = Phrase(N_("target {target} is dropped, and no event says so"), target=target.id)
                findings.say("target-dropped", text)
        for one in installations:
            if not self.knows(one):
                what = N_("installation {id} says what is at target {target}, and no event says so")
                findings.say("installation", Phrase(what, id=one.id, target=one.target), pair=one.pair)

    def left(self, forgotten: Iterable[str]) -> list[str]:
        """The targets that there must be beside those that were compared: their holders were not ``forgotten``."""
        gone = set(forgotten)
        return [target for target, holder in self._added.items() if holder not in gone]

    def missing(self, forgotten: Iterable[str], findings: Findings) -> None:
        """There are no more targets."""
        for target in self.left(forgotten):
            text = Phrase(N_("target {target} is not in the register, and no event says why"), target=target)
            findings.say("target-missing", text)
