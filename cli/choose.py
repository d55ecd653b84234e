"""Which record a person means; where several answer, the person picks one on the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from cli import prompt
from cli.mistakes import PIN_IS_ASKED
from cli.render.errors import candidate, sentence
from cli.session import Session
from cli.texts import _
from vault.errors import N_, Ambiguous, NotFound, Phrase, SameHolder, TargetProfileUnknown, Usage
from vault.ledger.holders import close_to, holder_of_row, known_holder
from vault.model.shown import shown
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
        return _found(session, lambda name: find.link(watch, name, session.readable), words)
    except NotFound:
        if len(words) == 1:
            raise
        raise NotFound(name=f"{words[0]} …", hint=PIN_IS_ASKED) from None


def pair(session: Session, watch: Watch, words: Sequence[str]) -> Pair:
    """The pair that ``words`` mean. Raises NotFound or Ambiguous."""
    return _found(session, lambda name: find.pair(watch, name, session.readable), words)


def no_software(session: Session, watch: Watch, words: Sequence[str]) -> None:
    """Raise Usage where one of several words names no pair but a kind of software, which is said with ``--for``."""
    for word in words if len(words) > 1 else ():
        try:
            find.pair(watch, word, session.readable)
        except Ambiguous:
            continue
        except NotFound:
            _check_no_software(session, word)


def _check_no_software(session: Session, word: str) -> None:
    from vault.targets import named

    with suppress(TargetProfileUnknown):
        named(word, session.found_targets[0])
        what = Phrase(N_("{word} is a kind of software, and no certificate."), word=word)
        raise Usage(what=what, hint=Phrase(N_("Say it so: --for {word}"), word=word))


def either(session: Session, watch: Watch, words: Sequence[str]) -> Link | Pair:
    """The link or pair that ``words`` mean. Raises NotFound or Ambiguous."""
    return _found(session, lambda name: find.either(watch, name, session.readable), words)


def each(
    session: Session, watch: Watch, words: Sequence[str], one: Callable[[Session, Watch, Sequence[str]], T]
) -> list[T]:
    """What the words mean together; else what each of them means by itself. Raises NotFound, Ambiguous."""
    try:
        return [one(session, watch, words)]
    except NotFound:
        if len(words) == 1:
            raise
    return [one(session, watch, [word]) for word in words]


def anything(session: Session, watch: Watch, words: Sequence[str]) -> Pair | Link | Holder:
    """What ``words`` mean: a pair, else a link, else a holder. Raises NotFound or Ambiguous."""
    kinds: Sequence[Callable[[str], Pair | Link | Holder]] = (
        lambda name: find.pair(watch, name, session.readable),
        lambda name: find.link(watch, name, session.readable),
    )
    for named in kinds:
        with suppress(NotFound):
            return _found(session, named, words)
    return holder(session, watch, " ".join(words))


def same(session: Session, watch: Watch, name: str, *, new: bool = False) -> str:
    """The id of the holder who is meant by ``name``, or ``name`` itself where it is somebody ``new``.

    A name that is only close to one that is known is asked about. Raises SameHolder where nobody can be asked.
    """
    with watch.reading() as reader:
        known = known_holder(reader, name)
        near = [] if known or new else close_to(reader, name)
    return known.id if known else _of_these(session, name, near)


def whose(session: Session, watch: Watch, name: str, *, new: bool) -> str:
    """The id of the holder whom ``name`` means, by words too, or ``name`` itself where it is somebody ``new``.

    Raises SameHolder and Ambiguous where nobody can be asked.
    """
    if not new:
        try:
            return holder(session, watch, name).id
        except NotFound:
            pass  # nobody begins so, but somebody may be close
    return same(session, watch, name, new=new)


def check_new(holder: str | None, *, new: bool) -> None:
    """Raise Usage for a ``--new`` that is said of nobody, before anything is opened."""
    if new and holder is None:
        raise Usage(what=N_("--new goes with --holder: it says that he is another one."))


def said(session: Session, watch: Watch, name: str | None, *, new: bool) -> str | None:
    """The id of the holder whom a ``--holder`` means, by number or the beginning of his id too, or the name of another.

    Words that begin his name are asked about as a close name is: what comes in is stored under it, and "Schmidt"
    need not be the "Schmidtke" who is here. Raises SameHolder where nobody can be asked.
    """
    if name is None:
        return None
    with watch.reading() as reader:
        known = known_holder(reader, name)
        if known is None and not new:
            known = holder_of_row(reader, "", name) or find.holder_with_id(reader, name)
        near = [] if known or new else find.near(reader, name)
    return known.id if known else _of_these(session, name, near)


def called(watch: Watch, whose: str) -> str:
    """The name of the holder whom :func:`whose` gave."""
    with watch.reading() as reader:
        known = known_holder(reader, whose)
    return known.name if known else whose


def which(name: str, near: Sequence[Holder]) -> int | None:
    """Which of these holders a person says is meant by ``name``; None for somebody else."""
    prompt.tell(_("{name} is close to a name that is known. Is it the same?").format(name=shown(name)))
    return prompt.one_of(_("Which one? Number, or nothing if it is another:"), [one.name for one in near])


def holder(session: Session, watch: Watch, name: str) -> Holder:
    """The holder that ``name`` means. Raises NotFound or Ambiguous."""

    def named(text: str) -> Holder:
        with watch.reading() as reader:
            return find.holder(reader, text)

    return _found(session, named, [name])


def _of_these(session: Session, name: str, near: Sequence[Holder]) -> str:
    """The id of the one of ``near`` who is meant, or ``name`` where it is nobody of them. Raises SameHolder."""
    if not near:
        return name
    if session.json or not prompt.possible():
        raise SameHolder(name=name, candidates=[{"id": one.id, "holder": one.name} for one in near])
    index = which(name, near)
    return name if index is None else near[index].id


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
