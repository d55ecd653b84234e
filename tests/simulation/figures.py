"""What came of a simulation, as a table in Markdown and a list of names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.simulation.history import History
from tests.simulation.judge import Judge
from tests.simulation.simulate import Size, simulated
from tests.simulation.verdict import EARLY, OFTEN, Expiry, expiries


class Outcome(NamedTuple):
    """What was lived through, what the judge says of it, and every certificate that ran out, or nearly."""

    history: History
    figures: Counter[str]
    wrong: list[str]
    expiries: list[Expiry]

    @property
    def named(self) -> list[Expiry]:
        """Those that were not announced often and early enough, each with its reasons."""
        return [one for one in self.expiries if one.reasons]


def tried(folder: Path, seed: int, size: Size) -> Outcome:
    """Simulate, and judge."""
    history = simulated(folder, seed, size)
    judge = Judge(history)
    judge.hear()
    found = list(expiries(history, judge))
    return Outcome(history, judge.figures, judge.wrong, found)


def table(outcome: Outcome) -> str:
    """The figures."""
    lines = ["| what | how often |", "|---|---:|"]
    return "\n".join([*lines, *(f"| {what} | {often:,} |" for what, often in _rows(outcome)), ""])


def _rows(outcome: Outcome) -> Iterator[tuple[str, int]]:
    history, figures = outcome.history, outcome.figures
    yield "certificates", len(history.certificates)
    yield from sorted(history.done.items())
    yield from sorted(figures.items())
    yield "ran out, or were settled in the last three days", len(outcome.expiries)
    yield f"of these announced {OFTEN} times, and {EARLY} days before", len(outcome.expiries) - len(outcome.named)
    yield "of these named below", len(outcome.named)
    reasons = Counter(reason for one in outcome.named for reason in one.reasons)
    yield from ((f"named, among the reasons: {reason}", often) for reason, often in sorted(reasons.items()))
    yield "**wrong**", len(outcome.wrong)
