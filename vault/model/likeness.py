"""Which names are so close to one another that a person should say whether they mean the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from vault.model.fold import words

FORMS = frozenset(
    words(
        "GmbH mbH AG SE KG KGaA OHG GbR UG eG eK e.K. ekfm e.V. Co Cie PartG PartGmbB Partnerschaft mbB"
        " haftungsbeschränkt Inh Inhaber Inhaberin Versicherungsmakler Versicherungsmaklerin Versicherungsagentur"
        " Makler Agentur und Herr Frau Firma Dr Prof"
    )
)
"""Folded words that say nothing about who it is."""
SHORTEST = 3
"""Characters of a word that can tell anything by itself."""


class Names:
    """Names that there are, each of somebody with an id."""

    def __init__(self, names: Iterable[tuple[str, str]] = ()) -> None:
        self._cores: dict[str, set[frozenset[str]]] = defaultdict(set)
        self._with_word: dict[str, set[str]] = defaultdict(set)
        self._nearly: dict[str, set[str]] = defaultdict(set)
        for id_, name in names:
            self.add(id_, name)

    def add(self, id_: str, name: str) -> None:
        """One more name."""
        core = _core(name)
        self._cores[id_].add(core)
        for word in core:
            self._with_word[word].add(id_)
        for variant in _variants(core):
            self._nearly[variant].add(id_)

    def close_to(self, name: str) -> set[str]:
        """The ids of those whose name is ``name`` but for a slip of the finger, legal forms, or words that one leaves
        out: "Müller" and "Müller GmbH", "Maier" and "Meier", "Hans Peter Kaya" and "Kaya, Hans"."""
        core = _core(name)
        near = {id_ for variant in _variants(core) for id_ in self._nearly.get(variant, ())}
        sharing = {id_ for word in core for id_ in self._with_word.get(word, ())}
        return near | {id_ for id_ in sharing if any(_within(core, other) for other in self._cores[id_])}


def _core(name: str) -> frozenset[str]:
    """The words that tell who it is; all of them, where none does."""
    every = frozenset(words(name))
    return frozenset(word for word in every - FORMS if len(word) > 1) or every


def _within(one: frozenset[str], other: frozenset[str]) -> bool:
    smaller = one if len(one) <= len(other) else other
    return one & other == smaller and any(len(word) >= SHORTEST for word in smaller)


def _variants(core: frozenset[str]) -> Iterator[str]:
    """What two writings that differ by one character have in common: each without one of its characters."""
    text = " ".join(sorted(core))
    yield text
    if len(text) > SHORTEST:
        yield from (text[:at] + text[at + 1 :] for at in range(len(text)))
