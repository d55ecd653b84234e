"""What is due, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, tzinfo
from itertools import chain, islice
from typing import TYPE_CHECKING

from cli.render import cells, when
from cli.render.paper import MEASURED, Cell, Column, Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_
from vault.model.backup import Why
from vault.model.due import Due, Severity
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.model.times import text
from vault.model.watcher import Blind
from vault.operations.due import DueRow

if TYPE_CHECKING:
    from vault.model.target import Target

KINDS = {
    "certificate-expiry": N_("certificate runs out"),
    "link-deletion": N_("download link is deleted"),
    "half-waiting": N_("file waits for its PIN"),
    "request-unanswered": N_("request without an answer"),
    "activation": N_("activation is missing"),
    "install": N_("not installed everywhere yet"),
    "watcher": N_("the warning job did not run"),
}
BACKUPS: dict[Why | Blind | None, tuple[str, str]] = {
    "never": (N_("there is no backup that was opened"), N_("make the first one: {command}")),
    "old": (N_("the last backup that was opened is too old"), N_("make a new one: {command}")),
    "same-disk": (N_("the last backup was written to the vault's own disk"), N_("make one on another disk: {command}")),
}
"""Why a backup is missing, and what to do."""
WATCHERS: dict[Why | Blind | None, tuple[str, str]] = {
    "not-run": (N_("the job with the key {on} did not run"), N_("look at the job; then: certvault remind")),
    "fewer-pairs": (
        N_("there are fewer certificates than before"),
        N_("certvault doctor; then: certvault ack watcher"),
    ),
    "not-sent": (N_("nothing can be sent by {on}"), N_("certvault remind --test")),
}
"""Why the watch is blind, and what to do."""
VAULT = {"backup", "watcher"}
"""Kinds that are about the vault, not about a holder."""
PAST = {"certificate-expiry": N_("certificate has run out"), "link-deletion": N_("download link was deleted")}
SEVERITIES: dict[Severity, tuple[str, str]] = {
    "ok": (N_("in good time"), "green"),
    "warning": (N_("soon"), "yellow"),
    "critical": (N_("urgent"), "red"),
    "expired": (N_("too late"), "alarm"),
}


def answer(session: Session, rows: Iterator[DueRow], zone: tzinfo, *, at: datetime, within: int) -> None:
    """The answer of ``due``, row by row."""
    if session.json:
        _document(rows, at)
        return
    paper = Paper()
    first = list(islice(rows, MEASURED))
    if not first:
        paper.write(ngettext("Nothing is due within {n} day.", "Nothing is due within {n} days.", within))
        return
    titles = session.titles()
    columns = (
        Column(_("Due")),
        Column(""),
        Column(_("Holder"), flexible=True),
        Column(_("Provider"), flexible=True),
        Column(_("What"), flexible=True),
        Column(_("Next step"), flexible=True),
    )
    table = [_cells(row, titles, zone) for row in first]
    if paper.fits(columns, table):
        paper.table(columns, chain(table, (_cells(row, titles, zone) for row in rows)))
        return
    for row in chain(first, rows):
        entry(paper, row, titles, zone)
        paper.write()


def entry(paper: Paper, row: DueRow, titles: Mapping[str, str], zone: tzinfo) -> None:
    """One thing that is due, in three lines, the last of them to copy."""
    due, word = row.due, severity(row.due)
    paper.write(f"{paper.styled(word.text, word.style)}  {whose(row, titles)}")
    paper.write(f"  {_told(row, zone)}: {when.day(due.date, zone)}, {when.days(due.days_left)}")
    paper.write("  " + paper.styled(step(due), "cyan"))


def whose(row: DueRow, titles: Mapping[str, str]) -> str:
    """Whom it is about: a holder and a provider, or the vault."""
    if row.due.kind in VAULT:
        return _("the vault")
    whose = shown(row.holder.name) if row.holder else _("holder not known yet")
    return f"{whose}, {shown(titles.get(row.due.provider, row.due.provider))}"


def _document(rows: Iterator[DueRow], at: datetime) -> None:
    from cli.render import document, shapes

    document.put_list("due", (shapes.due(row.due, row.holder) for row in rows), at=text(at))


def what(due: Due) -> str:
    """What it is about, in words, and whether a new one was asked for."""
    told = _what(due)
    return _("{what}, a new one was asked for").format(what=told) if due.asked else told


def _what(due: Due) -> str:
    if due.kind == "half-waiting" and due.asked:
        return _("file and PIN are not both here")
    if due.kind == "half-waiting" and due.do != "ask-pin":
        return (
            _("file and PIN are both here") if due.do == "fetch" and due.ref == due.id else _("PIN waits for its link")
        )
    if due.target is not None:
        return (_("old one still installed: {place}") if due.old else _("not installed yet: {place}")).format(
            place=place(due.target)
        )
    if due.why in BACKUPS:
        return _(BACKUPS[due.why][0])
    if due.why in WATCHERS:
        return _(WATCHERS[due.why][0]).format(on=shown(due.id))
    return _(PAST[due.kind]) if due.severity == "expired" and due.kind in PAST else _(KINDS[due.kind])


def place(target: Target) -> str:
    """Where something is installed, by the software's short name, and what people call the place: no link in it."""
    from vault.model.leaving import unlinked  # most often everything is installed

    return unlinked(shown(", ".join(filter(None, (target.profile, target.name)))))


