"""Holders, for people and for scripts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from cli import prompt
from cli.render import cells, document, errors, links, shapes, targets, when
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_, PartlyDone
from vault.model.holder import Holder
from vault.model.ids import SHORT
from vault.model.outgoing import address
from vault.model.shown import shown

if TYPE_CHECKING:
    from vault.operations.directory import Line
    from vault.operations.holders import Card, HolderRow, Merged

OUTCOMES = {
    "added": N_("added"),
    "changed": N_("changed"),
    "unchanged": N_("unchanged"),
    "unclear": N_("not taken: may be somebody known"),
    "refused": N_("not taken: wrong"),
}


def listing(session: Session, rows: Sequence[HolderRow]) -> None:
    """The answer of ``holders list``."""
    if session.json:
        document.put_list("holders", ({**shape(row.holder), "pairs": row.pairs} for row in rows))
        return
    paper = Paper()
    if not rows:
        paper.write(_("There is no such holder here."))
        return
    columns = (
        Column(_("Id")),
        Column(_("Holder"), flexible=True),
        Column(_("Agency no."), flexible=True),
        Column(_("Mobile")),
        Column(_("Responsible"), flexible=True),
        Column(_("Tags"), flexible=True),
        Column(_("Certificates")),
    )
    paper.table(columns, (_row(row) for row in rows))


def card(session: Session, found: Card, zone: tzinfo) -> None:
    """The answer of ``holders show``."""
    holder = found.holder
    if session.json:
        more = {
            "pairs": [shapes.pair(pair, holder) for pair in found.pairs],
            "links": [shapes.link(link, holder, at=session.now()) for link in found.links],
            "targets": [targets.shape(one) for one in found.places],
        }
        document.put({"holder": {**shape(holder), "others": [*found.others]}, **more})
        return
    Paper().facts(_facts(session, found, zone))


def beside(session: Session, sentence: str, found: Card, zone: tzinfo) -> None:
    """What a person looks at before one holder becomes another: beside a prompt, so on standard error."""
    facts = _facts(session, found, zone)
    prompt.tell(_(sentence))
    wide = max(len(name) for name, _value in facts) + 2
    for name, value in facts:
        prompt.tell(f"  {name:{wide}}{value}")


def one(session: Session, holder: Holder, sentence: str, *, responsible: str | None = None) -> None:
    """A holder as he is now; of ``responsible``, where it was just said, whether that can get a mail."""
    if session.json:
        document.put({"holder": shape(holder)})
        return
    paper = Paper()
    paper.write(_(sentence).format(holder=f"{holder.id[:SHORT]}, {shown(holder.name)}"), "green")
    if responsible and address(responsible) is None:
        paper.write(_("{name} is no mail address, so the office gets the reminders.").format(name=shown(responsible)))


def merged(session: Session, done: Merged, other: Holder) -> None:
    """The answer of ``holders merge``."""
    if session.json:
        document.put({"holder": shape(done.holder), "pairs": done.pairs, "links": done.links, "targets": done.targets})
        return
    paper, names = Paper(), {"other": shown(other.name), "kept": shown(done.holder.name)}
    paper.write(_("{other} is {kept} from now on.").format(**names), "green")
    paper.write(ngettext("{n} certificate was sealed anew.", "{n} certificates were sealed anew.", done.pairs))


def imported(session: Session, done: Sequence[Line], unknown: Sequence[str], *, dry_run: bool) -> None:
    """The answer of ``holders import``. Raises PartlyDone where a line was not taken."""
    failed = sum(one.error is not None for one in done)
    if session.json:
        document.put({"lines": [_line(one) for one in done], "unknown": [*unknown], "dry_run": dry_run})
    else:
        _tell(Paper(), done, unknown, dry_run=dry_run)
    if failed:
        raise PartlyDone(failed=failed, total=len(done))


def shape(holder: Holder) -> shapes.Shape:
    """HOLDER, as scripts read it."""
    return {
        "id": holder.id,
        "name": holder.name,
        "addresses": [*holder.addresses],
        "numbers": [*holder.numbers],
        "mobile": holder.mobile,
        "responsible": holder.responsible,
        "tags": [*holder.tags],
    }


def _facts(session: Session, found: Card, zone: tzinfo) -> list[tuple[str, str]]:
    """What is known of a holder and what he has, each under its name; without what is empty."""
    holder, titles = found.holder, session.titles()
    facts = [
        (_("Id"), holder.id),
        (_("Holder"), holder.name),
        (_("Also called"), ", ".join(found.others)),
        (_("Addresses"), ", ".join(holder.addresses)),
        (_("Agency numbers"), ", ".join(holder.numbers)),
        (_("Mobile"), holder.mobile),
        (_("Responsible"), holder.responsible),
        (_("Tags"), ", ".join(holder.tags)),
        *(
            (
                _("Certificate"),
                _until(pair.id, titles.get(pair.provider, pair.provider), when.day(pair.not_after, zone)),
            )
            for pair in found.pairs
        ),
        *targets.facts(session, found.places, zone),
        *links.waiting_facts(found.links, zone, session.now()),
    ]
    return [(name, shown(value, 1000)) for name, value in facts if value]


def _tell(paper: Paper, done: Sequence[Line], unknown: Sequence[str], *, dry_run: bool) -> None:
    for one in done:
        if one.error is not None:
            who = f" ({shown(one.name)})" if one.name else ""
            told = _("Line {line}{who}: {why}").format(line=one.line, who=who, why=errors.sentence(one.error))
            paper.write(told, "yellow")
            for candidate in _candidates(one):
                paper.write(f"  {candidate}")
    if unknown:
        paper.write(_("Columns that were not understood: {titles}").format(titles=shown(", ".join(unknown))))
    if dry_run:
        paper.write(_("Nothing was changed. It would be:"))
    for outcome, count in Counter(one.outcome for one in done).items():
        paper.write(str(count) + "  " + _(OUTCOMES[outcome]))


def _candidates(one: Line) -> list[str]:
    found = one.error.fields.get("candidates") if one.error is not None else None
    return [errors.candidate(each) for each in found] if isinstance(found, list) else []


def _line(one: Line) -> shapes.Shape:
    error = None if one.error is None else errors.as_document(one.error)
    return {"line": one.line, "name": one.name, "outcome": one.outcome, "holder": one.holder, "error": error}


def _row(row: HolderRow) -> list[Cell]:
    holder = row.holder
    return [
        cells.ident(holder.id),
        cells.holder(holder),
        cells.plain(", ".join(holder.numbers)),
        cells.plain(holder.mobile),
        cells.plain(holder.responsible),
        cells.plain(", ".join(holder.tags)),
        Cell(str(row.pairs)),
    ]


def _until(pair: str, title: str, day: str) -> str:
    return f"{pair[:SHORT]}, {title}, {day}"
