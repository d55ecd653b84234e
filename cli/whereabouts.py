"""Which places a person means, where pairs are installed; several at once, or asked about one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from cli import prompt
from cli.render.targets import named, software
from cli.session import Session
from cli.texts import _
from vault.errors import NoSuchPlace, PlacesUnclear
from vault.operations.find import profile_named
from vault.operations.places import Asked, Kinds, Place, by_ids, places

if TYPE_CHECKING:
    from vault.custody import Watch

Fits = Callable[[Place], bool]


def asked(
    session: Session,
    words: Sequence[str] | None,
    profile: str | None = None,
    providers: Sequence[str] | None = None,
    tag: str | None = None,
    *,
    dropped: bool = False,
) -> Asked:
    """What a person has said of which places. Raises TargetProfileUnknown, ProviderUnknown."""
    return Asked(
        " ".join(words or ()),
        profile if profile is None or profile in session.target_titles() else session.target_profile(profile).id,
        provider_names(session, providers),
        tag,
        dropped,
    )


def provider_names(session: Session, said: Sequence[str] | None) -> frozenset[str] | None:
    """The names of the providers that somebody named, None where he named none. Raises ProviderUnknown."""
    return frozenset(profile_named(one, session.readable).name for one in said) if said else None


def found(session: Session, watch: Watch, which: Asked) -> Iterator[Place]:
    """The places that are asked for."""
    exact = by_ids(watch, which)
    if exact:
        return iter(exact)
    return places(watch, which, session.readable if which.name else {}, _kinds(session) if which.name else {})


def chosen(session: Session, watch: Watch, which: Asked, fits: Fits, *, every: bool = False) -> list[Place]:
    """The places that a person means: those of them that ``fit``, if any does.

    Several are meant only where each is named by its id, or ``every`` is said; else he is asked which of them. Raises
    NoSuchPlace, and PlacesUnclear where nobody can be asked.
    """
    there = list(found(session, watch, which))
    every = every or 0 < len(by_ids(watch, which)) <= len(which.name.split())
    if not there:
        raise NoSuchPlace(name=which.name or which.tag or which.profile or "*")
    some = [one for one in there if fits(one)] or there
    return some if every or len(some) == 1 else _asked(session, which, some)


def ticked(session: Session, watch: Watch, which: Asked) -> list[Place] | None:
    """Those of all open places that a person picks; None where there is none."""
    there = [one for one in found(session, watch, which) if one.open]
    if not there:
        return None
    prompt.tell(_("Here something is to be installed:"))
    picked = prompt.some_of(_("Where is it installed now? Numbers:"), [_told(session, one) for one in there])
    return [there[number] for number in picked]


def _asked(session: Session, which: Asked, some: Sequence[Place]) -> list[Place]:
    error = PlacesUnclear(name=which.name, candidates=[_candidate(session, one) for one in some])
    if session.json or not prompt.possible():
        raise error
    prompt.tell(_("Several places are meant by {name}.").format(name=which.name))
    picked = prompt.some_of(_("Which of them? Numbers:"), [_told(session, one) for one in some])
    if not picked:
        raise error
    return [some[number] for number in picked]


def _told(session: Session, one: Place) -> str:
    """A place, and whose certificates are to be installed there, or belong there where none is."""
    titles = session.titles()
    meant = [each for each in one.installations if each.open] or one.installations
    providers = dict.fromkeys(titles.get(each.provider, each.provider) for each in meant)
    return f"{named(session, one)}: {', '.join(providers)}" if providers else named(session, one)


def _candidate(session: Session, one: Place) -> dict[str, object]:
    holder = one.holder.name if one.holder else None
    providers = ", ".join(dict.fromkeys(each.provider for each in one.installations))
    return {"id": one.target.id, "holder": holder, "target": software(session, one.target), "provider": providers}


def _kinds(session: Session) -> Kinds:
    profiles, _wrong = session.found_targets
    return {one.id: (one.title, *one.aliases) for one in profiles.values()}
