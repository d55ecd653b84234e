"""What there is of a holder who leaves, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from cli.prompt import tell
from cli.render import cells, document, exported, shapes, when
from cli.render.errors import as_document, sentence
from cli.render.pairs import STATES, other_name
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import CertvaultError, PartlyDone
from vault.model.chain import witness
from vault.model.ids import SHORT
from vault.model.pair import Pair
from vault.model.shown import shown
from vault.operations.export import Exported
from vault.operations.export_many import Outcome
from vault.operations.offboard import Leaving, Left

LONGEST = 1000


@dataclass(slots=True)
class HandedOut:
    """What lies in the ``folder`` and in that for ``pins`` now; ``unprinted`` are the pairs whose PIN no letter can
    show, ``failed`` those whose file could not be written."""

    folder: Path
    pins: Path | None
    listing: Path | None = None
    files: list[Exported] = field(default_factory=list)
    sheets: list[Path] = field(default_factory=list)
    letters: list[Path] = field(default_factory=list)
    unprinted: list[Pair] = field(default_factory=list)
    failed: list[Outcome] = field(default_factory=list)
    misnamed: list[Outcome] = field(default_factory=list)


def planned(session: Session, plan: Leaving, pairs: Sequence[Pair], zone: tzinfo, *, dry_run: bool) -> None:
    """What would be handed out and put away. A script is told only where it ends with that."""
    if session.json:
        if dry_run or not (plan.anything or pairs):
            document.put({"holder": plan.holder.name, "pairs": [shapes.pair(one, plan.holder) for one in pairs]})
        return
    paper, titles = Paper(), session.titles()
    paper.write(_("Holder: {name}").format(name=shown(plan.holder.name)))
    if not plan.anything and not pairs:
        paper.write(_("Nothing of him is in use or waits any more."))
        return
    columns = (
        Column(_("Id")),
        Column(_("Provider"), flexible=True),
        Column(_("Purpose"), flexible=True),
        Column(_("Valid until")),
        Column(_("State")),
    )
    paper.table(
        columns,
        (
            [
                cells.ident(pair.id),
                cells.plain(titles.get(pair.provider, pair.provider)),
                cells.plain(pair.purpose),
                Cell(when.day(pair.not_after, zone)),
                Cell(_(STATES[pair.state])),
            ]
            for pair in pairs
        ),
    )
    if plan.links:
        paper.write(ngettext("{n} open link or half", "{n} open links or halves", len(plan.links)))
    if plan.requests:
        paper.write(ngettext("{n} request without an answer", "{n} requests without an answer", len(plan.requests)))
    if plan.targets:
        told = ngettext("{n} place where they are installed", "{n} places where they are installed", len(plan.targets))
        paper.write(told)
    kept = len(plan.older) - sum(pair.state != "current" for pair in pairs)
    if kept:
        told = ngettext("Put away before, and left here: {n}", "Put away before, and left here: {n}", kept)
        paper.write(told + " (--all)")


def question(plan: Leaving, pairs: Sequence[Pair]) -> str:
    """Whether it shall be done."""
    told = ngettext(
        "Hand out {n} certificate of {name}, and put away what is in use?",
        "Hand out {n} certificates of {name}, and put away what is in use?",
        len(pairs),
    )
    return told.format(name=shown(plan.holder.name))


def answer(session: Session, out: HandedOut, left: Left | None) -> None:
    """The answer of ``offboard``. Raises PartlyDone where files failed, and so nothing was put away."""
    if session.json:
        document.put(_shape(out, left))
    else:
        _tell(out, left)
    if out.failed:
        raise PartlyDone(failed=len(out.failed), total=len(out.failed) + len(out.files))


def _tell(out: HandedOut, left: Left | None) -> None:
    paper = Paper()
    for one in out.misnamed:
        if one.holder is not None and one.pair is not None:
            tell(other_name(one.holder, one.pair))
    _tell_files(paper, out)
    if out.failed:
        columns = (Column(_("Id")), Column(_("Result"), flexible=True))
        paper.table(columns, [(cells.ident(one.id), Cell(sentence(error), "red")) for one, error in _failures(out)])
    if left is None:
        paper.write(_("Nothing was put away yet. The same command goes on from there."), "yellow")
        return
    current = left.what.current
    paper.write(ngettext("Put away: {n} certificate", "Put away: {n} certificates", len(current)), "green")
    if left.what.links:
        paper.write(ngettext("Discarded: {n} link or half", "Discarded: {n} links or halves", len(left.what.links)))
    if left.what.targets:
        paper.write(ngettext("Dropped: {n} place", "Dropped: {n} places", len(left.what.targets)))
    told = _("All of it is kept. When it has been kept for long enough, this deletes it for good: {command}")
    paper.write(told.format(command="certvault purge --receipt receipt.json"))
    paper.write(_("The audit log now: {head}").format(head=witness(left.head)))


def _tell_files(paper: Paper, out: HandedOut) -> None:
    if not out.files:
        return
    told = ngettext("In {path}: {n} certificate", "In {path}: {n} certificates", len(out.files))
    paper.write(told.format(path=shown(str(out.folder), LONGEST)))
    if out.listing is not None:
        paper.write(_("The list of the files: {path}").format(path=shown(str(out.listing), LONGEST)))
    if out.letters:
        told = ngettext("In {path}: {n} letter with a PIN", "In {path}: {n} letters with a PIN", len(out.letters))
        paper.write(told.format(path=shown(str(out.pins), LONGEST)))
        paper.write(_("Print them, delete the files, and send the letters another way than the certificates."))
    elif out.pins is None:
        told = _("Their PINs, another way: {command}")
        paper.write(told.format(command="certvault pin ID --letter PIN.pdf"))
    for pair in out.unprinted:
        told = _("Its PIN cannot be printed: {command}").format(command=f"certvault pin {pair.id[:SHORT]} --spell")
        paper.write(told, "yellow")


def _shape(out: HandedOut, left: Left | None) -> dict[str, object]:
    return {
        "files": [exported.shape(one) for one in out.files],
        "failed": [{"pair": one.id, "error": as_document(error)} for one, error in _failures(out)],
        "list": None if out.listing is None else str(out.listing),
        "sheets": [str(path) for path in out.sheets],
        "letters": [str(path) for path in out.letters],
        "unprinted": [pair.id for pair in out.unprinted],
        "retired": [] if left is None else [pair.id for pair in left.what.current],
        "discarded": [] if left is None else [link.id for link in left.what.links],
        "dropped": [] if left is None else [target.id for target in left.what.targets],
        "withdrawn": [] if left is None else [one.about for one in left.what.requests],
        "head": None if left is None else witness(left.head),
    }


def _failures(out: HandedOut) -> Iterator[tuple[Outcome, CertvaultError]]:
    return ((one, one.error) for one in out.failed if one.error is not None)
