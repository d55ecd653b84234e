"""What somebody took note of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cli.render import document, targets, when
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _
from vault.model.ids import SHORT
from vault.model.pair import Pair
from vault.model.shown import shown
from vault.model.target import Installation
from vault.model.times import text
from vault.operations.places import place
from vault.operations.register import link_row, pair_row

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.operations.ack import About


def noted(session: Session, watch: Watch, about: About, end: datetime, *, wanted: datetime | None) -> None:
    """Until when nobody is told of it, and why not for as long as was ``wanted``."""
    if session.json:
        document.put({"id": _id(watch, about), "until": text(end)})
        return
    sentence = _("Nobody is told of it until {day}: {what}")
    day = when.beginning(end, session.zone(watch))
    paper = Paper()
    paper.write(sentence.format(day=day, what=_named(session, watch, about)), "green")
    if wanted is not None and end < wanted:
        paper.write(_("No longer than that: what is too late is told again."))


def told_again(session: Session, watch: Watch, about: About, changed: bool) -> None:
    """That people are told of it again."""
    if session.json:
        document.put({"id": _id(watch, about), "until": None})
        return
    sentence = _("People are told of it again: {what}") if changed else _("Nobody had taken note of it: {what}")
    Paper().write(sentence.format(what=_named(session, watch, about)), "green")


def activated(session: Session, watch: Watch, pair: Pair, changed: bool) -> None:
    """That a certificate was activated, or that nobody waited for it."""
    if session.json:
        document.put({"id": pair.id, "activated": True})
        return
    sentence = _("Activated: {what}") if changed else _("No activation was open: {what}")
    Paper().write(sentence.format(what=_named(session, watch, pair)), "green")


def accepted(session: Session, watch: Watch, changed: bool) -> None:
    """That it was noted that there are fewer certificates than before."""
    if session.json:
        document.put({"id": watch.vault_id, "accepted": changed})
        return
    Paper().write(
        _("Noted: it is right that there are fewer certificates.") if changed else _("There are no fewer."), "green"
    )


def _id(watch: Watch, about: About) -> str:
    return watch.vault_id if about is None else about.id


def _named(session: Session, watch: Watch, about: About) -> str:
    if about is None:
        return _("no fresh backup on another disk")
    if isinstance(about, Installation):
        with watch.reading() as reader:
            where = place(reader, about.target)
        return f"{about.id[:SHORT]}, {targets.named(session, where)}"
    holder = (pair_row(watch, about) if isinstance(about, Pair) else link_row(watch, about)).holder
    name = shown(holder.name) if holder else _("holder not known yet")
    return f"{about.id[:SHORT]}, {name}, {shown(session.titles().get(about.provider, about.provider))}"
