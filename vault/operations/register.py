"""Questions to the register that the register key answers: links, pairs, and how a lineage came about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from vault.custody import Watch
from vault.model.event import Recorded
from vault.model.fold import words
from vault.model.holder import Holder
from vault.model.link import GENERIC, Link, fits_pin
from vault.model.pair import Pair
from vault.operations.find import Profiles, pairs_by_words
from vault.ports.store import Reader

PAGE = 500
"""Rows of one transaction."""


class LinkRow(NamedTuple):
    """A link with its holder."""

    link: Link
    holder: Holder | None


class PairRow(NamedTuple):
    """A pair with its holder."""

    pair: Pair
    holder: Holder | None


class History(NamedTuple):
    """A lineage: its pairs, newest first, and the events on them, oldest first."""

    lineage: str
    pairs: list[PairRow]
    events: list[Recorded]


def links(watch: Watch, *, every: bool = False) -> list[LinkRow]:
    """The open links, soonest deadline first, or all of them with ``every``."""
    with watch.reading() as reader:
        found = list(reader.links(every=every))
        holders = reader.holders([link.holder for link in found if link.holder])
    return [LinkRow(link, holders.get(link.holder or "")) for link in found]


def link_row(watch: Watch, link: Link) -> LinkRow:
    """``link`` with its holder."""
    with watch.reading() as reader:
        return LinkRow(link, reader.holder(link.holder) if link.holder else None)


def pair_row(watch: Watch, pair: Pair) -> PairRow:
    """``pair`` with its holder."""
    with watch.reading() as reader:
        return PairRow(pair, reader.holder(pair.holder))


def waiting_for(watch: Watch, one: Pair | Link) -> list[Link]:
    """What is open of a pair's holder at its provider; of a link or file the PINs that may be its own, of a PIN that
    waits the links and files that may be."""
    if one.holder is None:
        return []
    with watch.reading() as reader:
        there = reader.open_links_of(one.holder)
    return [link for link in there if _belongs(one, link)]


def _belongs(one: Pair | Link, link: Link) -> bool:
    """Whether an open link of the same holder may have to do with this pair or other half."""
    if isinstance(one, Pair):
        return link.provider == one.provider or (link.kind == "pin" and link.provider == GENERIC)
    file, pin = (link, one) if one.kind == "pin" else (one, link)
    return one.state == "open" and pin.kind == "pin" and fits_pin(file, pin)


def pairs(watch: Watch, name: str, profiles: Profiles, *, every: bool = False) -> Iterator[PairRow]:
    """The current pairs that the words of ``name`` mean, or all where it is empty; older ones too with ``every``.

    Read page by page, each in a transaction of its own, so that a listing of any length takes little memory and holds
    up nobody while it is printed.
    """
    wanted = words(name)
    if wanted:
        with watch.reading() as reader:
            rows = _with_holders(reader, pairs_by_words(reader, wanted, profiles, every=every))
        yield from rows
        return
    last: Pair | None = None
    while True:
        with watch.reading() as reader:
            rows = _with_holders(reader, list(reader.pairs(every=every, after=last, limit=PAGE)))
        yield from rows
        if len(rows) < PAGE:
            return
        last = rows[-1].pair


def _with_holders(reader: Reader, found: Sequence[Pair]) -> list[PairRow]:
    holders = reader.holders(list({pair.holder for pair in found}))
    return [PairRow(pair, holders.get(pair.holder)) for pair in found]


def history(watch: Watch, pair: Pair) -> History:
    """How the lineage of ``pair`` came about."""
    with watch.reading() as reader:
        found = reader.lineage(pair.lineage)
        return History(pair.lineage, _with_holders(reader, found), reader.events_of_pairs([one.id for one in found]))
