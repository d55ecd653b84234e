"""What is due as one line of a monitoring plugin: state, words, and after a bar figures for graphs.

The form is that of the Monitoring Plugins Development Guidelines ("Plugin Output for Nagios", "Performance data",
"Plugin Return Codes"), which Nagios, Icinga, Checkmk and Zabbix agents read.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import tzinfo
from typing import NamedTuple

from cli.render import when
from cli.render.due import PAST, SEVERITIES, nameless, what
from cli.render.errors import sentence_and_hint
from cli.texts import _, ngettext
from vault.errors import CertvaultError
from vault.model.due import Severity
from vault.model.ids import SHORT
from vault.model.leaving import unlinked
from vault.model.shown import shown
from vault.operations.due import DueRow

UNKNOWN = 3
"""What every fault of the plugin's own ends with: nobody can say how things stand."""
STATES = ("OK", "WARNING", "CRITICAL", "UNKNOWN")
_STATE: Mapping[Severity, int] = {"ok": 0, "warning": 1, "critical": 2, "expired": 2}
_WORST_FIRST: tuple[Severity, ...] = ("expired", "critical", "warning", "ok")
LONGEST_NAME = 60
LONGEST = 1000
_PLAIN = str.maketrans({"|": "/", "<": "(", ">": ")", "`": "'", "$": "_"})
"""The bar begins the figures; of the others some monitoring systems make HTML, macros or commands."""


class Told(NamedTuple):
    """The exit code, the words and the figures of the line."""

    state: int
    words: str
    figures: str = ""


def of_rows(rows: Iterable[DueRow], titles: Mapping[str, str], zone: tzinfo, *, within: int, names: bool) -> Told:
    """What to tell of ``rows``, soonest first. Without ``names`` ids stand in their place."""
    counts: Counter[Severity] = Counter()
    first: dict[Severity, DueRow] = {}
    next_days: int | None = None
    for row in rows:
        due = row.due
        counts[due.severity] += 1
        first.setdefault(due.severity, row)
        if next_days is None and due.kind in PAST and due.severity != "expired":
            next_days = due.days_left
    figures = _figures(counts, next_days)
    there = [severity for severity in _WORST_FIRST if counts[severity]]
    if not there:
        return Told(0, ngettext("Nothing is due within {n} day.", "Nothing is due within {n} days.", within), figures)
    words = {severity: _(SEVERITIES[severity][0]) for severity in there}
    counted = ", ".join(f"{counts[severity]} {word}" for severity, word in words.items())
    soonest = _told(first[there[0]], titles, zone, names=names)
    return Told(_STATE[there[0]], _("{counted}; first: {entry}").format(counted=counted, entry=soonest), figures)


def of_fault(error: CertvaultError) -> Told:
    """What to tell of a fault of the plugin's own."""
    return Told(UNKNOWN, sentence_and_hint(error))


def put(told: Told) -> int:
    """Write the line; gives the exit code."""
    plain = shown(told.words, LONGEST).translate(_PLAIN)
    figures = f" | {told.figures}" if told.figures else ""
    sys.stdout.write(f"CERTVAULT {STATES[told.state]} - {plain}{figures}\n")
    return told.state


def _told(row: DueRow, titles: Mapping[str, str], zone: tzinfo, *, names: bool) -> str:
    """Whose it is, what, and when."""
    due = row.due
    name = unlinked(shown(row.holder.name, LONGEST_NAME)) if names and row.holder else due.id[:SHORT]
    whose = name if due.provider else _("the vault")
    title = unlinked(shown(titles.get(due.provider, due.provider), LONGEST_NAME))
    parts = (whose, title, what(due if names else nameless(due)), when.day(due.date, zone), when.days(due.days_left))
    return ", ".join(part for part in parts if part)


def _figures(counts: Mapping[Severity, int], next_days: int | None) -> str:
    """The performance data: ``label=value;warn;crit``. ``U`` is the guidelines' word for a value that is not there."""
    return " ".join(
        (
            f"expired={counts['expired']};;0",
            f"critical={counts['critical']};;0",
            f"warning={counts['warning']};0",
            f"next_days={'U' if next_days is None else next_days}",
        )
    )
