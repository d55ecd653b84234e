"""Holders by providers: for people, for scripts, for a spreadsheet."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from itertools import chain, islice
from pathlib import Path

from cli.render import cells, document, spreadsheet, when
from cli.render.paper import GAP, Column, Paper, columns_of
from cli.render.paper import Cell as Text
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_
from vault.files.writing import write_new_lines
from vault.model.matrix import Cell, State
from vault.model.shown import shown
from vault.model.times import text
from vault.operations.matrix import Matrix, Row

STATES: dict[State, str] = {
    "expired": N_("expired"),
    "link-expired": N_("link expired"),
    "link-running-out": N_("link runs out"),
    "running-out": N_("runs out"),
    "waiting-for-pin": N_("waits for PIN"),
    "waiting-for-file": N_("waits for file"),
    "current": N_("current"),
    "missing": N_("missing"),
}
STYLES: dict[State, str] = {
    "expired": "alarm",
    "link-expired": "alarm",
    "link-running-out": "red",
    "running-out": "yellow",
    "waiting-for-pin": "cyan",
    "waiting-for-file": "cyan",
    "current": "",
    "missing": "dim",
}
HOLDER, PROVIDER = 16, 10
"""Columns that a holder and a provider need at least; a date has ten. Where there are fewer, the table folds."""


def answer(session: Session, found: Matrix, at: datetime, zone: tzinfo) -> None:
    """The answer of ``list --matrix``."""
    titles = session.titles()
    names = [titles.get(one, one) for one in found.providers]
    if session.json:
        providers = [{"name": one, "title": name} for one, name in zip(found.providers, names, strict=True)]
        shapes = (_shape(found.providers, row) for row in found.rows)
        document.put_list("holders", shapes, at=text(at), providers=providers)
        return
    paper = Paper()
    first = list(islice(found.rows, 1))
    if not first:
        paper.write(_("Nothing to show here."))
        return
    rows = chain(first, found.rows)
    titled = [shown(name) for name in names]
    if _fits(paper, titled):
        columns = [Column(_("Holder"), flexible=True), *(Column(name, flexible=True) for name in titled)]
        paper.table(columns, ([cells.holder(row.holder), *(_text(cell, zone) for cell in row.cells)] for row in rows))
    else:
        _folded(paper, titled, rows, zone)


def spread(session: Session, found: Matrix, zone: tzinfo, target: str) -> None:
    """The same as CSV in the new file ``target`` or, for ``-``, on standard output: two columns a provider, its state
    and its date. Raises WouldOverwrite, NoRoom."""
    titles = session.titles()
    names = [titles.get(one, one) for one in found.providers]
    heads = [_("Id"), _("Holder"), *(head for name in names for head in (name, name + ": " + _("date")))]
    lines = spreadsheet.lines(heads, (_values(row, zone) for row in found.rows))
    if target == "-":
        sys.stdout.buffer.write(b"\xef\xbb\xbf")
        for line in lines:
            sys.stdout.buffer.write(line.encode())
        return
    write_new_lines(Path(target), lines)
    Paper().write(_("Written: {path}").format(path=shown(target, spreadsheet.LONGEST)))


def _fits(paper: Paper, titles: Sequence[str]) -> bool:
    words = (max([PROVIDER, *map(columns_of, title.split())]) for title in titles)
    return (
        paper.width is None
        or max(HOLDER, columns_of(_("Holder"))) + sum(len(GAP) + wide for wide in words) <= paper.width
    )


def _folded(paper: Paper, titles: Sequence[str], rows: Iterable[Row], zone: tzinfo) -> None:
    """A holder, and below him a line for each provider."""
    wide = max(map(columns_of, titles), default=0) + 2 * len(GAP)
    for row in rows:
        paper.write(shown(row.holder.name), "bold")
        for title, cell in zip(titles, row.cells, strict=True):
            said = _text(cell, zone)
            beside = paper.styled(paper.wrapped(said.text, " " * wide)[wide:], said.style)
            paper.stream.write(f"{GAP}{title}{' ' * (wide - len(GAP) - columns_of(title))}{beside}\n")


def _text(cell: Cell, zone: tzinfo) -> Text:
    """A current certificate is its date alone; what needs somebody has its word before it."""
    said = [] if cell.state == "current" else [_(STATES[cell.state])]
    said += [when.day(cell.date, zone)] if cell.date else []
    return Text(" ".join([*said, *more(cell)]), STYLES[cell.state])


def more(cell: Cell) -> list[str]:
    """How many things there are beside the most urgent, and whether one of them is to be installed somewhere."""
    told = [f"(+{cell.of - 1})"] if cell.of > 1 else []
    if cell.install:
        where = ngettext("to be installed at {n} place", "to be installed at {n} places", cell.install)
        told.append(f"({where})")
    return told


def _values(row: Row, zone: tzinfo) -> Iterator[str]:
    yield row.holder.id
    yield row.holder.name
    for cell in row.cells:
        yield " ".join([_(STATES[cell.state]), *more(cell)])
        yield when.day(cell.date, zone) if cell.date else ""


def _shape(providers: Sequence[str], row: Row) -> dict[str, object]:
    shapes = {one: _cell(cell) for one, cell in zip(providers, row.cells, strict=True)}
    return {"id": row.holder.id, "holder": row.holder.name, "cells": shapes}


def _cell(cell: Cell) -> dict[str, object]:
    return {**cell._asdict(), "date": text(cell.date) if cell.date else None}
