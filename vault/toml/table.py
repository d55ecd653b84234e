"""A table of a profile's TOML that is read key by key; what is wrong in it is noted with its place, and read on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, TypeVar

from vault.errors import N_
from vault.toml.positions import Path, Position, Positions

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
        table = "".join(f".{part}" if isinstance(part, str) else f"[{part}]" for part in self.at)
        table = f"{table[1:]}." if table else ""
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

    def words(self, key: str, why: str, fits: Callable[[str], object] = bool, longest: int = MOST) -> list[str]:
        """A list of texts that all fit; without those that do not, which are noted."""
        empty: list[object] = []
        found = self.take(key, list, empty) or []
        good = []
        for number, word in enumerate(found):
            if isinstance(word, str) and len(word) <= longest and fits(word):
                good.append(word)
            else:
                self.wrong(key, why, number)
        return good

    def text(self, key: str, default: str | None) -> str:
        """A short text; where there is no ``default`` it must not be empty."""
        found = self.take(key, str, default)
        empty = found is not None and default is None and not found.strip()
        if empty or len(found or "") > MOST:
            self.wrong(key, N_("must be a short text"))
        return found or ""

    def unknown(self, own: Mapping[str, object], keys: frozenset[str]) -> tuple[str, ...]:
        """The keys, of ``keys``, whose value nobody knows. What a file of the user's (``own``) says is known."""
        names = self.words("unknown", N_("must be keys of a profile"), keys.__contains__)
        for number, key in enumerate(names if "unknown" in own else ()):
            if key in own:
                self.wrong("unknown", N_("names a key that the file gives"), number)
        return tuple(key for key in names if key not in own)

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
