"""Links, for people and for scripts."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from cli import prompt
from cli.render import cells, document, shapes, when
from cli.render import spreadsheet as sheet
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_
from vault.files.writing import write_new
from vault.model.ids import SHORT
from vault.model.link import DOUBTED, Link
from vault.model.shown import shown
from vault.model.times import days_between
from vault.operations.register import LinkRow, links

if TYPE_CHECKING:
    from vault.custody import Custody

TITLES = ("Kennung", "Inhaber", "Aussteller", "Frist", "Mobil", "PIN")
"""The columns of what waits for its PIN."""
STATES = {
    "open": N_("open"),
    "claimed": N_("done"),
    "expired": N_("deadline passed: a new link is needed"),
    "gone": N_("deleted by the provider: a new link is needed"),
    "discarded": N_("discarded"),
}

KINDS = {"link": N_("Link"), "file": N_("File"), "pin": N_("PIN")}

TRUSTS = {
    "verified": N_("verified"),
    "unverified": N_("not verified"),
    "forwarded": N_("forwarded"),
    "by-hand": N_("by hand"),
    "other-sender": N_("other sender"),
    "failed": N_("sender forged"),
}
"""How far the mail of a link can be trusted, in words."""


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


def one(session: Session, row: LinkRow, waiting: Sequence[Link], zone: tzinfo) -> None:
    """The answer of ``show`` for a link, file or PIN, with what waits to be its other half."""
    if session.json:
        document.put({"link": shapes.link(row.link, row.holder, at=session.now())})
        return
    paper, at = Paper(), session.now()
    facts = [*_facts(row, session.titles(), zone, at), *waiting_facts(waiting, zone, at)]
    paper.facts([(name, shown(value)) for name, value in facts])


def waiting_facts(found: Iterable[Link], zone: tzinfo, at: datetime) -> Iterator[tuple[str, str]]:
    """What each of these waits for, as facts of what is shown."""
    for link in found:
        since = _("{id}, since {day}: {state}")
        day = when.day(link.received, zone)
        yield _(KINDS[link.kind]), since.format(id=link.id[:SHORT], day=day, state=_state(link, at))


def _facts(row: LinkRow, titles: Mapping[str, str], zone: tzinfo, at: datetime) -> Iterator[tuple[str, str]]:
    link = row.link
    yield _("Id"), link.id
    yield _("Kind"), _(KINDS[link.kind])
    yield _("Holder"), row.holder.name if row.holder else _("not known yet")
    yield _("Provider"), titles.get(link.provider, link.provider)
    yield _("State"), _state(link, at)
    yield _("Certificate"), (link.pair or "")[:SHORT]
    yield _("Received"), when.minute(link.received, zone)
    yield _("Deleted on"), _deadline(link, zone, at).text
    yield _("File name") if link.kind == "file" else _("Subject of the mail"), link.subject
    yield _("Sender"), link.sender
    if link.kind == "link":
        yield _("Mail"), _(TRUSTS[link.trust])
        yield _("Reference"), link.reference or ""
        yield _("Address"), link.url or ""
        yield _("Refusals"), str(link.refusals) if link.refusals else ""
    yield _("Last attempt"), when.minute(link.last_attempt, zone) if link.last_attempt else ""


def spreadsheet(rows: Iterable[LinkRow], zone: tzinfo, target: str, *, excel: bool, at: datetime) -> None:
    """What waits for its PIN, with an empty column for it, in the new file ``target`` or on standard output.

    ``excel`` says that it is a workbook, in which that column is formatted as text. Raises WouldOverwrite, NoRoom.
    """
    table = (_excel if excel else _csv)(_open(rows, zone, at))
    if target == "-":
        sys.stdout.buffer.write(table)
        return
    write_new(Path(target), table)
    paper = Paper()
    paper.write(_("Written: {path}").format(path=shown(target)))
    if not excel:
        paper.write(_("Format the column PIN as text before you type into it: else zeros in front are lost."))
    paper.write(_("Then: {command}").format(command=f"certvault fetch --all --pins {cells.quoted(shown(target))}"))


def _excel(rows: Iterable[tuple[str, ...]]) -> bytes:
    from cli.render.workbook import workbook  # zips, which no other list needs

    return workbook(TITLES, rows)


def _csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    return BOM_UTF8 + "".join(sheet.lines(TITLES, rows)).encode()


def call_list(
    session: Session, rows: Sequence[LinkRow], zone: tzinfo, *, target: Path | None = None, at: datetime
) -> None:
    """Whom to call for a PIN, the most urgent first; in the new file ``target`` as a page to print.

    Raises WouldOverwrite, NoRoom.
    """
    calling = [row for row in rows if row.link.needs_at(at) == "pin"]
    if target is not None:
        _print_calls(session, calling, zone, target, at)
    if session.json:
        document.put_list(
            "links", ({**shapes.link(row.link, row.holder, at=at), "mobile": _mobile(row)} for row in calling)
        )
        return
    paper = Paper()
    if target is not None:
        paper.write(_("Written: {path}").format(path=shown(str(target))))
    elif not calling:
        paper.write(_("Nobody needs to be called: nothing waits for a PIN."))
    else:
        columns = (
            Column(_("Holder"), flexible=True),
            Column(_("Mobile")),
            Column(_("Deleted on")),
            Column(_("Ask for"), flexible=True),
        )
        paper.table(columns, (_call(row, session.titles(), zone, at) for row in calling))


def _print_calls(session: Session, calling: Sequence[LinkRow], zone: tzinfo, target: Path, at: datetime) -> None:
    from cli.render.calls import page  # what only lists needs no page

    count = ngettext("{n} certificate waits for its PIN.", "{n} certificates wait for their PIN.", len(calling))
    made = f"{when.minute(at, zone)}. {count.format(n=len(calling))}"
    columns = (_("Holder"), _("Mobile"), _("Deleted on"), _("Ask for"))
    write_new(target, page(made, columns, (_call(row, session.titles(), zone, at) for row in calling)))


def _call(row: LinkRow, titles: Mapping[str, str], zone: tzinfo, at: datetime) -> list[Cell]:
    link = row.link
    provider = shown(titles.get(link.provider, link.provider))
    asked = _("the PIN of {provider} for {id}").format(provider=provider, id=link.id[:SHORT])
    return [cells.holder(row.holder), Cell(shown(_mobile(row))), _deadline(link, zone, at), Cell(asked)]


def _mobile(row: LinkRow) -> str:
    return row.holder.mobile if row.holder else ""


def _open(rows: Iterable[LinkRow], zone: tzinfo, at: datetime) -> Iterator[tuple[str, ...]]:
    for row in rows:
        link = row.link
        if link.needs_at(at) == "pin":
            deadline = when.day(link.deadline, zone) if link.deadline else ""
            yield link.id, row.holder.name if row.holder else "", link.provider, deadline, _mobile(row), ""


def table(paper: Paper, rows: Iterable[LinkRow], titles: Mapping[str, str], zone: tzinfo, at: datetime) -> None:
    """A table of links."""
    columns = (
        Column(_("Id")),
        Column(_("Holder"), flexible=True),
        Column(_("Provider"), flexible=True),
        Column(_("Deleted on"), flexible=True),
        Column(_("Mail"), flexible=True),
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
        Cell(_(TRUSTS[link.trust]), "red" if link.trust in DOUBTED else "") if link.kind == "link" else Cell("-"),
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
