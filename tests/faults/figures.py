"""What was tried, how often, and what came of it."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from tests.faults.truth import Wrong
from vault.errors import CertvaultError


class Figures:
    """The counts of one part. ``wrong`` holds what must never be, with what it takes to try it again."""

    def __init__(self, part: str) -> None:
        self.part = part
        self.tried: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.wrong: list[str] = []

    @contextmanager
    def trying(self, what: str, where: str) -> Iterator[None]:
        """One trial; whatever it raises is wrong."""
        self.tried[what] += 1
        try:
            yield
        except (Wrong, CertvaultError) as error:
            self.wrong.append(f"{self.part}, {what}, {where}: {type(error).__name__}: {error}")
        except Exception:  # noqa: BLE001 - a traceback is the worst of faults
            self.wrong.append(f"{self.part}, {what}, {where}: {traceback.format_exc()}")

    def count(self, outcome: str, often: int = 1) -> None:
        """So many times this came of it."""
        self.outcomes[outcome] += often

    def add(self, other: Figures) -> None:
        """Take in what another worker counted."""
        self.tried.update(other.tried)
        self.outcomes.update(other.outcomes)
        self.wrong += other.wrong
