"""What was sent, or would be."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from cli.render import document
from cli.render.errors import hint, reason, sentence
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_, NobodyToTell, PartlyDone
from vault.model.shown import shown
from vault.model.times import text

if TYPE_CHECKING:
    from vault.operations.planning import Digest, Plan
    from vault.operations.remind import Done

KINDS = {"digest": N_("digest"), "sign-of-life": N_("sign of life"), "test": N_("test")}


def nothing(session: Session, at: datetime, next_: datetime) -> None:
    """That there is nothing to do, and until when."""
    if session.json:
        document.put({"at": text(at), "sent": [], "failed": [], "nobody": 0, "next": text(next_)})
        return
    Paper().write(_("Nothing to send."), "green")


def answer(session: Session, done: Done, at: datetime) -> None:
    """The answer of ``remind``. Raises PartlyDone where something could not be sent, or to nobody."""
    if session.json:
        failed = [{**_shape(one.digest), "error": one.why.kind(), "why": sentence(one.why)} for one in done.failed]
        document.put(
            {
                "at": text(at),
                "sent": [_shape(one) for one in done.sent],
                "failed": failed,
                "nobody": done.nobody,
                "next": text(done.next),
            }
        )
    else:
        _tell(done)
    if done.failed or done.nobody:
        missing = NobodyToTell.hint if done.nobody else None
        lacking = len(done.failed) + bool(done.nobody)
        raise PartlyDone(failed=lacking, total=lacking + len(done.sent), hint=missing)


def _tell(done: Done) -> None:
    paper = Paper()
    for one in done.sent:
        paper.write(_("Sent: {what}").format(what=_named(one)), "green")
    for failure in done.failed:
        told = _("Not sent: {what}: {why}")
        paper.write(told.format(what=_named(failure.digest), why=reason(failure.why)), "red")
    for line in dict.fromkeys(filter(None, (hint(failure.why) for failure in done.failed))):
        paper.write(line)
    if done.nobody:
        told = ngettext("Nobody is named for {n} entry.", "Nobody is named for {n} entries.", done.nobody)
        paper.write(told, "red")
    if not (done.sent or done.failed or done.nobody):
        paper.write(_("Nothing to send."), "green")


def planned(session: Session, plan: Plan, zone: tzinfo, at: datetime) -> None:
    """What would be sent: to whom, and each entry."""
    from cli.render import shapes
    from cli.render.due import entry

    if session.json:
        would = [
            {**_shape(one), "due": [shapes.due(each.row.due, each.row.holder) for each in one.entries]}
            for one in plan.digests
        ]
        document.put({"at": text(at), "would": would, "nobody": plan.nobody, "next": text(plan.next)})
        return
    paper, titles = Paper(), session.titles()
    for one in plan.digests:
        paper.write(_("Would be sent: {what}").format(what=_named(one)), "bold")
        for each in one.entries:
            paper.write()
            entry(paper, each.row, titles, zone)
        paper.write()
    if plan.nobody:
        paper.write(ngettext("Nobody is named for {n} entry.", "Nobody is named for {n} entries.", plan.nobody), "red")
        paper.write(_(NobodyToTell.hint))
    if not (plan.digests or plan.nobody):
        paper.write(_("Nothing to send."), "green")


def _shape(one: Digest) -> dict[str, object]:
    return {"kind": one.kind, "to": one.to, "channel": one.channel, "entries": len(one.entries)}


def _named(one: Digest) -> str:
    by = f"{shown(one.channel)} {shown(one.to)}".rstrip()
    if one.kind != "digest":
        kind = _(KINDS[one.kind])
        return f"{kind}, {by}"
    entries = ngettext("{n} entry", "{n} entries", len(one.entries))
    return f"{entries}, {by}"
