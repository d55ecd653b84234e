"""A table of a profile's TOML that is read key by key; what is wrong in it is noted with its place, and read on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from vault.errors import N_
from vault.profiles.positions import Path, Position, Positions

T = TypeVar("T")

MOST = 256
"""Characters of a text."""


class Mistake(NamedTuple):
    """Something wrong in a profile: where it stands, the key, and why."""

    position: Position
    key: str
    why: str


class Table:
    """A table of the file that knows where it stands. What is wrong in it is noted, and read on."""

    def __init__(
        self, values: Mapping[str, object], positions: Positions, mistakes: list[Mistake], at: Path = ()
    ) -> None:
        self.values, self.positions, self.mistakes, self.at = dict(values), positions, mistakes, at

    def wrong(self, key: str, why: str, item: int | None = None) -> None:
        """Note that the value of ``key``, or one ``item`` of it, is wrong."""
        path = (*self.at, key) if item is None else (*self.at, key, item)
        table = f"{self.at[0]}[{self.at[1]}]." if self.at else ""
        self.mistakes.append(Mistake(self.positions.of(path), table + key, why))

    def take(self, key: str, kind: type[T], default: T | None = None) -> T | None:
        """The value of ``key``; None where it is missing or of another type, which is noted."""
        value = self.values.pop(key, default)
        if value is None:
            self.wrong(key, N_("is missing"))
        elif type(value) is not kind:
            self.wrong(key, N_("has another type than it must have"))
            return None
        return value

    def number(self, key: str, lowest: int, highest: int, why: str) -> int | None:
        """A whole number in a range, or None where it is not given."""
        if key not in self.values:
            return None
        number = self.take(key, int)
        if number is not None and not lowest <= number <= highest:
            self.wrong(key, why)
        return number

    def words(self, key: str, why: str, fits: Callable[[str], object] = bool) -> list[str]:
        """A list of texts that all fit; without those that do not, which are noted."""
        empty: list[object] = []
        found = self.take(key, list, empty) or []
        good = []
        for number, word in enumerate(found):
            if isinstance(word, str) and len(word) <= MOST and fits(word):
                good.append(word)
            else:
                self.wrong(key, why, number)
        return good

    def choice(self, key: str, choices: tuple[str, ...], default: str | None, why: str) -> str:
        """One of a few words."""
        word = self.take(key, str, default)
        if word is not None and word not in choices:
            self.wrong(key, why)
        return word or choices[-1]

    def truth(self, key: str) -> bool:
        """Yes or no; no where it is not given."""
        return self.take(key, bool, False) or False

    def done(self) -> None:
        """Note every key that nobody has taken."""
        for key in self.values:
            self.wrong(key, N_("is not a key of a profile"))
