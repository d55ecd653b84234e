"""Find the places that a person means: targets by their ids, by words of holder, provider, software and name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from vault.custody import Watch
from vault.model.fold import folded, words
from vault.model.holder import Holder
from vault.model.ids import normalised
from vault.model.target import Installation, Target
from vault.operations.find import SHORTEST_PREFIX, Profiles, providers_named
from vault.operations.register import PairRow
from vault.ports.store import Reader

PAGE = 500
"""Holders of one transaction."""


class Place(NamedTuple):
    """A target, whose it is, and what belongs there, by provider: of all that, what was asked for."""

    target: Target
    holder: Holder | None
    installations: tuple[Installation, ...]

    @property
    def dropped(self) -> bool:
        """Whether it, or something that belongs there, is of no interest any more."""
        return self.target.dropped is not None or any(one.dropped is not None for one in self.installations)

    @property
    def open(self) -> bool:
        """Whether something is to be installed there."""
        return self.target.dropped is None and any(one.open for one in self.installations)


class Asked(NamedTuple):
    """Which places: those that the words of ``name`` mean (any where it is empty), with this target ``profile``, of
    holders with this ``tag``; of each what is of one of these ``providers``. ``dropped`` ones only where that is asked
    for."""

    name: str = ""
    profile: str | None = None
    providers: frozenset[str] | None = None
    tag: str | None = None
    dropped: bool = False


Kinds = Mapping[str, Sequence[str]]


class _Sieve(NamedTuple):
    """What the words of a name leave through."""

    holders: Sequence[str] | None = None
    profiles: frozenset[str] | None = None
    providers: frozenset[str] | None = None
    names: Sequence[str] = ()


def places(watch: Watch, asked: Asked, profiles: Profiles, kinds: Kinds) -> Iterator[Place]:
    """The places, by the names of their holders and their own, page by page, each page in a transaction of its own.

    ``profiles`` are the providers', ``kinds`` the target profiles by their ids, each with what people call it.
    """
    with watch.reading() as reader:
        sieve = _sieve(reader, words(asked.name), profiles, kinds)
        order = reader.holders_by_name() if sieve.holders is None else sieve.holders
    for start in range(0, len(order), PAGE):
        with watch.reading() as reader:
            page = list(_page(reader, order[start : start + PAGE], sieve, asked))
        yield from page


def by_ids(watch: Watch, asked: Asked) -> list[Place]:
    """The places whose ids, or beginnings of such, are the words of the name: of a target, or of what belongs there,
    and then with that alone. None where one of the words is no such beginning."""
    found: dict[str, set[str] | None] = {}
    with watch.reading() as reader:
        for name in asked.name.split():
            prefix = normalised(name)
            if prefix is None or len(prefix) < SHORTEST_PREFIX:
                return []
            whole = reader.targets_with_prefix(prefix)
            parts = reader.installations_with_prefix(prefix)
            if not whole and not parts:
                return []
            for part in parts:
                some = found.setdefault(part.target, set())
                if some is not None:
                    some.add(part.id)
            found |= {one.id: None for one in whole}
        every = [(place(reader, target), some) for target, some in found.items()]
    narrow = (_of_ids(whole, some) for whole, some in every)
    return [one for one in (_narrowed(each, _Sieve(), asked) for each in narrow) if one is not None]


def _of_ids(whole: Place, some: set[str] | None) -> Place:
    found = tuple(one for one in whole.installations if some is None or one.id in some)
    return whole._replace(installations=found)


def place(reader: Reader, target: str) -> Place:
    """A target as it is now, with all that belongs there."""
    (found,) = reader.targets([target])
    return Place(found, reader.holder(found.holder), tuple(reader.installations_at([target])))


def places_of_holder(watch: Watch, holder: Holder) -> list[Place]:
    """The places of one holder, without those that were dropped."""
    with watch.reading() as reader:
        return list(_page(reader, [holder.id], _Sieve(), Asked()))


def installed(watch: Watch, rows: Iterable[PairRow]) -> Iterator[tuple[PairRow, list[Target]]]:
    """Each pair with the places where it is said to be installed, page by page."""
    rest = iter(rows)
    while page := list(islice(rest, PAGE)):
        with watch.reading() as reader:
            found = [one for one in reader.installations_of([row.pair.lineage for row in page]) if one.dropped is None]
            targets = {one.id: one for one in reader.targets([each.target for each in found]) if one.dropped is None}
        for row in page:
            there = [targets[one.target] for one in found if one.pair == row.pair.id and one.target in targets]
            yield row, sorted(there, key=_by_software)


def places_of_lineage(watch: Watch, lineage: str) -> list[Place]:
    """Where the pairs of a lineage belong, each place with that alone."""
    with watch.reading() as reader:
        found = {one.target: one for one in reader.installations_of([lineage]) if one.dropped is None}
        targets = [one for one in reader.targets(list(found)) if one.dropped is None]
        holders = reader.holders([one.holder for one in targets])
        return [Place(one, holders.get(one.holder), (found[one.id],)) for one in targets]


def _sieve(reader: Reader, wanted: Sequence[str], profiles: Profiles, kinds: Kinds) -> _Sieve:
    """What each word means: a holder, unless it means a provider or a kind of software; the rest names a place."""
    if not wanted:
        return _Sieve()
    if whole := reader.holders_matching(wanted):
        return _Sieve([one.id for one in whole])
    software = {word: frozenset(_beginning(word, kinds)) for word in wanted}
    issuers = {word: frozenset(providers_named(word, profiles)) for word in wanted if not software[word]}
    rest = [word for word in wanted if not software[word] and not issuers[word]]
    people = [word for word in rest if reader.holders_matching([word])]
    return _Sieve(
        [one.id for one in reader.holders_matching(people)] if people else None,
        _common([found for found in software.values() if found]),
        _common([found for found in issuers.values() if found]),
        [word for word in rest if word not in people],
    )


def _beginning(word: str, kinds: Kinds) -> Iterator[str]:
    """The kinds that a word begins to name; where it is the very id of one, that alone."""
    if word in kinds:
        yield word
        return
    for id_, texts in kinds.items():
        if any(part.startswith(word) for text in (id_, *texts) for part in words(text)):
            yield id_


def _common(found: Sequence[frozenset[str]]) -> frozenset[str] | None:
    return frozenset.intersection(*found) if found else None


def _page(reader: Reader, holders: Sequence[str], sieve: _Sieve, asked: Asked) -> Iterator[Place]:
    targets: dict[str, list[Target]] = {}
    for one in sorted(reader.targets_of(holders), key=_by_software):
        targets.setdefault(one.holder, []).append(one)
    known = reader.holders(list(targets))
    installations: dict[str, list[Installation]] = {}
    for each in reader.installations_at([one.id for some in targets.values() for one in some]):
        installations.setdefault(each.target, []).append(each)
    for holder in holders:
        for one in targets.get(holder, ()):
            whole = Place(one, known.get(holder), tuple(installations.get(one.id, ())))
            if (found := _narrowed(whole, sieve, asked)) is not None:
                yield found


def _by_software(one: Target) -> tuple[str, str]:
    return one.profile, one.name


def _narrowed(whole: Place, sieve: _Sieve, asked: Asked) -> Place | None:
    """What was asked for of a place; None where that is nothing."""
    target, holder, _all = whole
    if target.dropped is not None and not asked.dropped:
        return None
    if asked.profile not in {None, target.profile} or (
        sieve.profiles is not None and target.profile not in sieve.profiles
    ):
        return None
    if asked.tag is not None and folded(asked.tag) not in map(folded, holder.tags if holder else ()):
        return None
    if not all(any(part.startswith(word) for part in words(target.name)) for word in sieve.names):
        return None
    found = tuple(one for one in whole.installations if asked.dropped or one.dropped is None)
    for wanted in (sieve.providers, asked.providers):
        if wanted is not None:
            found = tuple(one for one in found if one.provider in wanted)
            if not found:
                return None
    return whole._replace(installations=found)
