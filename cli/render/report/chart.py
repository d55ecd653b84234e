"""The timeline of a page: where each bar stands, and what it says in words."""

from __future__ import annotations

from collections.abc import Iterator

from cli.render.months import MONTHS
from cli.texts import _, ngettext
from vault.model.timeline import Month, Timeline

STEP, WIDE = 44, 30
"""From one bar to the next, and how wide it is, in units of the drawing."""
TALLEST, ABOVE, BELOW = 140, 22, 40
SHORT = 3
"""Letters of a month below its bar."""


def drawn(course: Timeline) -> dict[str, object]:
    """What the template draws: bars, the same as rows of a table, and a sentence."""
    most = max(course.months, key=lambda month: month.ending)
    base = ABOVE + TALLEST
    return {
        "width": STEP * len(course.months),
        "height": base + BELOW,
        "base": base,
        "bars": list(_bars(course, most)),
        "rows": list(_rows(course)),
        "says": _says(course, most),
    }


def _bars(course: Timeline, most: Month) -> Iterator[dict[str, object]]:
    for number, month in enumerate(course.months):
        high = round(TALLEST * month.ending / most.ending, 1) if most.ending else 0
        high = max(high, 2) if month.ending else 0
        x = number * STEP + (STEP - WIDE) // 2
        yield {
            "x": x,
            "y": ABOVE + TALLEST - high,
            "wide": WIDE,
            "high": high,
            "middle": x + WIDE // 2,
            "count": month.ending,
            "month": _(MONTHS[month.first.month - 1])[:SHORT],
            "year": month.first.year if number == 0 or month.first.month == 1 else "",
            "most": month is most and month.ending > 0,
        }


def _rows(course: Timeline) -> Iterator[dict[str, object]]:
    yield {"when": _("before"), "count": course.past}
    for month in course.months:
        yield {"when": _when(month), "count": month.ending}
    yield {"when": _("later"), "count": course.later}


def _says(course: Timeline, most: Month) -> str:
    if not most.ending:
        told = _("In the next 18 months no certificate runs out.")
    else:
        told = ngettext(
            "Most run out in {month}: {n} certificate.", "Most run out in {month}: {n} certificates.", most.ending
        ).replace("{month}", _when(most))
    if course.past:
        already = ngettext("{n} has run out already.", "{n} have run out already.", course.past)
        told = f"{told} {already}"
    return told


def _when(month: Month) -> str:
    return " ".join((_(MONTHS[month.first.month - 1]), str(month.first.year)))
