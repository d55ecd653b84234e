"""Which pairs are meant where several are: those of a holder, of a provider, or those that are due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from vault.custody import Watch
from vault.model.pair import Pair
from vault.operations.due import due
from vault.operations.register import PAGE

PAIRS_DUE = frozenset({"certificate-expiry", "activation", "install"})
"""What is due of a pair, and not of a link or the vault."""


class Choice(NamedTuple):
    """Current pairs: of the ``holder`` with this id, of this ``provider``, and due ``within`` this time. None: any."""

    holder: str | None = None
    provider: str | None = None
    within: timedelta | None = None

    def has(self, holder: str | None, provider: str) -> bool:
        """Whether a pair of this holder and provider is meant, when it is due at all."""
        return self.holder in {None, holder} and self.provider in {None, provider}


def chosen(watch: Watch, choice: Choice, *, windows: Mapping[str, int], at: datetime) -> list[str]:
    """The ids of the pairs that are meant, soonest to run out first. ``windows`` as :func:`due` has them."""
    if choice.within is not None:
        rows = due(watch, at=at, within=choice.within, windows=windows)
        found = (row.due for row in rows if row.due.kind in PAIRS_DUE)
        return list(dict.fromkeys(one.id for one in found if choice.has(one.holder, one.provider)))
    return [pair.id for pair in _current(watch, choice.holder) if choice.has(pair.holder, pair.provider)]


def _current(watch: Watch, holder: str | None) -> Iterator[Pair]:
    """The current pairs, of a holder or of all, page by page, each in a transaction of its own."""
    if holder is not None:
        with watch.reading() as reader:
            found = reader.pairs_of_holder(holder)
        yield from sorted(found, key=lambda pair: (pair.not_after, pair.id))
        return
    page: list[Pair] = []
    while True:
        with watch.reading() as reader:
            page = list(reader.pairs(after=page[-1] if page else None, limit=PAGE))
        yield from page
        if len(page) < PAGE:
            return
