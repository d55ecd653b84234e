"""The morning page: what needs somebody today, each with the command to copy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, tzinfo
from itertools import islice
from pathlib import Path

from cli.render import when
from cli.render.due import entry
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.model.shown import shown
from vault.operations.due import DueRow

MOST = 20
"""Entries that fit a morning; the rest is in ``due``."""


def page(session: Session, rows: Iterator[DueRow], zone: tzinfo, at: datetime) -> None:
    """What needs somebody, most urgent first."""
    paper = Paper()
    today = when.day(at, zone)
    first = list(islice(rows, MOST))
    if not first:
        paper.write(_("{today}: nothing needs you.").format(today=today), "green")
        paper.write(_("All certificates: {command}").format(command="certvault list"))
        return
    more = sum(1 for _row in rows)
    told = ngettext("{n} thing needs you.", "{n} things need you.", len(first) + more)
    paper.write(f"{today}: {told}", "bold")
    titles = session.titles()
    for row in first:
        paper.write()
        entry(paper, row, titles, zone)
    if more:
        told = ngettext("{n} more: {command}", "{n} more: {command}", more)
        paper.write()
        paper.write(told.format(command="certvault due"))


def begin(folder: Path) -> None:
    """How to begin where there is no vault yet."""
    paper = Paper()
    paper.write(_("There is no vault in {path} yet.").format(path=shown(str(folder), 1000)))
    paper.write()
    for line, meaning in (
        ("certvault init", _("Create it. You choose a passphrase and get a recovery code.")),
        ("certvault ingest MAIL", _("Take in the mails with the download links.")),
        ("certvault fetch", _("Type the PINs; the certificates are fetched and stored with them.")),
    ):
        paper.write("  " + line, "cyan")
        paper.write(paper.wrapped(meaning, "      "))
