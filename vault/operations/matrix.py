"""What which holder has at which provider, and what he lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from vault.custody import Watch
from vault.model.due import settled
from vault.model.fold import words
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.matrix import GAPS, MISSING, Cell, row
from vault.model.pair import Pair
from vault.model.target import Installation
from vault.operations.find import Profiles, matching
from vault.operations.settings import zone
from vault.ports.store import Reader

PAGE = 500
"""Holders of one transaction."""


class Row(NamedTuple):
    """A holder, and his cells in the order of the providers."""

    holder: Holder
    cells: list[Cell]


class Matrix(NamedTuple):
    """The providers that the agency uses, and a row for each holder who has anything at one of them, or nothing yet."""

    providers: list[str]
    rows: Iterator[Row]


def matrix(watch: Watch, name: str, profiles: Profiles, *, at: datetime, gaps: bool = False) -> Matrix:
    """Holders by providers, both narrowed to what the words of ``name`` mean; with ``gaps`` only holders who lack
    something.

    A provider is used that has a current pair or an open link. Who had something that was put away or discarded, and
    nothing else, is done with and has no row; who never had anything has. Holders come by name, page by page, each
    page in a transaction of its own, so that a table of any length takes little memory and holds up nobody while it is
    printed.
    """
    with watch.reading() as reader:
        there = zone(watch, reader)
        found = matching(reader, words(name), profiles)
        holders = reader.holders_by_name() if found.holders is None else found.holders
        used = reader.providers_in_use()
    wanted = [one for one in used if found.providers is None or one in found.providers]
    return Matrix(wanted, _rows(watch, holders, wanted, at, there, gaps=gaps))


def _rows(
    watch: Watch, holders: Sequence[str], providers: Sequence[str], at: datetime, zone: tzinfo, *, gaps: bool
) -> Iterator[Row]:
    for start in range(0, len(holders), PAGE):
        with watch.reading() as reader:
            page = list(_page(reader, holders[start : start + PAGE], at, zone))
        for holder, cells in page:
            line = [cells.get(provider, MISSING) for provider in providers]
            if not gaps or any(cell.state in GAPS for cell in line):
                yield Row(holder, line)


def _page(
    reader: Reader, ids: Sequence[str], at: datetime, zone: tzinfo
) -> Iterator[tuple[Holder, Mapping[str, Cell]]]:
    pairs: dict[str, list[Pair]] = {}
    links: dict[str, list[Link]] = {}
    for pair in reader.current_of(ids):
        pairs.setdefault(pair.holder, []).append(pair)
    for link in reader.unclaimed_links_of(ids):
        if link.holder is not None and not _done(reader, link, at):
            links.setdefault(link.holder, []).append(link)
    known = reader.holders([one for one in ids if one in pairs or one in links or _is_new(reader, one)])
    install = Counter(one.wanted or "" for one in _to_install(reader, pairs))
    for one, holder in known.items():
        yield holder, row(pairs.get(one, ()), links.get(one, ()), at, zone, install)


def _to_install(reader: Reader, pairs: Mapping[str, Sequence[Pair]]) -> list[Installation]:
    """Where one of these pairs is to be installed."""
    found = [
        one for one in reader.installations_of([each.lineage for some in pairs.values() for each in some]) if one.open
    ]
    there = {one.id for one in reader.targets([each.target for each in found]) if one.dropped is None}
    return [one for one in found if one.target in there]


def _is_new(reader: Reader, holder: str) -> bool:
    """Whether a holder never had anything, not even what was put away since."""
    return not reader.links_of(holder) and not reader.pairs_of_holder(holder, every=True)


def _done(reader: Reader, link: Link, at: datetime) -> bool:
    """Whether the link's file is gone and a pair came another way; few links are asked that."""
    if link.needs_at(at) != "new-link" or link.holder is None:
        return False
    return settled(link, reader.pairs_of_holder(link.holder, every=True), at)
