"""What came of ``fetch`` and ``add``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING

from cli.adding import Outcome
from cli.render import document, errors, shapes, targets, when
from cli.render.pairs import until
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _
from vault.errors import N_, CertvaultError, PartlyDone, filled
from vault.ledger.pairs import Stored
from vault.model.ids import SHORT
from vault.model.pair import Pair
from vault.model.remark import Remark
from vault.model.shown import shown
from vault.operations.places import places_of_lineage
from vault.operations.register import pair_row

if TYPE_CHECKING:
    from cli.halves import Met
    from vault.custody import Watch


REMARKS: dict[Remark, str] = {
    "expired": N_("Mind: the certificate ran out on {until}; nobody can log in with it any more."),
    "not-yet-valid": N_("Mind: the certificate is not valid before {from}."),
    "pin-otherwise-encoded": N_(
        "Mind: the file was made with this PIN in an unusual encoding; some programs will call the PIN wrong. If one "
        "does, ask the issuer for a new file with a PIN of plain letters and digits."
    ),
}
"""What is said of a pair that was stored all the same."""


def answer(session: Session, watch: Watch, stored: Stored, deleted: bool | None = None) -> None:
    """The answer for one pair; ``deleted`` says whether its file is gone, where somebody wished that."""
    if session.json:
        document.put({**shape(session, watch, stored), **_gone(deleted)})
        return
    told(session, watch, stored)
    _tell_deleted(deleted)
    paper, short = Paper(), stored.pair.id[:SHORT]
    commands = f"certvault export {short} --to " + _("DIR") + f", certvault pin {short}"
    paper.write(_("Next: {commands}").format(commands=commands))


def answers(session: Session, watch: Watch, outcomes: Iterable[Outcome]) -> None:
    """The answer for several files. Raises PartlyDone where one of them could not be stored."""
    results: list[dict[str, object]] = []
    for outcome in outcomes:
        failed = isinstance(outcome.result, CertvaultError)
        told_of = {**_result(session, watch, outcome.result), **_gone(outcome.deleted)}
        results.append({"file": str(outcome.path), "ok": not failed, **told_of})
        if not session.json:
            _tell_one(session, watch, outcome)
    if session.json:
        document.put({"results": results})
    failures = sum(not result["ok"] for result in results)
    if failures:
        raise PartlyDone(failed=failures, total=len(results))


def met(session: Session, watch: Watch, outcomes: Iterable[Met]) -> None:
    """The answer for halves that met. Raises PartlyDone where what was proven could not be stored."""
    results: list[dict[str, object]] = []
    for one in outcomes:
        failed = isinstance(one.result, CertvaultError)
        ids = {"link": one.match.file.id, "pin": one.match.half.link.id}
        results.append({**ids, "ok": not failed, **_result(session, watch, one.result)})
        if not session.json:
            tell_met(session, watch, one)
    if session.json:
        document.put({"results": results})
    elif not results:
        Paper().write(_("No PIN that waits opens a file that is here."))
    failures = sum(not result["ok"] for result in results)
    if failures:
        raise PartlyDone(failed=failures, total=len(results))


def tell_met(session: Session, watch: Watch, one: Met) -> None:
    """What became of a file and a PIN that met."""
    file = one.match.file
    Paper().write(shown(file.subject) if file.kind == "file" else file.id[:SHORT], "bold")
    if isinstance(one.result, CertvaultError):
        errors.report(one.result, json=False)
    else:
        told(session, watch, one.result)


def told(session: Session, watch: Watch, stored: Stored) -> None:
    """What was stored, in sentences."""
    paper, row = Paper(), pair_row(watch, stored.pair)
    holder = row.holder.name if row.holder else "?"
    line = _("In the vault already, nothing was changed: {pair}") if stored.known else _("Stored: {pair}")
    what = _("{id}, {holder}, {provider}, valid until {until}").format(
        id=stored.pair.id[:SHORT],
        holder=shown(holder),
        provider=session.titles().get(stored.pair.provider, stored.pair.provider),
        until=until(stored.pair, session.zone(watch), session.now()),
    )
    paper.write(line.format(pair=what), "green")
    if stored.supersedes:
        paper.write(_("It takes the place of {pair}.").format(pair=stored.supersedes[:SHORT]))
        _tell_where(paper, session, watch, stored.pair)
    if stored.said_holder:
        paper.write(
            _("Mind: {said} was named as its holder; the certificate is that of {holder}.").format(
                said=shown(stored.said_holder), holder=shown(holder)
            ),
            "yellow",
        )
    if stored.pin_holder:
        paper.write(_pin_remark(stored.pin_holder, holder), "yellow")
    for one in stored.remarks:
        paper.write(remark(one, stored.pair, session.zone(watch)), "yellow")
    profile = session.readable.get(stored.pair.provider)
    if profile and profile.activation and not stored.known:
        paper.write(_("Before it works it is activated at {provider}.").format(provider=shown(profile.title)))


def _tell_where(paper: Paper, session: Session, watch: Watch, pair: Pair) -> None:
    """Where the old one is still installed, and what to say when the new one is."""
    there = [one for one in places_of_lineage(watch, pair.lineage) if one.open]
    if there:
        names = "; ".join(targets.software(session, one.target) for one in there)
        ids = " ".join(one.installations[0].id[:SHORT] for one in there)
        paper.write(_("It is to be installed at: {places}").format(places=names))
        paper.write(_("When it is installed: {command}").format(command=f"certvault targets confirm {ids}"))


def _pin_remark(meant: str, holder: str) -> str:
    sentence = _("Mind: the PIN had waited for {meant}; the certificate is that of {holder}.")
    return sentence.format(meant=shown(meant), holder=shown(holder))


def remark(told: Remark, pair: Pair, zone: tzinfo) -> str:
    """What is to be said of a pair, in a sentence."""
    days: dict[str, object] = {"from": when.day(pair.not_before, zone), "until": when.day(pair.not_after, zone)}
    return filled(_(REMARKS[told]), days)


def _tell_one(session: Session, watch: Watch, outcome: Outcome) -> None:
    paper = Paper()
    paper.write(shown(str(outcome.path)), "bold")
    if isinstance(outcome.result, CertvaultError):
        errors.report(outcome.result, json=False)
    else:
        told(session, watch, outcome.result)
        _tell_deleted(outcome.deleted)


def _result(session: Session, watch: Watch, result: Stored | CertvaultError) -> dict[str, object]:
    if isinstance(result, CertvaultError):
        return {"error": errors.as_document(result)}
    return shape(session, watch, result)


def _gone(deleted: bool | None) -> dict[str, object]:
    return {} if deleted is None else {"deleted": deleted}


def _tell_deleted(deleted: bool | None) -> None:
    if deleted:
        Paper().write(_("The file was deleted. On the disk, in its bin, or in backups it may still be found."))
    elif deleted is not None:
        Paper().write(_("The file was not deleted: it is not, byte for byte, what is stored."), "yellow")


def shape(session: Session, watch: Watch, stored: Stored) -> dict[str, object]:
    """What was stored, as scripts read it."""
    row, zone = pair_row(watch, stored.pair), session.zone(watch)
    told: list[dict[str, str]] = [{"type": one, "message": remark(one, stored.pair, zone)} for one in stored.remarks]
    if stored.pin_holder:
        holder = row.holder.name if row.holder else "?"
        told.append({"type": "pin-of-other-holder", "message": _pin_remark(stored.pin_holder, holder)})
    return {"pair": shapes.pair(row.pair, row.holder), "supersedes": stored.supersedes, "remarks": told}
