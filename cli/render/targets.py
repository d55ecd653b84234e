"""Where pairs are installed, for people and for scripts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from cli.render import cells, document, shapes, when
from cli.render.paper import Cell, Column, Paper
from cli.session import Session
from cli.texts import _
from vault.errors import N_
from vault.model.ids import SHORT
from vault.model.shown import shown
from vault.model.target import Installation, State, Target

if TYPE_CHECKING:
    from vault.operations.places import Place
    from vault.operations.targets import Change

STATES: dict[State, tuple[str, str]] = {
    "current": (N_("has the current one"), "green"),
    "old": (N_("still has the old one"), "yellow"),
    "missing": (N_("has none yet"), "yellow"),
}


def listing(session: Session, places: Iterable[Place], zone: tzinfo, *, only_open: bool) -> None:
    """The answer of ``targets list``."""
    if only_open:
        places = (_what_is_open(one) for one in places if one.open)
    if session.json:
        document.put_list("targets", map(shape, places))
        return
    columns = (
        Column(_("Id")),
        Column(_("Holder"), flexible=True),
        Column(_("Place"), flexible=True),
        Column(_("Provider"), flexible=True),
        Column(_("What is there"), flexible=True),
        Column(_("Noted"), flexible=True),
    )
    rows = (row for one in places for row in _rows(session, one, zone))
    first = next(rows, None)
    paper = Paper()
    if first is None:
        paper.write(_("Everything is installed where it belongs.") if only_open else _("No place is known."))
        if not only_open:
            paper.write(
                _("To say where one is: {command}").format(command=_("certvault targets add NAME --for SOFTWARE"))
            )
        return
    paper.table(columns, _chained(first, rows))


def added(session: Session, done: Sequence[Change], zone: tzinfo) -> None:
    """The answer of ``targets add``."""
    if session.json:
        document.put_list("targets", (shape(one.place) for one in done))
        return
    paper = Paper()
    for one in done:
        sentence = _("Noted: {place}") if one.anything else _("Known already: {place}")
        paper.write(sentence.format(place=named(session, one.place)), "green" if one.anything else "")
        _tell_what(session, paper, one.place, zone)
        if not one.place.installations:
            paper.write("  " + _("No certificate of his is here yet. When there is one, say the same once more."))
    missing = [one.place for one in done if one.place.open]
    if missing:
        ids = " ".join(one.target.id[:SHORT] for one in missing) if len(missing) < MOST_IDS else ""
        paper.write(_("When it is installed: {command}").format(command=f"certvault targets confirm {ids}".strip()))


MOST_IDS = 5
"""Places that are named in a command to copy."""


def confirmed(session: Session, done: Sequence[Change], zone: tzinfo, *, all_done: bool = False) -> None:
    """The answer of ``targets confirm``; ``all_done`` says that nothing was open anywhere."""
    if session.json:
        document.put_list("targets", (shape(one.place) for one in done))
        return
    paper = Paper()
    if all_done or (len(done) > 1 and not any(one.anything for one in done)):
        paper.write(_("Everything is installed where it belongs."))
    elif not done:
        paper.write(_("Nothing was changed."))
    if not any(one.anything for one in done) and len(done) != 1:
        return
    for one in done:
        place = named(session, one.place)
        for each in _changed(one):
            pair = f"{_provider(session, each)} {(each.pair or '')[:SHORT]}"
            paper.write(_("Installed: {pair}, at {place}").format(pair=pair, place=place), "green")
        if not one.anything:
            paper.write(_("Nothing is new: {place}").format(place=place))
            _tell_what(session, paper, one.place, zone)


def withdrawn(session: Session, done: Sequence[Change], zone: tzinfo) -> None:
    """The answer of ``targets confirm --undo``."""
    if session.json:
        document.put_list("targets", (shape(one.place) for one in done))
        return
    paper = Paper()
    for one in done:
        sentence = _("Taken back. There is now: {place}") if one.anything else _("Nothing was noted there: {place}")
        paper.write(sentence.format(place=named(session, one.place)), "green" if one.anything else "")
        _tell_what(session, paper, one.place, zone)


def dropped(session: Session, done: Sequence[Change], *, undo: bool) -> None:
    """The answer of ``targets drop``."""
    if session.json:
        document.put_list("targets", (shape(one.place) for one in done))
        return
    paper = Paper()
    for one in done:
        place = named(session, one.place)
        if not one.anything:
            paper.write(
                (_("It was not dropped: {place}") if undo else _("Dropped already: {place}")).format(place=place)
            )
        for what in [place] if one.whole else [f"{_provider(session, each)}, {place}" for each in _changed(one)]:
            sentence = _("Counts again: {what}") if undo else _("Nothing is to be installed there any more: {what}")
            paper.write(sentence.format(what=what), "green")


def facts(session: Session, places: Iterable[Place], zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Where something is installed, as facts about a holder."""
    for one in places:
        said = [f"{_provider(session, each)} {_state(each, zone)}" for each in one.installations]
        yield _("Place of installation"), ", ".join([software(session, one.target), *said])


