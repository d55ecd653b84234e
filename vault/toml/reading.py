"""A TOML text as values, and all that is wrong in a profile as one error."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from typing import Any

from vault.errors import N_, Phrase, ProfileInvalid
from vault.toml.positions import Position
from vault.toml.table import Mistake

NAME = re.compile(r"[a-z][a-z0-9-]{0,30}", re.ASCII)
"""What a profile may be called: its file without the ending."""
LONGEST = 64 * 1024
"""Characters of a file."""

_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def parsed(text: str, file: str, command: str) -> dict[str, object]:
    """The values of a TOML text; ``file`` and ``command`` as in :func:`invalid`. Raises ProfileInvalid."""
    if len(text) > LONGEST:
        raise invalid(file, command, [Mistake(Position(1, 1), "-", N_("the file is too long"))])
    try:
        return tomllib.loads(text)
    except RecursionError:
        where, what = Position(1, 1), N_("it is nested too deeply")
    except tomllib.TOMLDecodeError as error:
        found = _AT.search(str(error))
        last = text.rstrip("\n").count("\n") + 1
        where = Position(int(found[1]), int(found[2])) if found else Position(last, 1)
        what = str(error).partition(" (at")[0]
    raise invalid(file, command, [Mistake(where, "-", Phrase(N_("this is not TOML: {text}"), text=what))])


def invalid(file: str, command: str, mistakes: Iterable[Mistake]) -> ProfileInvalid:
    """The error that tells all ``mistakes`` of ``file``; ``command`` is the group of commands whose ``check`` does."""
    told: list[dict[str, Any]] = [
        {"line": m.position.line, "column": m.position.column, "key": m.key, "why": m.why} for m in sorted(mistakes)
    ]
    return ProfileInvalid(file=file, **told[0], mistakes=told, _command=command)
