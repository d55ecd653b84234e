"""A holder is forgotten: before with his name, afterwards and on the receipt without it."""

from __future__ import annotations

from datetime import tzinfo

from cli.render import cells, document, events, shapes, when
from cli.render.pairs import STATES
from cli.render.paper import Cell, Column, Paper
from cli.render.purged import backup, copies
from cli.session import Session
from cli.texts import _, ngettext
from vault.model.chain import witness
from vault.model.shown import shown
from vault.model.times import text
from vault.operations.forget import Forgetting, Forgotten


def planned(session: Session, plan: Forgetting, zone: tzinfo, *, dry_run: bool) -> None:
    """What would be deleted. A script is told only where it ends with that."""
    if session.json:
        if dry_run:
            document.put({"forgettable": _plan(plan)})
        return
    paper, titles = Paper(), session.titles()
    paper.write(_("Holder: {name}").format(name=shown(plan.holder.name)))
    for fact in _facts(plan):
        paper.write(f"  {shown(fact)}")
    if plan.pairs:
        columns = (Column(_("Id")), Column(_("Provider"), flexible=True), Column(_("Valid until")), Column(_("State")))
        paper.table(
            columns,
            (
                [
                    cells.ident(pair.id),
                    cells.plain(titles.get(pair.provider, pair.provider)),
                    Cell(when.day(pair.not_after, zone)),
                    Cell(_(STATES[pair.state]), "yellow" if pair.state == "current" else ""),
                ]
                for pair in plan.pairs
            ),
        )
    paper.write(ngettext("{n} link", "{n} links", len(plan.links)))
    if plan.targets:
        paper.write(ngettext("{n} place of installation", "{n} places of installation", len(plan.targets)))
    paper.write(ngettext("{n} text in the audit log", "{n} texts in the audit log", plan.texts))
    for path in plan.files:
        paper.write(_("Handed out, and not touched: {path}").format(path=shown(path, 1000)))


def question(plan: Forgetting) -> str:
    """Whether he shall be forgotten."""
    name, current = shown(plan.holder.name), sum(pair.state == "current" for pair in plan.pairs)
    if not current:
        return _("Forget {name} for good?").format(name=name)
    return ngettext(
        "Forget {name} for good, with {n} certificate that is in use?",
        "Forget {name} for good, with {n} certificates that are in use?",
        current,
    ).format(name=name)


def answer(session: Session, done: Forgotten) -> None:
    """The answer: no name any more."""
    if session.json:
        document.put({"forgotten": _done(done)})
        return
    paper, what = Paper(), done.what
    paper.write(_("Deleted for good, and in the audit log now: {name}").format(name=events.forgotten(what.holder.id)))
    copies(paper, what.backups)
    if what.backups:
        paper.write(_("After such a copy was restored, he is to be forgotten once more."))


def receipt(vault: str, done: Forgotten) -> shapes.Shape:
    """What was deleted, when and by whom, for the files: whom it was about, only his id says."""
    return {"receipt": "certvault-forgotten", "version": 1, "vault": vault, **_done(done)}


def _facts(plan: Forgetting) -> list[str]:
    holder = plan.holder
    one = (holder.mobile, holder.responsible, *holder.tags, *(name for _id, name in plan.merged))
    return [fact for fact in (*holder.addresses, *holder.numbers, *one) if fact]


def _plan(plan: Forgetting) -> shapes.Shape:
    return {
        "holder": plan.holder.name,
        "id": plan.holder.id,
        "addresses": [*plan.holder.addresses],
        "numbers": [*plan.holder.numbers],
        "mobile": plan.holder.mobile,
        "responsible": plan.holder.responsible,
        "tags": [*plan.holder.tags],
        "merged": [name for _id, name in plan.merged],
        "pairs": [shapes.pair(pair, plan.holder) for pair in plan.pairs],
        "links": len(plan.links),
        "targets": len(plan.targets),
        "texts": plan.texts,
        "files": [*plan.files],
        "backups": [backup(one) for one in plan.backups],
    }


def _done(done: Forgotten) -> shapes.Shape:
    what = done.what
    return {
        "at": text(done.at),
        "slot": done.by.slot,
        "user": done.by.user,
        "id": what.holder.id,
        "pairs": [
            {
                "id": pair.id,
                "provider": pair.provider,
                "not_after": text(pair.not_after),
                "state": pair.state,
                "added": text(pair.added),
            }
            for pair in what.pairs
        ],
        "links": len(what.links),
        "targets": len(what.targets),
        "texts": done.texts,
        "files": len(what.files),
        "backups": [backup(one) for one in what.backups],
        "head": witness(done.head),
    }
