"""What is deleted for good: before, after, and on the receipt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from cli.render import cells, document, shapes, when
from cli.render.pairs import STATES
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.model.chain import witness
from vault.model.shown import shown
from vault.model.times import text
from vault.operations.purge import Backup, Doomed, Plan, Purged


def planned(session: Session, plan: Plan, zone: tzinfo, *, dry_run: bool) -> None:
    """What would be deleted. A script is told only where it ends with that."""
    if session.json:
        if dry_run or not plan.doomed:
            name = "purgeable" if dry_run else "purged"
            document.put({name: [_shape(one) for one in plan.doomed], "kept": plan.kept})
        return
    paper = Paper()
    if not plan.doomed:
        paper.write(_("Nothing is old enough to be deleted."))
        paper.write(_kept(plan.kept))
        return
    columns = (
        Column(_("Id")),
        Column(_("Holder"), flexible=True),
        Column(_("Provider"), flexible=True),
        Column(_("Valid until")),
        Column(_("State")),
        Column(_("Since")),
    )
    paper.table(columns, (_row(one, session.titles(), zone) for one in plan.doomed))


def answer(session: Session, done: Purged) -> None:
    """The answer of ``purge``."""
    if session.json:
        document.put({"purged": [_shape(one) for one in done.doomed], "kept": done.kept})
        return
    paper, count = Paper(), len(done.doomed)
    paper.write(ngettext("Deleted for good: {n} certificate", "Deleted for good: {n} certificates", count), "green")
    paper.write(_kept(done.kept))
    copies(paper, [backup for one in done.doomed for backup in one.backups])


def copies(paper: Paper, held: Iterable[Backup]) -> None:
    """The copies that still hold what was deleted; of those that are not in their place, how many."""
    places = {backup.path: backup.there for backup in held}
    for path in sorted(path for path, there in places.items() if there):
        paper.write(_("A copy that still holds it: {path}").format(path=shown(path, 1000)))
    if gone := sum(not there for there in places.values()):
        paper.write(
            ngettext(
                "{n} backup that held it is not in its place: deleted, or on a disk that is not connected now.",
                "{n} backups that held it are not in their place: deleted, or on a disk that is not connected now.",
                gone,
            )
        )
        paper.write(_("Which ones: certvault audit"))


def question(plan: Plan) -> str:
    """Whether all that was shown shall be deleted."""
    return ngettext(
        "Delete this {n} certificate for good?", "Delete these {n} certificates for good?", len(plan.doomed)
    )


def receipt(vault: str, done: Purged) -> dict[str, object]:
    """What was deleted, when and by whom, for the files."""
    return {
        "receipt": "certvault-purge",
        "version": 1,
        "vault": vault,
        "at": text(done.at),
        "slot": done.by.slot,
        "user": done.by.user,
        "purged": [_shape(one) for one in done.doomed],
        "head": witness(done.head),
    }


def _kept(count: int) -> str:
    return ngettext(
        "Superseded or retired, and kept: {n} certificate", "Superseded or retired, and kept: {n} certificates", count
    )


def _row(one: Doomed, titles: Mapping[str, str], zone: tzinfo) -> list[Cell]:
    pair = one.pair
    return [
        cells.ident(pair.id),
        cells.holder(one.holder),
        cells.plain(titles.get(pair.provider, pair.provider)),
        Cell(when.day(pair.not_after, zone)),
        Cell(_(STATES[pair.state])),
        Cell(when.day(one.since, zone)),
    ]


def _shape(one: Doomed) -> shapes.Shape:
    return {
        **shapes.pair(one.pair, one.holder),
        "since": text(one.since),
        "backups": [backup(each) for each in one.backups],
    }


def backup(one: Backup) -> shapes.Shape:
    """A copy that still holds it, as scripts read it."""
    return {"path": one.path, "at": text(one.at), "there": one.there}
