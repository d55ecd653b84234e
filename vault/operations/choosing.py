"""Which pairs are meant where several are: those of a holder, of a provider, or those that are to be installed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from vault.custody import Watch
from vault.model.due import Due
from vault.model.pair import Pair
from vault.operations.due import due
from vault.operations.register import PAGE


class Choice(NamedTuple):
    """Current pairs: of the ``holder`` with this id, of this ``provider``; with ``due`` those of which is due that they
    are installed somewhere, in a software with this target ``profile``. None: any."""

    holder: str | None = None
    provider: str | None = None
    due: bool = False
    profile: str | None = None

    def has(self, holder: str | None, provider: str) -> bool:
        """Whether a pair of this holder and provider is meant, when it is due at all."""
        return self.holder in {None, holder} and self.provider in {None, provider}

    def is_due(self, one: Due) -> bool:
        """Whether what is due is that such a pair is installed."""
        profile = one.target.profile if one.target else None
        return one.kind == "install" and self.profile in {None, profile} and self.has(one.holder, one.provider)


def chosen(watch: Watch, choice: Choice, *, windows: Mapping[str, int], at: datetime) -> list[str]:
    """The ids of the pairs that are meant, soonest to run out first; those that are due, most urgent first.

    What somebody took note of is not due. ``windows`` as :func:`vault.operations.due.due` has them.
    """
    if choice.due:
        rows = due(watch, at=at, within=timedelta(), windows=windows)
        return list(dict.fromkeys(row.due.ref for row in rows if choice.is_due(row.due)))
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
