"""Where each key and each item of a list stands in a TOML text, for telling mistakes by line and column.

The standard library's parser says no positions but those of its own errors. So the text, which it has taken already, is
cut into tokens once more: strings, comments, brackets and words are all that tells where a key begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|\n|[\[\]{},=]|'
    r"[^\s\"'#\[\]{},=]+",
    re.DOTALL,
)
_OPENING, _CLOSING = frozenset("[{"), frozenset("]}")


class Position(NamedTuple):
    """A place in a text; both count from 1."""

    line: int
    column: int


class Positions:
    """The places of a document's keys and items."""

    def __init__(self, text: str) -> None:
        self._found: dict[Path, Position] = {}
        self._table: Path = ()
        self._tables: dict[str, int] = {}
        for statement in _statements(text):
            self._take(statement)

    def of(self, path: Path) -> Position:
        """Where ``path`` stands, else the nearest that it is part of, else the beginning."""
        while path and path not in self._found:
            path = path[:-1]
        return self._found.get(path, Position(1, 1))

    def _take(self, statement: list[tuple[str, Position]]) -> None:
        first, where = statement[0]
        if first == "[":
            names = [_name(token) for token, _ in statement if token not in {"[", "]"}]
            self._enter(".".join(names), where, of_several=[token for token, _ in statement[:2]] == ["[", "["])
            return
        key = (*self._table, *_name(first).split("."))
        for length in range(len(self._table) + 1, len(key) + 1):
            self._found.setdefault(key[:length], where)
        for number, item in enumerate(_items(statement[1:])):
            self._found[(*key, number)] = item

    def _enter(self, name: str, where: Position, *, of_several: bool) -> None:
        self._found.setdefault((name,), where)
        self._table = (name,)
        if of_several:
            number = self._tables.get(name, 0)
            self._tables[name] = number + 1
            self._table = (name, number)
            self._found[self._table] = where


def _statements(text: str) -> Iterator[list[tuple[str, Position]]]:
    """The tokens of each statement, with their places: a header, or a key with all of its value."""
    statement: list[tuple[str, Position]] = []
    depth = 0
    for token, where in _tokens(text):
        if token != "\n":  # noqa: S105 - a line end
            statement.append((token, where))
            depth += (token in _OPENING) - (token in _CLOSING)
        elif depth <= 0 and statement:
            yield statement
            statement, depth = [], 0
    if statement:
        yield statement


def _tokens(text: str) -> Iterator[tuple[str, Position]]:
    line, begins = 1, 0
    for found in _TOKEN.finditer(text):
        token = found[0]
        if not token.startswith("#"):
            yield token, Position(line, found.start() - begins + 1)
        if "\n" in token:
            line += token.count("\n")
            begins = found.start() + token.rindex("\n") + 1


def _items(value: list[tuple[str, Position]]) -> Iterator[Position]:
    """Where the items of a list begin; nothing where the value is none."""
    if [token for token, _ in value[:2]] != ["=", "["]:
        return
    depth, awaited = 1, True
    for token, where in value[2:]:
        if awaited and token not in {",", "]"}:
            yield where
            awaited = False
        depth += (token in _OPENING) - (token in _CLOSING)
        if token == "," and depth == 1:  # noqa: S105 - a comma
            awaited = True


def _name(token: str) -> str:
    return token.strip("\"'")
