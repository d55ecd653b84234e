"""Which record a person means; where several answer, the person picks one on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from cli import prompt
from cli.mistakes import PIN_IS_ASKED
from cli.render.errors import candidate, sentence
from cli.session import Session
from cli.texts import _
from vault.errors import Ambiguous, NotFound
from vault.operations import find

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.model.holder import Holder
    from vault.model.link import Link
    from vault.model.pair import Pair

T = TypeVar("T")


def link(session: Session, watch: Watch, words: Sequence[str]) -> Link:
    """The link that ``words`` mean. Raises NotFound or Ambiguous.

    Who gives a PIN as a second word is told that it is none of the arguments; the word is not repeated.
    """
    try:
        return _found(session, lambda name: find.link(watch, name, session.profiles), words)
    except NotFound:
        if len(words) == 1:
            raise
        raise NotFound(name=f"{words[0]} …", hint=PIN_IS_ASKED) from None


def pair(session: Session, watch: Watch, words: Sequence[str]) -> Pair:
    """The pair that ``words`` mean. Raises NotFound or Ambiguous."""
    return _found(session, lambda name: find.pair(watch, name, session.profiles), words)


def holder(session: Session, watch: Watch, name: str) -> Holder:
    """The holder that ``name`` means. Raises NotFound or Ambiguous."""

    def named(text: str) -> Holder:
        with watch.reading() as reader:
            return find.holder(reader, text)

    return _found(session, named, [name])


def _found(session: Session, named: Callable[[str], T], words: Sequence[str]) -> T:
    try:
        return named(" ".join(words))
    except Ambiguous as error:
        if session.json or not prompt.possible():
            raise
        several = error
    candidates = several.fields["candidates"]
    if not isinstance(candidates, list):
        raise several
    prompt.tell(sentence(several))
    index = prompt.one_of(_("Which one? Number:"), [candidate(one) for one in candidates])
    if index is None:
        raise several
    return named(str(candidates[index]["id"]))
