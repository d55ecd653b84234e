"""One table of the configuration file, read key by key; each mistake names its key."""

from __future__ import annotations

from typing import Any, NoReturn

from cli import configuration
from vault.errors import N_, Phrase


class Section:
    """The table ``name``. What it says is taken out of it; :meth:`end` refuses what is left."""

    def __init__(self, name: str, table: object) -> None:
        self.name = name
        if not isinstance(table, dict):
            raise configuration.unusable(Phrase(N_("{key} must be a table"), key=name))
        self._left: dict[str, Any] = dict(table)

    def text(self, key: str, *, needed: bool = False) -> str:
        """A text of one line; empty where it is not there and not ``needed``."""
        value = self._left.pop(key, "")
        if not isinstance(value, str) or not value.isprintable() or value != value.strip():
            self.wrong(key, N_("must be a text of one line"))
        if needed and not value:
            self.wrong(key, N_("is missing"))
        return value

    def number(self, key: str, default: int, lowest: int, highest: int) -> int:
        """A whole number in a range."""
        value = self._left.pop(key, default)
        if type(value) is not int or not lowest <= value <= highest:
            why = N_("must be a whole number from {lowest} to {highest}")
            self.wrong(key, Phrase(why, lowest=lowest, highest=highest))
        return value

    def flag(self, key: str, *, default: bool) -> bool:
        """``true`` or ``false``."""
        value = self._left.pop(key, default)
        if not isinstance(value, bool):
            self.wrong(key, N_("must be true or false"))
        return value

    def one_of(self, key: str, *choices: str) -> str:
        """One of a few words, the first where nothing is said."""
        value = self._left.pop(key, choices[0])
        if value not in choices:
            self.wrong(key, Phrase(N_("must be one of: {choices}"), choices=", ".join(choices)))
        return str(value)

    def command(self, key: str) -> list[str]:
        """A program and its arguments; empty where it is not there."""
        words = self._left.pop(key, [])
        if not isinstance(words, list) or not all(
            isinstance(word, str) and word and "\0" not in word for word in words
        ):
            self.wrong(key, N_("must be a list of texts, the program first"))
        return words

    def end(self) -> None:
        """Refuse what nobody has asked for."""
        if self._left:
            raise configuration.unusable(
                Phrase(N_("it has an unknown entry {key}"), key=f"{self.name}.{min(self._left)}")
            )

    def wrong(self, key: str, why: str) -> NoReturn:
        """Say what is wrong with the entry ``key``."""
        raise configuration.unusable(Phrase(N_("{key} {why}"), key=f"{self.name}.{key}", why=why))
