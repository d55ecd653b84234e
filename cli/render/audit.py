"""The audit log and what its verification found, for people, for scripts and for spreadsheets."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from itertools import chain, islice
from pathlib import Path

from cli.render import document, events, shapes
from cli.render.paper import Paper
from cli.render.spreadsheet import LONGEST, row
from cli.session import Session
from cli.texts import _, ngettext, translated
from vault.errors import N_, LogContradicts
from vault.files.writing import write_new_lines
from vault.model.chain import witness
from vault.model.event import Head
from vault.model.shown import shown
from vault.model.texts import said
from vault.operations.audit import Entry
from vault.operations.verify import Verified

INSIDE = N_("no contradiction inside")
"""The verdict without a witness, in these words: it claims no more."""
AGREES = N_("no contradiction inside, and the log goes on from the head that was given")
COLUMNS = ("number", "at", "what", "pair", "link", "holder", "slot", "user", "details")


def listing(session: Session, head: Head, entries: Iterator[Entry], zone: tzinfo) -> None:
    """The answer of ``audit``."""
    if session.json:
        document.put_list("events", (_shape(entry) for entry in entries), head=_head(head))
        return
    paper = Paper()
    first = list(islice(entries, 1))
    if not first:
        paper.write(_("There is no such event."))
    events.table(paper, chain(first, entries), zone)
    paper.write()
    paper.write(_("The audit log now: {head}").format(head=witness(head)))


def spreadsheet(entries: Iterable[Entry], target: str) -> None:
    """The events as CSV (RFC 4180), UTF-8 with a byte-order mark, in the new file ``target`` or, for ``-``, on standard
    output. Raises WouldOverwrite, NoRoom."""
    if target != "-":
        path = Path(target)
        write_new_lines(path, _lines(entries))
        Paper().write(_("Written: {path}").format(path=shown(target, LONGEST)))
        return
    out = sys.stdout.buffer
    out.write(b"\xef\xbb\xbf")
    for line in _lines(entries):
        out.write(line.encode())


def verified(session: Session, found: Verified) -> None:
    """The answer of ``audit --verify``. Raises LogContradicts."""
    if session.json:
        document.put(_report(found))
    else:
        _tell(Paper(), found)
    if found.contradictions:
        raise LogContradicts(count=found.total)


def _tell(paper: Paper, found: Verified) -> None:
    count = ngettext("{n} event", "{n} events", found.head.number)
    if found.contradictions:
        for one in found.contradictions:
            paper.write(f"- {shown(translated(one.text), LONGEST)}", "red")
        if further := found.total - len(found.contradictions):
            paper.write(_("and further ones: {count}").format(count=further))
    else:
        paper.write(count + ": " + _(AGREES if found.witness else INSIDE), "green")
        for line in _explained(found):
            paper.write(line)
    paper.write(_("The audit log now: {head}").format(head=witness(found.head)))


def _explained(found: Verified) -> Iterator[str]:
    if not found.authenticated:
        yield _("Authentications were not checked: that takes the passphrase in place of a watch key.")
    if found.unauthenticated:
        yield ngettext(
            "{n} event since the last checkpoint is not authenticated: whoever has a watch key could have written it.",
            "{n} events since the last checkpoint are not authenticated: whoever has a watch key could have written "
            "them.",
            found.unauthenticated,
        )
    if found.witness is None:
        yield _(
            "That the end of the log was cut off, or the whole folder set back to an earlier day, cannot be seen from "
            "inside. A head that was noted earlier shows it: certvault audit --verify --head COUNT:HASH"
        )


def _report(found: Verified) -> dict[str, object]:
    verdict = "contradiction" if found.contradictions else AGREES if found.witness else INSIDE
    return {
        "head": _head(found.head),
        "verdict": verdict,
        "checkpoint": found.checkpoint,
        "unauthenticated": found.unauthenticated,
        "authentication_checked": found.authenticated,
        "witness": _head(found.witness) if found.witness else None,
        "contradictions": [
            {**one._asdict(), "text": shown(translated(one.text), LONGEST)} for one in found.contradictions
        ],
        "further": found.total - len(found.contradictions),
    }


def _head(head: Head) -> dict[str, object]:
    return {"count": head.number, "hash": head.hash.hex()}


def _shape(entry: Entry) -> dict[str, object]:
    holder = entry.holder
    return shapes.event(entry.recorded, {holder.id: holder.name} if holder else {})


def _lines(entries: Iterable[Entry]) -> Iterator[str]:
    yield row(COLUMNS)
    for entry in entries:
        shape = _shape(entry)
        told = "; ".join(f"{name}: {value or ''}" for name, value in said(entry.recorded).items())
        yield row([str(shape[name] or "") for name in COLUMNS[:-1]] + [told])
