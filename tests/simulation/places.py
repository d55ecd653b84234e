"""Where certificates are installed, as the people of the agency know it: the judge's own book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tests.simulation.history import INSTALL, Certificate, Changing, History, Install, Note


@dataclass(slots=True)
class Place:
    """What is ``there`` of one series at one place, and what is ``wanted``; ``told`` while the two differ."""

    there: Certificate
    wanted: Certificate | None
    told: Install | None = None


class Places:
    """All of them, by the ids under which they are told."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._by_id: dict[str, Place] = {}
        self._of: dict[str, list[str]] = {}

    def begin(self, id_: str, lineage: str, there: Certificate) -> None:
        """A certificate is installed."""
        self._by_id[id_] = Place(there, there)
        self._of.setdefault(lineage, []).append(id_)

    def known(self, lineage: str) -> bool:
        """Whether anything of a series is installed anywhere."""
        return lineage in self._of

    def want(self, lineage: str, wanted: Certificate | None, at: datetime) -> None:
        """Another certificate is the current one of a series, or none."""
        for id_ in self._of.get(lineage, ()):
            self._by_id[id_].wanted = wanted
            self._weigh(id_, at)

    def confirm(self, lineage: str, at: datetime) -> None:
        """What is wanted is installed; what somebody noted of it says no more."""
        for id_ in self._of.get(lineage, ()):
            place = self._by_id[id_]
            if place.wanted is not None and place.there is not place.wanted:
                place.there = place.wanted
                self._history.notes.setdefault((INSTALL, id_), []).append(Note(at, None, chosen=True))
                self._weigh(id_, at)

    def drop(self, lineage: str, at: datetime) -> None:
        """Nothing of a series is to be installed any more."""
        self.want(lineage, None, at)
        self._of.pop(lineage, None)

    def open_of(self, pair: str) -> list[str]:
        """Where this certificate is to be installed."""
        return [id_ for id_, one in self._by_id.items() if one.told and one.wanted and one.wanted.id == pair]

    def _weigh(self, id_: str, at: datetime) -> None:
        place = self._by_id[id_]
        if place.told is not None and (place.wanted is None or place.there is place.wanted):
            place.told.open.set(at, False)
            place.told = None
        elif place.told is None and place.wanted is not None and place.there is not place.wanted:
            old = place.there
            place.told = Install(id_, old.provider, old.holder, old.ends, at, Changing(True))
            self._history.installs.append(place.told)
            self._history.count("to be installed")
