"""Noting where a pair was installed, when a person says that this is the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli import prompt
from cli.render import installed, targets
from cli.session import Session
from cli.texts import _
from vault.operations.places import places_of_lineage
from vault.operations.register import PairRow
from vault.operations.targets import confirm

if TYPE_CHECKING:
    from vault.custody import Watch


def note(session: Session, watch: Watch, row: PairRow, software: str) -> None:
    """Ask whether this machine is the one place of this target profile where the current pair is still missing.

    Where that is not clear, or nobody can be asked, the command that notes it is told.
    """
    if session.json or row.pair.state != "current":
        return
    places = [one for one in places_of_lineage(watch, row.pair.lineage) if one.target.profile == software]
    missing = [one for one in places if one.open]
    if places and not missing:
        return
    if len(missing) == 1 and prompt.possible():
        question = _("Is this the place: {place}? Then it is noted that the certificate is installed there.")
        if prompt.yes(question.format(place=targets.named(session, missing[0]))):
            done = confirm(watch, missing, row.pair, at=session.now(), random=session.random)
            targets.confirmed(session, done, session.zone(watch))
        return
    installed.how_to_note(session, row, missing, software)
