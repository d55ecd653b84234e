"""The report as a page: it needs nothing but itself, and lets nothing in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from markupsafe import Markup

from cli.render import due as words
from cli.render import when
from cli.render.matrix import STATES, more
from cli.render.report import chart
from cli.templating import FOLDER, environment
from cli.texts import _, language, ngettext
from vault.model.due import Severity
from vault.model.ids import SHORT
from vault.model.leaving import without_urls
from vault.model.matrix import GAPS, Cell, State
from vault.model.shown import shown
from vault.model.timeline import Timeline
from vault.model.times import days_between, local
from vault.operations.due import DueRow
from vault.operations.matrix import Matrix, Row
from vault.operations.register import LinkRow
from vault.operations.report import Owed

MARK = b"<!doctype html>\n<!-- certvault report -->\n"
"""How every such page begins."""
MOST_CALLS = 5000
MOST_CELLS = 120_000
"""Cells of the matrix that are written, so that a page stays one that a browser opens."""
KINDS: dict[State, str] = {
    "expired": "bad",
    "link-expired": "bad",
    "link-running-out": "hot",
    "running-out": "warm",
    "waiting-for-pin": "wait",
    "waiting-for-file": "wait",
    "current": "",
    "missing": "none",
}
RANKS: dict[Severity, int] = {"expired": 0, "critical": 1, "warning": 2, "ok": 3}


class Contents(NamedTuple):
    """What the page tells, as it stood ``at`` a moment; ``within`` days were looked ahead, ``head`` is the witness."""

    at: datetime
    zone: tzinfo
    titles: Mapping[str, str]
    within: int
    owed: Owed
    calls: Sequence[LinkRow]
    course: Timeline
    matrix: Matrix
    head: str


def lines(contents: Contents) -> Iterator[str]:
    """The page in parts, each row when it is asked for."""
    style, script = (_own(name) for name in ("style.css", "script.js"))
    template = environment().get_template("report/page.html")
    return iter(
        template.generate(
            language=language(),
            policy=_policy(style, script),
            style=style,
            script=script,
            written={
                "day": when.day(contents.at, contents.zone),
                "minute": when.minute(contents.at, contents.zone),
            },
            tiles=_tiles(contents),
            horizon=_horizon(contents),
            due=_due(contents),
            calls=_calls(contents),
            course=chart.drawn(contents.course),
            matrix=_matrix(contents),
            head=contents.head,
        )
    )


def _own(name: str) -> Markup:
    """A file of ours, which goes into the page as it is."""
    return Markup((FOLDER / "report" / name).read_text(encoding="utf-8"))  # noqa: S704 - it is ours


def _policy(style: str, script: str) -> str:
    """A content security policy under which this style and this script count, and nothing is ever loaded."""
    return (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}';"
        " base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _tiles(contents: Contents) -> Iterator[dict[str, object]]:
    counts = contents.owed.counts
    for kind in ("expired", "critical", "warning"):
        yield {"kind": kind, "count": counts[kind], "says": words.severity_word(kind)}
    waiting = len(contents.calls)
    yield {"kind": "", "count": waiting, "says": ngettext("waits for its PIN", "wait for their PIN", waiting)}
    there = contents.course.past + sum(month.ending for month in contents.course.months) + contents.course.later
    yield {"kind": "", "count": there, "says": ngettext("certificate in use", "certificates in use", there)}


def _horizon(contents: Contents) -> str:
    return ngettext(
        "What needs somebody within {n} day, soonest first.",
        "What needs somebody within {n} days, soonest first.",
        contents.within,
    )


def _due(contents: Contents) -> dict[str, object]:
    owed = contents.owed
    left = owed.counts.total() - len(owed.rows)
    rows = [_due_row(row, contents) for row in owed.rows]
    return {"rows": rows, "further": _further(left, "certvault due") if left else ""}


def _due_row(row: DueRow, contents: Contents) -> dict[str, object]:
    due, zone = row.due, contents.zone
    step = words.step(due)
    whose = _safe(row.holder.name) if row.holder else _("holder not known yet")
    return {
        "iso": _iso(due.date, zone),
        "day": when.day(due.date, zone),
        "away": when.days(due.days_left),
        "rank": f"{RANKS[due.severity]} {_iso(due.date, zone)}",
        "severity": due.severity,
        "word": words.severity_word(due.severity),
        "holder": whose if due.provider else _("the vault"),
        "provider": _safe(contents.titles.get(due.provider, due.provider)),
        "what": words.what(due),
        "step": step,
        "command": step.startswith("certvault "),
    }


def _calls(contents: Contents) -> dict[str, object]:
    left = len(contents.calls) - MOST_CALLS
    rows = [_call(row, contents) for row in contents.calls[:MOST_CALLS]]
    return {"rows": rows, "further": _further(left, "certvault links --call-list") if left > 0 else ""}


def _call(row: LinkRow, contents: Contents) -> dict[str, object]:
    link, zone = row.link, contents.zone
    deadline = None if link.parked else link.deadline
    asked = _("the PIN of {provider} for {id}")
    return {
        "iso": _iso(deadline, zone) if deadline else "",
        "day": when.day(deadline, zone) if deadline else _("never"),
        "away": when.days(days_between(contents.at, deadline, zone)) if deadline else "",
        "holder": _safe(row.holder.name) if row.holder else _("not known yet"),
        "mobile": _safe(row.holder.mobile) if row.holder else "",
        "ask": asked.format(provider=_safe(contents.titles.get(link.provider, link.provider)), id=link.id[:SHORT]),
    }


class _Rows:
    """The rows of the matrix, as many as a page bears; ``further`` tells of the rest once they were asked for."""

    def __init__(self, rows: Iterable[Row], most: int, zone: tzinfo) -> None:
        self._rows, self._most, self._zone = rows, most, zone
        self.further = ""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        left = 0
        for number, row in enumerate(self._rows):
            if number < self._most:
                yield {
                    "holder": _safe(row.holder.name),
                    "gap": any(cell.state in GAPS for cell in row.cells),
                    "cells": [_cell(cell, self._zone) for cell in row.cells],
                }
            else:
                left += 1
        if left:
            self.further = _further(left, "certvault list --matrix")


def _matrix(contents: Contents) -> dict[str, object]:
    providers = contents.matrix.providers
    titles = [_safe(contents.titles.get(one, one)) for one in providers]
    most = MOST_CELLS // (len(providers) + 1)
    return {"providers": titles, "rows": _Rows(contents.matrix.rows, most, contents.zone)}


def _cell(cell: Cell, zone: tzinfo) -> dict[str, str]:
    said = [] if cell.state == "current" else [_(STATES[cell.state])]
    said += [when.day(cell.date, zone)] if cell.date else []
    return {
        "kind": KINDS[cell.state],
        "iso": _iso(cell.date, zone) if cell.date else "",
        "says": " ".join([*said, *more(cell)]),
    }


def _safe(text: str) -> str:
    """A foreign text, made safe to look at and to hand on."""
    return without_urls(shown(text))


def _further(count: int, command: str) -> str:
    told = ngettext(
        "{n} further row is not shown here: {command}", "{n} further rows are not shown here: {command}", count
    )
    return told.replace("{command}", command)


def _iso(moment: datetime, zone: tzinfo) -> str:
    there = local(moment, zone)
    return f"{there.year:04}-{there.month:02}-{there.day:02}"
