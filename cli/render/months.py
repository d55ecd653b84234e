"""The months, and days as they stand on paper."""

from __future__ import annotations

from datetime import datetime, tzinfo

from cli.texts import _
from vault.errors import N_
from vault.model.times import local

MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def written_out(moment: datetime, zone: tzinfo) -> str:
    """The calendar day of ``moment`` in ``zone`` as on paper, in one piece: 22 November 2026, 22. November 2026."""
    there = local(moment, zone)
    return _("{day}\N{NO-BREAK SPACE}{month}\N{NO-BREAK SPACE}{year}").format(
        day=there.day, month=_(MONTHS[there.month - 1]), year=there.year
    )
