"""Links, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from cli import prompt
from cli.render import cells, document, shapes, when
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_
from vault.model.link import Link
from vault.model.shown import shown
from vault.model.times import days_between
from vault.operations.register import LinkRow, links

if TYPE_CHECKING:
    from vault.custody import Custody

STATES = {
    "open": N_("open"),
    "claimed": N_("done"),
    "expired": N_("deadline passed: a new link is needed"),
    "gone": N_("deleted by the provider: a new link is needed"),
    "discarded": N_("discarded"),
}


def answer(session: Session, rows: Sequence[LinkRow], zone: tzinfo, *, at: datetime) -> None:
    """The answer of ``links``."""
    if session.json:
        document.put_list("links", (shapes.link(row.link, row.holder, at=at) for row in rows))
        return
    paper = Paper()
    if not rows:
        paper.write(_("No open links."))
        paper.write(_("Take in mails with: {command}").format(command="certvault ingest MAIL"))
        return
    table(paper, rows, session.titles(), zone, at)


def table(paper: Paper, rows: Iterable[LinkRow], titles: Mapping[str, str], zone: tzinfo, at: datetime) -> None:
    """A table of links."""
    columns = (
        Column(_("Id")),
        Column(_("Holder"), flexible=True),
        Column(_("Provider"), flexible=True),
        Column(_("Deleted on")),
        Column(_("State"), flexible=True),
    )
    paper.table(columns, (_row(row, titles, zone, at) for row in rows))


def waiting(session: Session, custody: Custody) -> None:
    """How many links and files wait for a PIN: what the desk begins with."""
    count = sum(row.link.needs_at(session.now()) == "pin" for row in links(custody))
    prompt.tell(ngettext("{n} certificate waits for its PIN.", "{n} certificates wait for their PIN.", count))


def _row(row: LinkRow, titles: Mapping[str, str], zone: tzinfo, at: datetime) -> list[Cell]:
    link = row.link
    return [
        cells.ident(link.id),
        cells.holder(row.holder),
        cells.plain(titles.get(link.provider, link.provider)),
        _deadline(link, zone, at),
        Cell(_state(link, at)),
    ]


def _state(link: Link, at: datetime) -> str:
    """Where the link stands, and what it still needs."""
    if link.needs_at(at) == "file":
        return _("PIN is here, link or file is missing")
    if link.needs_at(at) == "pin" and link.kind == "file":
        return _("file {name} is here, PIN is missing").format(name=shown(link.subject))
    if link.needs_at(at) == "pin":
        return _("file is here, PIN is missing") if link.parked else _("PIN is missing")
    return _(STATES[link.state_at(at)])


def _deadline(link: Link, zone: tzinfo, at: datetime) -> Cell:
    if link.kind != "link":
        return Cell("")
    if link.deadline is None:
        return Cell(_("never"))
    left = days_between(at, link.deadline, zone)
    return Cell(f"{when.day(link.deadline, zone)}, {when.days(left)}", "red" if left <= 7 and not link.pair else "")
