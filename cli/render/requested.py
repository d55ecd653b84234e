"""What was asked for: the drafts that were written, and what is left to do with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from cli.render import document, when
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.model.ids import SHORT
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.shown import shown
from vault.model.times import days_between
from vault.operations.request import Draft, Wish


def answer(session: Session, drafts: Sequence[Draft], contacts: Sequence[str], zone: tzinfo, *, broker: bool) -> None:
    """The answer of ``request``; ``contacts`` are who is to be asked, as the profiles say it, draft by draft."""
    if session.json:
        document.put({"drafts": [_shape(draft) for draft in drafts]})
        return
    paper = Paper()
    if not drafts:
        paper.write(_("Nothing is due that has to be asked for and was not yet."))
        return
    for draft, contact in zip(drafts, contacts, strict=True):
        told = ngettext(
            "Written, for {n} certificate: {path}", "Written, for {n} certificates: {path}", len(draft.wishes)
        )
        paper.write(told.format(path=shown(str(draft.path), 1000)), "green")
        paper.write(_addressee(draft, contact, broker=broker))
        for one in draft.wishes:
            if one.early is not None:
                told = in_good_time(one, one.early, zone, session.now())
                paper.write(_("Mind: {what}").format(what=told), "yellow")
        if not broker:
            ids = " ".join(one.record.id[:SHORT] for one in draft.wishes)
            paper.write(_("Not sent after all: {command}").format(command=f"certvault request {ids} --withdraw"))
    paper.write(_("Look it over in your mail program, and send it. certvault sends nothing."))


def awaited(session: Session, about: Pair | Link, asked: datetime | None, zone: tzinfo) -> None:
    """That an answer of the provider is awaited, beside what else is told of it; nothing where none is."""
    if asked is not None and not session.json:
        command = f"certvault request {about.id[:SHORT]} --withdraw"
        told = _("A new one was asked for on {day}; the answer is awaited. Not sent after all: {command}")
        Paper().write(told.format(day=when.day(asked, zone), command=command))


def in_good_time(wish: Wish, end: datetime, zone: tzinfo, at: datetime) -> str:
    """That nobody need ask for a new one before that ``end`` draws near: a sentence."""
    name = shown(wish.holder.name) if wish.holder else _("holder not known yet")
    told = _("{id}, {holder}, is valid until {day}, {days}.")
    days = when.days(days_between(at, end, zone))
    return told.format(id=wish.record.id[:SHORT], holder=name, day=when.day(end, zone), days=days)


def withdrawn(session: Session, found: Sequence[Pair | Link]) -> None:
    """The answer of ``request --withdraw``."""
    if session.json:
        document.put({"withdrawn": [one.id for one in found]})
        return
    for one in found:
        Paper().write(_("It counts as not asked for: {id}").format(id=one.id[:SHORT]), "green")


def _addressee(draft: Draft, contact: str, *, broker: bool) -> str:
    if draft.to:
        return _("To: {address}").format(address=draft.to)
    if broker:
        return _("To nobody yet: no mail address of the holder is known. To note one: certvault holders edit")
    if contact:
        return _("To nobody yet. Whom to ask, as the profile says: {contact}").format(contact=shown(contact))
    return _(
        "To nobody yet: whom to ask is not known. To note it: renewal, in a profile of your own (docs/providers.md)"
    )


def _shape(draft: Draft) -> dict[str, object]:
    return {
        "path": str(draft.path),
        "provider": draft.wishes[0].record.provider,
        "to": draft.to or None,
        "for": [
            {
                "kind": "pair" if isinstance(one.record, Pair) else "link",
                "id": one.record.id,
                "holder": one.holder.name if one.holder else None,
                "reason": one.reason,
                "early": one.early is not None,
            }
            for one in draft.wishes
        ],
    }
