"""What ``doctor`` found."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cli.render import document
from cli.render.paper import GAP, Paper
from cli.session import Session
from cli.texts import _, translated
from vault.doctor import Report
from vault.errors import N_, PartlyDone, Unsound
from vault.model.finding import Count, Finding
from vault.model.shown import shown
from vault.model.times import text
from vault.operations.examining import Backup

if TYPE_CHECKING:
    from vault.rehousing import LostKind
    from vault.rescue import Rescued

_SEVERITIES = {"damage": N_("damaged"), "warning": N_("mind"), "note": N_("not looked at")}
_STYLES = {"damage": "red", "warning": "yellow", "note": "dim"}
KINDS: dict[LostKind, str] = {
    "pair": N_("lost certificate"),
    "holder": N_("lost name of a holder"),
    "target": N_("lost place of installation"),
    "event": N_("lost line of the log"),
    "text": N_("lost name in a line of the log"),
    "file": N_("lost file of a link"),
    "pin": N_("lost PIN that waited for its file"),
    "setting": N_("lost setting"),
    "key": N_("lost key"),
    "page": N_("unreadable page"),
}
LONGEST = 1000


def answer(session: Session, report: Report) -> None:
    """The answer of ``doctor``. Raises Unsound where something is damaged, and what a key that opens nothing raised."""
    if session.json:
        document.put(_shape(report))
    else:
        _tell(report)
    if report.refused is not None:
        raise report.refused
    if not report.healthy:
        raise Unsound(count=sum(finding.severity == "damage" for finding in report.findings))


def rescued(session: Session, done: Rescued) -> None:
    """The answer of ``doctor --rescue``. Raises PartlyDone where something was lost."""
    if session.json:
        document.put(_rescued_shape(done))
    else:
        _tell_rescued(done)
    if done.lost:
        raise PartlyDone(failed=done.amount_lost, total=done.amount_lost + done.pairs + done.links + done.events)


def _tell_rescued(done: Rescued) -> None:
    paper, path = Paper(), shown(str(done.folder.absolute()), LONGEST)
    paper.write(_("A new vault, opened by the same keys: {path}").format(path=path), "green")
    paper.write(_("Certificates that came out: {pairs}; each opens with its PIN.").format(pairs=done.pairs))
    if done.damaged:
        said = _("Pages that could not be read: {damaged} of {pages}; what lay on them alone cannot be named.")
        paper.write(said.format(damaged=done.damaged, pages=done.pages), "yellow")
    for one in done.lost:
        paper.write(_(KINDS[one.kind]) + GAP + f"{shown(one.id)}: {_plain(one.why)}", "red")
    paper.write(_("Next: {commands}").format(commands=f"certvault --vault {path} list"))


def _tell(report: Report) -> None:
    paper = Paper()
    for (_works, _hint), alike in groupby(report.findings, key=lambda finding: finding[3:]):
        _findings(paper, list(alike))
    if report.backup is not None and report.backup.state == "whole":
        paper.write(_newest(report.backup))
    if report.pairs is not None:
        paper.write(_count(report.pairs), "red" if report.pairs.damaged else "green")
    if report.healthy:
        paper.write(_("Nothing is damaged as far as was looked."), "green")


def _findings(paper: Paper, alike: list[Finding]) -> None:
    """Several findings with the same advice, which is given once."""
    for finding in alike:
        subject = f"{shown(finding.subject, LONGEST)}: " if finding.subject else ""
        paper.write(_(_SEVERITIES[finding.severity]) + GAP + subject + _plain(finding.what), _STYLES[finding.severity])
    for more in alike[0][3:]:
        if more:
            paper.write(paper.wrapped(_plain(more), "  "))


def _newest(backup: Backup) -> str:
    said = _("Newest backup that was opened: {path}, {day}; it is whole.")
    return said.format(path=shown(backup.path, LONGEST), day=f"{backup.at:%Y-%m-%d}")


def _count(pairs: Count) -> str:
    if not pairs.damaged:
        return _("Certificates opened with their PINs: {opened}.").format(opened=pairs.opened)
    return _("Certificates opened with their PINs: {opened} of {total}; {damaged} do not open.").format(
        **pairs._asdict()
    )


def _shape(report: Report) -> dict[str, object]:
    return {
        "healthy": report.healthy,
        "findings": [_finding_shape(finding) for finding in report.findings],
        "pairs": None if report.pairs is None else report.pairs._asdict(),
        "backup": None if report.backup is None else {**report.backup._asdict(), "at": text(report.backup.at)},
    }


def _rescued_shape(done: Rescued) -> dict[str, object]:
    return {
        "vault": str(done.folder.absolute()),
        "pairs": done.pairs,
        "links": done.links,
        "events": done.events,
        "pages": {"total": done.pages, "damaged": done.damaged},
        "lost": [{**one._asdict(), "why": _plain(one.why)} for one in done.lost],
    }


def _finding_shape(finding: Finding) -> dict[str, object]:
    return {
        "severity": finding.severity,
        "subject": finding.subject,
        "what": _plain(finding.what),
        "works": _plain(finding.works) or None,
        "hint": _plain(finding.hint) or None,
    }


def _plain(text: str) -> str:
    return shown(translated(text), LONGEST) if text else ""
