"""All rows that can still be read from a database file, known by their shape, whatever happened to its other pages.

A row is taken only as the register would take it; whether a pair is what was sealed, only the root key says.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from vault.model.event import Recorded, Text
from vault.model.holder import Holder
from vault.model.ids import LENGTH, normalised
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.texts import SALT
from vault.secret import RegisterKey
from vault.store.connection import Row
from vault.store.pages import Pages
from vault.store.rows import to_holder, to_link, to_pair, to_recorded, to_text


class Salvaged(NamedTuple):
    """What was read. ``damaged`` are numbers of pages; ``known`` maps every pair that an index or a row names to its
    holder, also where the row itself is lost; ``pairs`` are those whose row was read. ``merged`` maps holders to those
    into whom they were merged.
    """

    pages: int
    damaged: list[int]
    holders: dict[str, Holder]
    pairs: dict[str, Pair]
    known: dict[str, str]
    links: dict[str, Link]
    parked: dict[str, bytes]
    events: dict[int, Recorded]
    settings: dict[str, tuple[str, bytes]]
    texts: dict[int, tuple[Text, ...]]
    merged: dict[str, str]


def salvage(path: Path, key: RegisterKey) -> Salvaged:
    """Read the database at ``path``, which nobody writes meanwhile. Raises OSError alone."""
    pages = Pages(path, key)
    found = Salvaged(pages.written(), pages.damaged(), {}, {}, {}, {}, {}, {}, {}, {}, {})
    for record in pages.records():
        try:
            _take(found, record.number, record.values)
        except (ValueError, TypeError, OverflowError):
            continue  # the shape of a row, and not what the program writes
    for number, texts in found.texts.items():
        if number in found.events:
            found.events[number] = found.events[number]._replace(texts=texts)
    return found


def salvaged_pairs(path: Path, key: RegisterKey) -> Iterator[tuple[Pair, bytes]]:
    """The rows of pairs that can still be read, with their sealed values, one after the other. Raises OSError alone."""
    for record in Pages(path, key).records():
        if record.number is not None and len(record.values) == 17:
            try:
                yield _pair(record.values)
            except (ValueError, TypeError, OverflowError):
                continue


def _pair(row: Row) -> tuple[Pair, bytes]:
    if not isinstance(row[16], bytes):
        raise TypeError
    return to_pair(row[1:16]), row[16]


def _take(found: Salvaged, number: int | None, row: Row) -> None:
    if number is None:
        _take_index(found, row)
        return
    match len(row):
        case 17:
            pair, _sealed = _pair(row)
            found.pairs[pair.id] = pair
            found.known[pair.id] = pair.holder
        case 16:
            link = to_link((*row[1:12], False, *row[12:16]))
            found.links[link.id] = link
        case 12:
            event = to_recorded((number, *row[1:]))
            found.events[event.number] = event
        case 4:
            _more(found, str(row[3]), addresses=(str(row[2]),))
        case 3:
            _take_small(found, row)


def _take_small(found: Salvaged, row: Row) -> None:
    """A parked file, or an agency number."""
    if isinstance(row[2], bytes) and isinstance(row[1], str):
        found.parked[row[1]] = row[2]
    elif _is_id(row[2]) and isinstance(row[1], str):
        _more(found, str(row[2]), numbers=(row[1],))


def _take_index(found: Salvaged, row: Row) -> None:
    """A holder, a setting, a text of an event (their tables have no row numbers), or what an index knows of a pair."""
    match row:
        case (str(id_), str(), str(), str(), str(), into, str()) if _is_id(id_):
            one, old = to_holder(row[:5]), found.holders.get(id_)
            found.holders[id_] = one._replace(addresses=old.addresses, numbers=old.numbers) if old else one
            if _is_id(into):
                found.merged[id_] = str(into)
        case (str(name), str(value), bytes(auth)):
            found.settings[name] = value, auth
        case (int(number), str(name), bytes(salt), str()) if len(salt) == SALT:
            other = (one for one in found.texts.get(number, ()) if one[0] != name)
            found.texts[number] = (*other, to_text(row)[1])
        case (str(), int(), str(pair), str(), str(holder), *_) if len(row) == 16 and _is_id(pair):
            found.known[pair] = holder


def _more(found: Salvaged, id_: str, addresses: tuple[str, ...] = (), numbers: tuple[str, ...] = ()) -> None:
    old = found.holders.get(id_) or Holder(id_, "")
    found.holders[id_] = old._replace(addresses=old.addresses + addresses, numbers=old.numbers + numbers)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) == LENGTH and normalised(value) == value