def nameless(due: Due) -> Due:
    """The same without what people call the place: it may be named after somebody."""
    return due if due.target is None else due._replace(target=due.target._replace(name=""))


def step(due: Due) -> str:
    """What to do next: a command to copy, or what to ask for."""
    match due.do:
        case "ask-pin" | "fetch":
            return f"certvault fetch {due.ref[:SHORT]}"
        case "request":
            return f"certvault request {due.ref[:SHORT]}"
        case "activate":
            return _("activate it, then: {command}").format(command=f"certvault ack {due.ref[:SHORT]} --activated")
        case "install":
            return _("install it, then: {command}").format(command=f"certvault targets confirm {due.id[:SHORT]}")
        case _ if due.kind == "half-waiting" and not due.asked:
            return "certvault ingest " + _("MAIL")
        case _ if due.why in BACKUPS:
            return _(BACKUPS[due.why][1]).format(command="certvault backup " + _("FILE"))
        case _ if due.why in WATCHERS:
            return _(WATCHERS[due.why][1])
        case _:
            return f"certvault show {due.ref[:SHORT]}"


def severity(due: Due) -> Cell:
    """How urgent it is, in a word; the colour only repeats it."""
    return Cell(severity_word(due.severity), SEVERITIES[due.severity][1])


def severity_word(found: Severity) -> str:
    """How urgent something is, in a word."""
    return _(SEVERITIES[found][0])


def _cells(row: DueRow, titles: Mapping[str, str], zone: tzinfo) -> list[Cell]:
    return [*_head(row.due, zone), *_tail(row, titles, zone)]


def _head(due: Due, zone: tzinfo) -> list[Cell]:
    return [Cell(f"{when.day(due.date, zone)}, {when.days(due.days_left)}"), severity(due)]


def _told(row: DueRow, zone: tzinfo) -> str:
    """What it is about, and until when it is quiet."""
    if row.quiet is None:
        return what(row.due)
    return _("{what}, noted until {day}").format(what=what(row.due), day=when.day(row.quiet, zone))


def _tail(row: DueRow, titles: Mapping[str, str], zone: tzinfo) -> list[Cell]:
    provider = titles.get(row.due.provider, row.due.provider)
    holder = Cell(_("the vault")) if row.due.kind in VAULT else cells.holder(row.holder)
    return [holder, cells.plain(provider), Cell(_told(row, zone)), Cell(step(row.due))]
