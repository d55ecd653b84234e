"""A job that the system starts by itself: what runs, when, and how it is called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import NamedTuple

from vault.errors import N_, Phrase, Usage


class Job(NamedTuple):
    """``name`` has small letters, digits and ``-`` alone. ``command`` is the program, whole path, and its arguments,
    none of which is a secret; ``environment`` what it needs beside what the system gives; ``times`` when it runs each
    day, by the clock of the machine.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    times: Sequence[time]


class Ran(NamedTuple):
    """How a run ended: its exit code, None where the system does not tell; and what it said, cleaned by nobody."""

    code: int | None
    said: str


def job(name: str, command: Sequence[str], environment: Mapping[str, str], times: Sequence[time]) -> Job:
    """A job that any system can be told of. Raises Usage for a path that none can hold in one line."""
    for word in (*command, *environment.values()):
        if re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]", word):
            what = N_("a job cannot be told of the path {path}: it has a line break or a character that is none")
            raise Usage(what=Phrase(what, path=word))
    return Job(name, tuple(command), dict(environment), tuple(sorted(set(times))))
