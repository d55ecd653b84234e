"""From mails to links: what a source holds is recorded with its deadline; one bad source never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from typing import NamedTuple

from vault.custody import Watch
from vault.errors import CertvaultError, NothingInside
from vault.ledger.events import record
from vault.ledger.holders import holder_for
from vault.mail.links import Found, FoundLink, found_in
from vault.model.deadlines import deadline
from vault.model.fold import same_name
from vault.model.ids import Random, new_id
from vault.model.link import Link
from vault.operations.find import Profiles, profile_named
from vault.operations.settings import own_addresses, zone
from vault.ports.store import Reader, Writer


class Source(NamedTuple):
    """Where a mail comes from. ``read`` gives its bytes; ``by_hand`` says that a person named this very source."""

    name: str
    read: Callable[[], bytes]
    by_hand: bool


class Rejected(NamedTuple):
    """A source, or a link in it, that was not taken, and why."""

    source: str
    error: CertvaultError


class Ingested(NamedTuple):
    """What came of the sources. ``known`` are the ids of links that were there before; ``ignored`` counts sources."""

    links: list[Link]
    known: set[str]
    rejected: list[Rejected]
    ignored: int


def ingest(
    watch: Watch,
    sources: Iterable[Source],
    profiles: Profiles,
    *,
    holder: str | None = None,
    provider: str | None = None,
    at: datetime,
    random: Random,
) -> Ingested:
    """Record the download links in ``sources``. The same link in two mails is one link.

    ``holder`` is a name or id for all of them, ``provider`` narrows what is looked for. Raises ProviderUnknown.
    """
    if provider is not None:
        only = profile_named(provider, profiles)
        profiles = {only.name: only}
    with watch.reading() as reader:
        there, own = zone(reader), own_addresses(reader)
    result = Ingested([], set(), [], 0)
    for source in sources:
        result = _one(watch, source, profiles, _Frame(there, own, holder, at, random), result)
    return result


class _Frame(NamedTuple):
    zone: tzinfo
    own: frozenset[str]
    holder: str | None
    at: datetime
    random: Random


def _one(watch: Watch, source: Source, profiles: Profiles, frame: _Frame, result: Ingested) -> Ingested:
    try:
        found = found_in(source.read(), profiles, zone=frame.zone, at=frame.at)
    except CertvaultError as error:
        result.rejected.append(Rejected(source.name, error))
        return result
    result.rejected.extend(Rejected(source.name, problem) for problem in found.problems)
    _record(watch, found, profiles, frame, result)
    if found.links or found.problems:
        return result
    if not source.by_hand:
        return result._replace(ignored=result.ignored + 1)
    result.rejected.append(Rejected(source.name, NothingInside()))
    return result


def _record(watch: Watch, found: Found, profiles: Profiles, frame: _Frame, result: Ingested) -> None:
    if not found.links:
        return
    with watch.writing() as writer:
        for one in found.links:
            link, known = _recorded(watch, writer, one, profiles, frame)
            if known and link.id not in {other.id for other in result.links}:
                result.known.add(link.id)
            if link.id not in {other.id for other in result.links}:
                result.links.append(link)
