"""All rows that can still be read from a database file, known by their shape, whatever happened to its other pages.

A row is taken only as the register would take it; whether a pair is what was sealed, only the root key says. Of what
may be many or long, the place is kept and the row read again where it is asked for: memory does not grow with the rows.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, TypeVar

from vault.model.event import Recorded, Text
from vault.model.holder import Holder
from vault.model.ids import LENGTH, normalised
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.target import Installation, Target
from vault.model.texts import SALT
from vault.secret import RegisterKey
from vault.store.connection import Row
from vault.store.pages import Pages, Record
from vault.store.rows import to_holder, to_installation, to_link, to_pair, to_recorded, to_target, to_text

V = TypeVar("V")


class Rows(Mapping[str, V]):
    """Rows by their id, each read again where it is asked for; in the order of these."""

    def __init__(self, read: Callable[[int], V]) -> None:
        self.places: dict[str, int] = {}
        self._read = read

    def __getitem__(self, key: str) -> V:
        return self._read(self.places[key])

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self.places))

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, key: object) -> bool:
        return key in self.places


class Numbered(Mapping[int, V]):
    """The same by their number: there may be very many. Of several with one number it is the last one put in."""

    def __init__(self, read: Callable[[int], V]) -> None:
        self._numbers, self._places = array("q"), array("q")
        self._sorted = True
        self._read = read

    def put(self, number: int, place: int) -> None:
        """A row, and where it stands."""
        self._numbers.append(number)
        self._places.append(place)
        self._sorted = False

    def __getitem__(self, key: int) -> V:
        self._sort()
        index = bisect_right(self._numbers, key) - 1
        if index < 0 or self._numbers[index] != key:
            raise KeyError(key)
        return self._read(self._places[index])

    def __iter__(self) -> Iterator[int]:
        self._sort()
        return iter(self._numbers)

    def __len__(self) -> int:
        self._sort()
        return len(self._numbers)

    def _sort(self) -> None:
        if self._sorted:
            return
        order = sorted(range(len(self._numbers)), key=self._numbers.__getitem__)
        last = [one for one, after in pairwise(order) if self._numbers[one] != self._numbers[after]] + order[-1:]
        self._numbers, self._places = (
            array("q", map(each.__getitem__, last)) for each in (self._numbers, self._places)
        )
        self._sorted = True


class Salvaged(NamedTuple):
    """What was read. ``damaged`` are numbers of pages; ``known`` maps every pair that an index or a row names to
    whether its row was read. ``merged`` maps holders to those
    into whom they were merged. The file must stay as it is while it is asked for ``links``, ``parked``, ``events``,
    ``targets`` or ``installations``.
    """

    pages: int
    damaged: list[int]
    holders: dict[str, Holder]
    known: dict[str, bool]
    links: Rows[Link]
    parked: Rows[bytes]
    events: Numbered[Recorded]
    settings: dict[str, tuple[str, bytes]]
    texts: dict[int, tuple[int, ...]]
    merged: dict[str, str]
    targets: Rows[Target]
    installations: Rows[Installation]


def salvage(path: Path, key: RegisterKey) -> Salvaged:
    """Read the database at ``path``, which nobody writes meanwhile. Raises OSError alone."""
    pages = Pages(path, key)
    texts: dict[int, tuple[int, ...]] = {}

    def link(place: int) -> Link:
        return _link(pages.at(place).values)

    def parked(place: int) -> bytes:
        return bytes(pages.at(place).values[2])

    def event(place: int) -> Recorded:
        found = _event(pages.at(place))
        return found._replace(texts=tuple({one[0]: one for one in map(text, texts.get(found.number, ()))}.values()))

    def text(place: int) -> Text:
        return to_text(pages.at(place).values)[1]

    def target(place: int) -> Target:
        return to_target(pages.at(place).values)

    def installation(place: int) -> Installation:
        return to_installation(pages.at(place).values)

    found = Salvaged(
        pages.written(),
        pages.damaged(),
        {},
        {},
        Rows(link),
        Rows(parked),
        Numbered(event),
        {},
        texts,
        {},
        Rows(target),
        Rows(installation),
    )
    for record in pages.records():
        try:
            _take(found, record)
        except (ValueError, TypeError, OverflowError):
            continue  # the shape of a row, and not what the program writes
    return found


class Sealed(NamedTuple):
    """The row of a pair, with its sealed value, and its place."""

    pair: Pair
    sealed: bytes
    place: int


def salvaged_pairs(path: Path, key: RegisterKey) -> Iterator[Sealed]:
    """The rows of pairs that can still be read, one after the other. Raises OSError alone."""
    for record in Pages(path, key).records():
        if record.number is not None and len(record.values) == 17:
            try:
                yield _pair(record)
            except (ValueError, TypeError, OverflowError):
                continue


def pairs_by_place(path: Path, key: RegisterKey) -> Callable[[int], Sealed]:
    """What reads one of :func:`salvaged_pairs` again, where it stands. Raises OSError alone."""
    pages = Pages(path, key)
    return lambda place: _pair(pages.at(place))


def _pair(record: Record) -> Sealed:
    row = record.values
    if not isinstance(row[16], bytes):
        raise TypeError
    return Sealed(to_pair(row[1:16]), row[16], record.place)


def _link(row: Row) -> Link:
    return to_link((*row[1:12], False, *row[12:17]))


def _event(record: Record) -> Recorded:
    return to_recorded((record.number, *record.values[1:]))


def _take(found: Salvaged, record: Record) -> None:
    row = record.values
    if record.number is None:
        _take_index(found, record)
        return
    match len(row):
        case 17 if isinstance(row[16], bytes):
            found.known[_pair(record).pair.id] = True
        case 17:
            found.links.places[_link(row).id] = record.place
        case 12:
            found.events.put(_event(record).number, record.place)
        case 4:
            _more(found, str(row[3]), addresses=(str(row[2]),))
        case 3:
            _take_small(found, record)


def _take_small(found: Salvaged, record: Record) -> None:
    """A parked file, or an agency number."""
    row = record.values
    if isinstance(row[2], bytes) and isinstance(row[1], str):
        found.parked.places[row[1]] = record.place
    elif _is_id(row[2]) and isinstance(row[1], str):
        _more(found, str(row[2]), numbers=(row[1],))


def _take_index(found: Salvaged, record: Record) -> None:
    """A holder, a target, a setting, a text of an event (their tables have no row numbers), or what an index knows."""
    row = record.values
    match row:
        case (str(id_), str(), str(), str(), str(), into, str()) if _is_id(id_):
            one, old = to_holder(row[:5]), found.holders.get(id_)
            found.holders[id_] = one._replace(addresses=old.addresses, numbers=old.numbers) if old else one
            if _is_id(into):
                found.merged[id_] = str(into)
        case (str(id_), str(holder), str(), str(), int(), _) if _is_id(id_) and _is_id(holder):
            found.targets.places[to_target(row).id] = record.place
        case (str(id_), str(target), str(), str(), int(), *_) if len(row) == 11 and _is_id(id_) and _is_id(target):
            found.installations.places[to_installation(row).id] = record.place
        case (str(name), str(value), bytes(auth)):
            found.settings[name] = value, auth
        case (int(number), str(name), bytes(salt), str()) if len(salt) == SALT:
            to_text(row)
            found.texts[number] = (*found.texts.get(number, ()), record.place)
        case (str(), int(), str(pair), str(), str(), *_) if len(row) == 16 and _is_id(pair):
            found.known.setdefault(pair, False)


def _more(found: Salvaged, id_: str, addresses: tuple[str, ...] = (), numbers: tuple[str, ...] = ()) -> None:
    old = found.holders.get(id_) or Holder(id_, "")
    found.holders[id_] = old._replace(addresses=old.addresses + addresses, numbers=old.numbers + numbers)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and len(value) == LENGTH and normalised(value) == value