def facts_of_pair(session: Session, places: Iterable[Place], pair: str, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Where a pair or one of its lineage is installed, as facts about the pair."""
    for one in places:
        for each in one.installations:
            told = _("this one") if each.pair == pair else _state(each, zone)
            yield _("Place of installation"), f"{software(session, one.target)}: {told}"


def shape(place: Place) -> shapes.Shape:
    """TARGET, as scripts read it; ``holder`` is a name."""
    target = place.target
    return {
        "id": target.id,
        "holder": shapes.name(place.holder),
        "profile": target.profile,
        "name": target.name,
        "added": shapes.moment(target.added),
        "dropped": shapes.moment(target.dropped),
        "installed": [_installed(one) for one in place.installations if one.dropped is None],
    }


def named(session: Session, place: Place) -> str:
    """A place in words: whose, and which."""
    holder = shown(place.holder.name) if place.holder else "?"
    return f"{holder}, {software(session, place.target)}"


def software(session: Session, target: Target, *, short: bool = False) -> str:
    """What stands there in words: the software, and what people call this one.

    In ``short`` what the software's name has in brackets is left out, as a table wants it.
    """
    title = shown(session.target_titles().get(target.profile, target.profile))
    title = title.partition(" (")[0] if short else title
    return f"{title}, {shown(target.name)}" if target.name else title


def _tell_what(session: Session, paper: Paper, place: Place, zone: tzinfo) -> None:
    for one in place.installations:
        if one.dropped is None:
            paper.write(f"  {_provider(session, one)}: {_state(one, zone)}")


def _what_is_open(place: Place) -> Place:
    return place._replace(installations=tuple(one for one in place.installations if one.open))


def _chained(first: list[Cell], rest: Iterator[list[Cell]]) -> Iterator[list[Cell]]:
    yield first
    yield from rest


def _rows(session: Session, place: Place, zone: tzinfo) -> Iterator[list[Cell]]:
    head = [cells.holder(place.holder), Cell(software(session, place.target, short=True))]
    dropped = place.target.dropped
    if not place.installations:
        told = Cell(_("nothing belongs there yet")) if dropped is None else _gone(dropped, zone)
        yield [cells.ident(place.target.id), *head, Cell(""), told, Cell("")]
    for one in place.installations:
        gone = dropped or one.dropped
        told = _gone(gone, zone) if gone else Cell(_state(one, zone), STATES[one.state][1] if one.open else "")
        said = shown(f"{when.day(one.at, zone)}, {one.by}") if one.at else ""
        yield [cells.ident(one.id), *head, Cell(_provider(session, one)), told, Cell(said)]


def _gone(dropped: datetime, zone: tzinfo) -> Cell:
    return Cell(_("dropped on {day}").format(day=when.day(dropped, zone)), "dim")


def _state(one: Installation, zone: tzinfo) -> str:
    if one.wanted is None:
        return _("there is no current one")
    if one.state == "old" and one.until is not None:
        return _("still has the old one, until {day}").format(day=when.day(one.until, zone))
    return _(STATES[one.state][0])


def _changed(change: Change) -> list[Installation]:
    return [one for one in change.place.installations if one.id in change.changed]


def _provider(session: Session, one: Installation) -> str:
    return shown(session.titles().get(one.provider, one.provider))


def _installed(one: Installation) -> shapes.Shape:
    return {
        "id": one.id,
        "lineage": one.lineage,
        "provider": one.provider,
        "pair": one.pair,
        "wanted": one.wanted,
        "state": one.state,
        "at": shapes.moment(one.at),
        "by": one.by,
    }
