"""Backups that were made and restored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from cli.render import document, when
from cli.render.keys import KINDS
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_, PartlyDone
from vault.model.shown import shown
from vault.model.times import text
from vault.operations.restore import Arising, Restored
from vault.operations.series import Kept

RENEWED = N_(
    "The vault has had new keys since this backup: with it, whoever lost his key by that has it again. "
    "To take it from him once more: certvault keys remove NAME, then certvault keys rotate"
)


def answer(session: Session, done: Kept) -> None:
    """The answer of ``backup``. Raises PartlyDone where an older one could not be deleted."""
    if session.json:
        keys = ("grade", "pairs", "sha256", "head")
        document.put({"path": str(done.made.path), **{key: getattr(done.made, key) for key in keys}})
    else:
        _tell(Paper(), done)
    if done.stuck:
        raise PartlyDone(
            failed=len(done.stuck),
            total=len(done.stuck) + len(done.deleted),
            hint=N_("The new backup is there. Older ones could not be deleted: look who may write that folder."),
        )


def _tell(paper: Paper, done: Kept) -> None:
    made = done.made
    paper.write(_("Backed up: {path}").format(path=_path(made.path)), "green")
    told = {
        "opened": ngettext(
            "Opened: {n} certificate, with its PIN", "Opened: {n} certificates, with their PINs", made.pairs
        ),
        "intact": ngettext("Intact: {n} certificate, not opened", "Intact: {n} certificates, not opened", made.pairs),
    }
    paper.write(told[made.grade])
    paper.write(_("Audit log up to: {head}").format(head=made.head))
    for path in done.deleted:
        paper.write(_("Deleted: {path}").format(path=_path(path)))
    for path in done.stuck:
        paper.write(_("Not deleted: {path}").format(path=_path(path)), "yellow")
    if made.same_disk:
        paper.write(_("It lies on the same disk as the vault: bring a copy elsewhere."), "yellow")


def restored(session: Session, done: Restored) -> None:
    """The answer of ``restore``."""
    aside = None if done.aside is None else str(done.aside.absolute())
    if session.json:
        document.put(
            {
                "vault": str(session.folder.absolute()),
                "made": text(done.backup.at),
                "pairs": done.backup.pairs,
                "head": done.backup.witness,
                "made_with": "watch-key" if done.by_watch else "root-key",
                "keys": "kept" if done.kept_keys else "from-backup",
                "rotated_since": done.renewed,
                "kept_aside": aside,
                "kept_pairs": done.before.pairs if done.before else None,
            }
        )
        return
    paper = Paper()
    since = when.minute(done.backup.at, done.backup.at.astimezone().tzinfo or UTC)
    paper.write(_("Restored: the vault as it was on {moment}").format(moment=since), "green")
    paper.write(ngettext("It holds {n} certificate.", "It holds {n} certificates.", done.backup.pairs))
    if done.by_watch:
        paper.write(
            _("The backup was made with a watch key: whoever had that could have chosen an older state."), "yellow"
        )
    keys = _("The keys are those that the vault had.") if done.kept_keys else _("The keys are those of the backup.")
    paper.write(keys)
    if done.aside is not None:
        paper.write(_("What was there is kept: {path}").format(path=_path(done.aside)))
    if done.before is not None:
        paper.write(ngettext("It held {n} certificate.", "It held {n} certificates.", done.before.pairs))
    if done.renewed:
        paper.write(_(RENEWED), "yellow")
    paper.write(_("Who may open it: {command}").format(command="certvault keys list"))


def alive(arising: Arising) -> Iterator[str]:
    """The keys in a backup, for the person who is asked about them."""
    yield _("These keys, which the backup brings, would open the vault:")
    for slot in arising.slots:
        since = when.day(slot.created, slot.created.astimezone().tzinfo or UTC)
        person = shown(slot.person) or "-"
        yield "  " + _("{name}, {person}, {kind}, since {day}").format(
            name=shown(slot.name), person=person, kind=_(KINDS.get(slot.kind, slot.kind)), day=since
        )
    if arising.renewed:
        yield _(RENEWED)


def _path(path: Path) -> str:
    return shown(str(path), 1000)
