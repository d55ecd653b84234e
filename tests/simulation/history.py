"""What truly happened in the simulated time, as its makers wrote it down; the judge believes nothing else."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Literal, NamedTuple, TypeVar

T = TypeVar("T")
CERTIFICATE, LINK, INSTALL = "certificate-expiry", "link-deletion", "install"
Part = tuple[str, str]
"""What something is told of: its kind and its id."""


class Changing(Generic[T]):
    """A value that changes with time."""

    def __init__(self, first: T) -> None:
        self._first = first
        self._times: list[datetime] = []
        self._values: list[T] = []

    def set(self, at: datetime, value: T) -> None:
        """From ``at`` on it is ``value``."""
        self._times.append(at)
        self._values.append(value)

    def at(self, moment: datetime) -> T:
        """What it is at a moment."""
        index = bisect_right(self._times, moment)
        return self._values[index - 1] if index else self._first

    @property
    def changes(self) -> int:
        """How often it changed."""
        return len(self._times)


@dataclass(slots=True)
class Certificate:
    """One pair's certificate: ``came`` into the vault, ``ends``, and is ``current`` for a time."""

    id: str
    provider: str
    holder: str
    ends: datetime
    came: datetime
    current: Changing[bool]


@dataclass(slots=True)
class Mail:
    """A link: ``needed`` until it is claimed or discarded."""

    id: str
    provider: str
    holder: str
    ends: datetime
    came: datetime
    needed: Changing[bool]


@dataclass(slots=True)
class Install:
    """That a place has an old certificate, which ``ends``; the new one ``came``, and it is ``open`` until confirmed."""

    id: str
    provider: str
    holder: str
    ends: datetime
    came: datetime
    open: Changing[bool]


class Note(NamedTuple):
    """Somebody took note at ``at`` and was told that it is quiet until ``until``; ``chosen`` where he said until when.

    None for ``until``: it was withdrawn.
    """

    at: datetime
    until: datetime | None
    chosen: bool


class Crossed(NamedTuple):
    """One threshold of which somebody was told."""

    kind: str
    id: str
    date: datetime
    threshold: int


class Told(NamedTuple):
    """A message that left. ``crossed`` is None for a sign of life. ``cut`` where the process was killed right after."""

    channel: str
    to: str
    crossed: tuple[Crossed, ...] | None
    cut: bool


How = Literal["ran", "idle", "killed", "missed"]


@dataclass(slots=True)
class Night:
    """One time at which the job was to run, and what came of it."""

    at: datetime
    how: How
    told: list[Told] = field(default_factory=list)


class Span(NamedTuple):
    """From when until when something does not work: all of a ``channel``, or one address."""

    channel: str
    address: str
    begins: datetime
    ends: datetime


@dataclass(slots=True)
class History:
    """All of it."""

    windows: dict[str, int]
    usual: dict[str, tuple[int, ...]]
    outages: list[Span] = field(default_factory=list)
    certificates: dict[str, Certificate] = field(default_factory=dict)
    mails: dict[str, Mail] = field(default_factory=dict)
    installs: list[Install] = field(default_factory=list)
    responsible: dict[str, Changing[str]] = field(default_factory=dict)
    office: Changing[tuple[str, ...]] = field(default_factory=lambda: Changing(()))
    escalate: Changing[tuple[str, ...]] = field(default_factory=lambda: Changing(()))
    escalate_from: Changing[str] = field(default_factory=lambda: Changing("critical"))
    state: Changing[str] = field(default_factory=lambda: Changing(""))
    thresholds: dict[tuple[str, str, str], Changing[tuple[int, ...]]] = field(default_factory=dict)
    """By the kind of what it is for, and whose: ``holder``, ``provider`` or ``vault``, and its id. Empty: not set."""
    notes: dict[Part, list[Note]] = field(default_factory=dict)
    nights: list[Night] = field(default_factory=list)
    done: dict[str, int] = field(default_factory=dict)

    def works(self, channel: str, to: str, at: datetime) -> bool:
        """Whether a message to somebody arrives at a moment."""
        return not any(
            one.channel == channel and one.address in {"", to} and one.begins <= at < one.ends for one in self.outages
        )

    def count(self, what: str, often: int = 1) -> None:
        """Something was done."""
        self.done[what] = self.done.get(what, 0) + often
