"""What was put right: a link or a pair as it is now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.render import document, shapes
from cli.render.paper import Paper
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import N_
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.operations.register import link_row, pair_row

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.model.link import Link
    from vault.model.pair import Pair
    from vault.operations.correcting import Moved, Reinstated

LINKS = {
    "open": N_("Link {id} is open: {what}"),
    "discarded": N_("Link {id} is discarded: {what}"),
    "gone": N_("Link {id} is as it was, deleted by the provider: {what}"),
}


def link(session: Session, watch: Watch, found: Link) -> None:
    """A link as it is now."""
    row = link_row(watch, found)
    if session.json:
        document.put({"link": shapes.link(row.link, row.holder, at=session.now())})
        return
    holder = shown(row.holder.name) if row.holder else _("holder not known yet")
    what = f"{holder}, {session.titles().get(found.provider, found.provider)}"
    Paper().write(_(LINKS[found.state]).format(id=found.id[:SHORT], what=what), "green")


def retired(session: Session, watch: Watch, pair: Pair) -> None:
    """A pair that was put away."""
    if session.json:
        document.put({"pair": _shape(watch, pair)})
        return
    paper = Paper()
    paper.write(_("Retired, and kept: {pair}").format(pair=_named(session, watch, pair)), "green")
    paper.write(_("To undo that: {command}").format(command=f"certvault reinstate {pair.id[:SHORT]}"))


def reinstated(session: Session, watch: Watch, done: Reinstated) -> None:
    """A pair that is current again, and the one that was until now."""
    if session.json:
        other = None if done.put_away is None else _shape(watch, done.put_away)
        document.put({"pair": _shape(watch, done.pair), "put_away": other})
        return
    paper = Paper()
    paper.write(_("Current again: {pair}").format(pair=_named(session, watch, done.pair)), "green")
    if done.put_away is not None:
        told = {"retired": N_("Retired, and kept: {pair}"), "superseded": N_("Superseded: {pair}")}
        paper.write(_(told[done.put_away.state]).format(pair=_named(session, watch, done.put_away)))
    if done.put_away is not None and done.put_away.subject != done.pair.subject:
        paper.write(
            _("If that one belongs to another holder: certvault assign {id} --holder NAME").format(
                id=done.put_away.id[:SHORT]
            )
        )


def moved(session: Session, watch: Watch, done: Moved) -> None:
    """A pair with its new holder."""
    if session.json:
        document.put({"pair": _shape(watch, done.pair), "moved": [_shape(watch, one) for one in done.pairs]})
        return
    paper = Paper()
    if not done.pairs:
        paper.write(_("Nothing was changed: {pair}").format(pair=_named(session, watch, done.pair)))
        return
    paper.write(_("Moved and sealed anew: {pair}").format(pair=_named(session, watch, done.pair)), "green")
    if further := len(done.pairs) - 1:
        paper.write(ngettext("{n} older one went with it.", "{n} older ones went with it.", further).format(n=further))
    if done.pair.state != "current":
        paper.write(_("To make it current: {command}").format(command=f"certvault reinstate {done.pair.id[:SHORT]}"))


def _shape(watch: Watch, pair: Pair) -> shapes.Shape:
    return shapes.pair(pair, pair_row(watch, pair).holder)


def _named(session: Session, watch: Watch, pair: Pair) -> str:
    row = pair_row(watch, pair)
    holder = shown(row.holder.name) if row.holder else "?"
    return f"{pair.id[:SHORT]}, {holder}, {session.titles().get(pair.provider, pair.provider)}"
