"""Where a new pair goes: what the options say, and what a person answers where that leaves it open."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from cli import choose, prompt
from cli.render.errors import candidate, sentence
from cli.session import Session
from cli.texts import _
from vault.errors import Ambiguous
from vault.ledger.pairs import Stored
from vault.model.succession import Placing

if TYPE_CHECKING:
    from vault.custody import Custody


class Wish(NamedTuple):
    """The options of ``fetch`` and ``add`` that say where the pair goes."""

    purpose: str | None = None
    separate: bool = False
    supersedes: str | None = None

    def placing(self, session: Session, custody: Custody) -> Placing:
        """The same for the operation. Raises NotFound or Ambiguous for the pair that is named."""
        named = choose.pair(session, custody, [self.supersedes]) if self.supersedes else None
        return Placing(self.purpose, self.separate, named)


def placed(session: Session, custody: Custody, wish: Wish, store: Callable[[Placing], Stored]) -> Stored:
    """What ``store`` gives; where the place of the pair is not clear, a person on the terminal says it.

    Raises LineageUnclear and OlderThanCurrent where there is nobody to ask, or nobody says.
    """
    placing = wish.placing(session, custody)
    try:
        return store(placing)
    except Ambiguous as error:
        if session.json or not prompt.possible():
            raise
        unclear = error
    return store(_asked(session, custody, placing, unclear))


def _asked(session: Session, custody: Custody, placing: Placing, unclear: Ambiguous) -> Placing:
    candidates = unclear.fields.get("candidates")
    if not isinstance(candidates, list):
        raise unclear
    prompt.tell(sentence(unclear))
    choices = [_("It takes the place of: {pair}").format(pair=candidate(one)) for one in candidates]
    index = prompt.one_of(_("Which is it? Number:"), [*choices, _("It stands beside, for another purpose.")])
    if index is None:
        raise unclear
    if index < len(candidates):
        return placing._replace(supersedes=choose.pair(session, custody, [str(candidates[index]["id"])]))
    purpose = prompt.visible(_("What is it for? ")).strip()
    return placing._replace(separate=True, purpose=purpose)
