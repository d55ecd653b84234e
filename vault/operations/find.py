"""Find the link or pair that a person means: an id or its beginning, a reference, or words of holder and provider."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from vault.custody import Watch
from vault.errors import Ambiguous, NotFound, ProviderUnknown
from vault.ledger.holders import MOST, close_to, known_holder
from vault.model.fold import words
from vault.model.holder import Holder
from vault.model.ids import normalised
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.profile import Profile
from vault.ports.store import Reader

Profiles = Mapping[str, Profile]
One = TypeVar("One", Link, Pair)

SHORTEST_PREFIX = 3
"""Characters from which a word may be the beginning of an id."""


class Found(NamedTuple):
    """The words of a name, told apart: who it may be, and at which providers."""

    holders: list[str] | None
    providers: set[str] | None


def link(watch: Watch, name: str, profiles: Profiles) -> Link:
    """The link that ``name`` means. Words find open links and waiting files only. Raises NotFound or Ambiguous."""
    with watch.reading() as reader:
        exact = [found for profile in profiles if (found := reader.link_with_reference(profile, name.strip()))]
        if exact:
            return _one(reader, name, exact)
        prefix = _prefix(name)
        hits: list[Link] = [
            *(reader.links_with_prefix(prefix) if prefix else ()),
            *_links_by_words(reader, words(name), profiles),
        ]
        return _one(reader, name, hits)


def pair(watch: Watch, name: str, profiles: Profiles) -> Pair:
    """The pair that ``name`` means. Words find current pairs only. Raises NotFound or Ambiguous."""
    with watch.reading() as reader:
        prefix = _prefix(name)
        hits: list[Pair] = [
            *(reader.pairs_with_prefix(prefix) if prefix else ()),
            *pairs_by_words(reader, words(name), profiles),
        ]
        return _one(reader, name, hits)


def either(watch: Watch, name: str, profiles: Profiles) -> Link | Pair:
    """The link or pair that ``name`` means. Words find open links and current pairs. Raises NotFound or Ambiguous."""
    found: list[Link | Pair] = []
    candidates: list[dict[str, object]] = []
    for kind, one in (("link", link), ("pair", pair)):
        try:
            found.append(one(watch, name, profiles))
        except NotFound:
            continue
        except Ambiguous as several:
            named = several.fields["candidates"]
            candidates += [{**each, "kind": kind} for each in named] if isinstance(named, list) else []
            continue
        with watch.reading() as reader:
            holders = reader.holders([found[-1].holder] if found[-1].holder else [])
        candidates.append({**_candidate(found[-1], holders), "kind": kind})
    if not candidates:
        raise NotFound(name=name)
    if len(candidates) > 1:
        raise Ambiguous(name=name, candidates=candidates)
    return found[0]


def holder(reader: Reader, name: str) -> Holder:
    """The holder that ``name`` means: an id or its beginning, an address, or words. Raises NotFound or Ambiguous."""
    known = known_holder(reader, name)
    hits = [known] if known else reader.holders_matching(words(name)) if words(name) else []
    hits = hits or _holders_beginning(reader, name)
    if not hits:
        raise NotFound(name=name)
    if len(hits) > 1:
        raise Ambiguous(name=name, candidates=[{"id": one.id, "holder": one.name} for one in hits])
    return hits[0]


def holder_with_id(reader: Reader, name: str) -> Holder | None:
    """The only holder whose id begins with ``name``."""
    hits = _holders_beginning(reader, name)
    return hits[0] if len(hits) == 1 else None


def near(reader: Reader, name: str) -> list[Holder]:
    """The holders who may be meant by ``name``: written otherwise, or beginning with its words; at most ``MOST``."""
    beginning = reader.holders_matching(words(name)) if words(name) else []
    return list({one.id: one for one in (*beginning, *close_to(reader, name))}.values())[:MOST]


def profile_named(name: str, profiles: Profiles) -> Profile:
    """The profile that ``name`` means: its key, or words that begin its key, title or an alias. Raises NotFound."""
    if name in profiles:
        return profiles[name]
    hits = [providers_named(word, profiles) for word in words(name)]
    found = set.intersection(*hits) if hits else set()
    if len(found) != 1:
        raise ProviderUnknown(name=name, providers=", ".join(sorted(profiles)))
    return profiles[found.pop()]


def matching(reader: Reader, wanted: Sequence[str], profiles: Profiles) -> Found:
    """Which holders and providers the folded words ``wanted`` mean; None stands for any.

    A word that begins a provider's name or alias means the provider, unless a holder answers to all words.
    """
    holders = reader.holders_matching(wanted) if wanted else []
    if holders or not wanted:
        return Found([one.id for one in holders] if wanted else None, None)
    providers = {word: providers_named(word, profiles) for word in wanted}
    rest = [word for word in wanted if not providers[word]]
    named = [found for found in providers.values() if found]
    people = [one.id for one in reader.holders_matching(rest)] if rest else None
    return Found(people, set.intersection(*named) if named else None)


def providers_named(word: str, profiles: Profiles) -> set[str]:
    """The providers of whose name, title or alias a word begins with the folded ``word``."""
    return {
        profile.name
        for profile in profiles.values()
        if any(
            part.startswith(word) for text in (profile.name, profile.title, *profile.aliases) for part in words(text)
        )
    }


def _prefix(name: str) -> str | None:
    prefix = normalised(name)
    return prefix if prefix is not None and len(prefix) >= SHORTEST_PREFIX else None


def _holders_beginning(reader: Reader, name: str) -> list[Holder]:
    """The holders whose id begins with ``name``."""
    prefix = _prefix(name)
    if prefix is None:
        return []
    return list(reader.holders(sorted({id_ for id_, _name in reader.names() if id_.startswith(prefix)})).values())


def _links_by_words(reader: Reader, wanted: Sequence[str], profiles: Profiles) -> list[Link]:
    found = matching(reader, wanted, profiles)
    if found.holders is None:
        links: Iterable[Link] = reader.links() if found.providers else []
    else:
        links = (one for holder in found.holders for one in reader.open_links_of(holder))
    wanted_one = (one for one in links if found.providers is None or one.provider in found.providers)
    return [one for one in wanted_one if one.kind != "pin"]


def pairs_by_words(reader: Reader, wanted: Sequence[str], profiles: Profiles, *, every: bool = False) -> list[Pair]:
    """The current pairs, or all with ``every``, that the folded words ``wanted`` mean."""
    found = matching(reader, wanted, profiles)
    if found.holders is None:
        pairs: Iterable[Pair] = reader.pairs(every=every) if found.providers else []
    else:
        pairs = (one for holder in found.holders for one in reader.pairs_of_holder(holder, every=every))
    return [one for one in pairs if found.providers is None or one.provider in found.providers]


def _one(reader: Reader, name: str, hits: Sequence[One]) -> One:
    distinct = {hit.id: hit for hit in hits}
    if not distinct:
        raise NotFound(name=name)
    if len(distinct) > 1:
        holders = reader.holders([hit.holder for hit in distinct.values() if hit.holder])
        raise Ambiguous(name=name, candidates=[_candidate(hit, holders) for hit in distinct.values()])
    return next(iter(distinct.values()))


def _candidate(hit: Link | Pair, holders: Mapping[str, object]) -> dict[str, object]:
    holder = holders.get(hit.holder or "")
    return {"id": hit.id, "holder": getattr(holder, "name", None), "provider": hit.provider}
