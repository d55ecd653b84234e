"""The holders: who there is, and what is known of them. Recording is for whoever has the register; merging is not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vault.custody import Custody, Watch
from vault.errors import N_, AddressTaken, BadHolder, NotFound, Usage
from vault.ledger.events import record
from vault.ledger.targets import follow_holder
from vault.model.fold import folded, words
from vault.model.holder import Holder
from vault.model.ids import Random, new_id
from vault.model.link import Link
from vault.model.pair import Contents, Pair
from vault.model.texts import salted
from vault.operations.correcting import read_back, reseal
from vault.operations.places import Place, places_of_holder
from vault.ports.store import Reader, Writer
from vault.tables import damage, harm

LONGEST = 200
"""Characters of a name and of each fact."""


class HolderRow(NamedTuple):
    """A holder, and how many current pairs he has."""

    holder: Holder
    pairs: int


class Card(NamedTuple):
    """All about a holder; ``others`` are the names of those who were merged into him."""

    holder: Holder
    others: Sequence[str]
    pairs: Sequence[Pair]
    links: Sequence[Link]
    places: Sequence[Place]


class Merged(NamedTuple):
    """The holder who stays, and what came to him."""

    holder: Holder
    pairs: int
    links: int
    targets: int


def checked(holder: Holder) -> Holder:
    """``holder``, where every fact of his can be one. Raises BadHolder, which says what is wrong with which."""
    if not words(holder.name):
        raise BadHolder(field=N_("The name"), why=N_("it is missing"))
    for field, texts in (
        (N_("The name"), (holder.name,)),
        (N_("An address"), holder.addresses),
        (N_("An agency number"), holder.numbers),
        (N_("The mobile number"), (holder.mobile,)),
        (N_("Who is responsible"), (holder.responsible,)),
        (N_("A tag"), holder.tags),
    ):
        for text in texts:
            why = harm(text) or damage(text) or (N_("it is too long") if len(text) > LONGEST else None)
            if why is not None:
                raise BadHolder(field=field, why=why)
    for address in holder.addresses:
        if not re.fullmatch(r"[^@\s<>]+@[^@\s<>]+", address):
            raise BadHolder(field=N_("An address"), why=N_("it is no mail address"))
    if (why := _not_mobile(holder.mobile)) is not None:
        raise BadHolder(field=N_("The mobile number"), why=why)
    if any(" " in tag for tag in holder.tags):
        raise BadHolder(field=N_("A tag"), why=N_("it is more than one word"))
    return holder


def _not_mobile(text: str) -> str | None:
    digits = re.sub(r"[\s()/.-]", "", text)
    if not text:
        return None
    if re.fullmatch("1[567][0-9]{7,10}", digits):
        return N_("its leading zero was lost")
    return None if re.fullmatch(r"\+?[0-9]{5,20}", digits) else N_("it is no telephone number")


def everybody(watch: Watch, name: str = "", tag: str | None = None) -> list[HolderRow]:
    """The holders who answer to the words of ``name`` and have the tag, by name; all of them without both."""
    with watch.reading() as reader:
        wanted = words(name)
        found = reader.holders_matching(wanted) if wanted else reader.every_holder()
        counts = reader.counts_of_holders()
    tagged = (one for one in found if tag is None or folded(tag) in map(folded, one.tags))
    return [HolderRow(one, counts.get(one.id, 0)) for one in tagged]


def card(watch: Watch, holder: Holder) -> Card:
    """All about one holder: his current pairs, his open links, and where something is installed."""
    places = places_of_holder(watch, holder)
    with watch.reading() as reader:
        others = [name for _id, name in reader.merged_into(holder.id)]
        return Card(holder, others, reader.pairs_of_holder(holder.id), reader.open_links_of(holder.id), places)


def add(watch: Watch, holder: Holder, *, at: datetime, random: Random) -> Holder:
    """Add a holder, whose id is made here. Raises AddressTaken."""
    new = holder._replace(id=new_id(random))
    with watch.writing() as writer:
        insert(watch, writer, new, at=at, random=random)
    return new


def insert(watch: Watch, writer: Writer, new: Holder, *, at: datetime, random: Random) -> None:
    """Add a holder within a transaction, with his event. Raises AddressTaken."""
    _check_addresses(writer, new)
    writer.add_holder(new)
    texts = {name: text for name, text in _texts(new).items() if text}
    record(watch, writer, "holder-added", salted(random, **texts), at=at, holder=new.id)


def edit(watch: Watch, changed: Holder, *, at: datetime, random: Random) -> bool:
    """Write a holder as he is now; gives whether anything is new. Raises AddressTaken, NotFound."""
    with watch.writing() as writer:
        return update(watch, writer, changed, at=at, random=random)


def update(watch: Watch, writer: Writer, changed: Holder, *, at: datetime, random: Random) -> bool:
    """Write a holder within a transaction, with an event that says what is new. Raises AddressTaken, NotFound."""
    old = writer.holder(changed.id)
    if old is None:
        raise NotFound(name=changed.id)
    before, after = _texts(old), _texts(changed)
    new = {name: text for name, text in after.items() if text != before[name]}
    if not new:
        return False
    _check_addresses(writer, changed)
    writer.update_holder(changed)
    record(watch, writer, "holder-edited", salted(random, **new), at=at, holder=changed.id)
    return True


def merge(custody: Custody, other: Holder, kept: Holder, *, at: datetime, random: Random) -> Merged:
    """Let ``other`` be another name of ``kept``: his pairs, sealed anew, links, targets, addresses, numbers and tags go
    to him.

    Mobile number and responsible of ``kept`` go before those of ``other``. It is one transaction. Raises Usage,
    NotFound, PairDamaged, PairDiffers.
    """
    check_two(other, kept)
    with custody.writing() as writer:
        now, his = _there(writer, kept), _there(writer, other)
        moved = _moved(custody, writer, his, now, at, random)
        links = writer.links_of(his.id)
        for link in links:
            writer.update_link(link._replace(holder=now.id))
            record(custody, writer, "link-assigned", at=at, link=link.id, holder=now.id)
        targets = follow_holder(custody, writer, his.id, now.id, at=at)
        texts = {name: text for name, text in _texts(his).items() if text}
        record(custody, writer, "holder-merged", salted(random, **texts), at=at, holder=his.id, into=now.id)
        writer.merge_holder(his.id, now.id)
        together = _together(now, his)
        writer.update_holder(together)
        new = {name: text for name, text in _texts(together).items() if text != _texts(now)[name]}
        if new:
            record(custody, writer, "holder-edited", salted(random, **new), at=at, holder=now.id)
    read_back(custody, moved)
    return Merged(together, len(moved), len(links), targets)


def check_two(other: Holder, kept: Holder) -> None:
    """Raise Usage where both are one holder already."""
    if other.id == kept.id:
        raise Usage(what=N_("that is one holder already"))


def _moved(
    custody: Custody, writer: Writer, his: Holder, now: Holder, at: datetime, random: Random
) -> list[tuple[Pair, Contents]]:
    pairs = writer.pairs_of_holder(his.id, every=True)
    return [reseal(custody, writer, one, one._replace(holder=now.id), at, random) for one in pairs]


def _together(kept: Holder, other: Holder) -> Holder:
    return kept._replace(
        addresses=union(kept.addresses, other.addresses),
        numbers=union(kept.numbers, other.numbers),
        tags=union(kept.tags, other.tags),
        mobile=kept.mobile or other.mobile,
        responsible=kept.responsible or other.responsible,
    )


def union(ones: Sequence[str], others: Sequence[str]) -> tuple[str, ...]:
    """All of them, each once, blind to case."""
    return tuple({one.casefold(): one for one in (*others, *ones)}[key] for key in _keys((*ones, *others)))


def _keys(texts: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(text.casefold() for text in texts))


def _there(reader: Reader, holder: Holder) -> Holder:
    found = reader.holder(holder.id)
    if found is None or found.id != holder.id:
        raise NotFound(name=holder.name)
    return found


def _check_addresses(reader: Reader, holder: Holder) -> None:
    for address in holder.addresses:
        owner = reader.holder_with_address(address)
        if owner is not None and owner.id != holder.id:
            raise AddressTaken(address=address, holder=owner.name, candidates=[{"id": owner.id, "holder": owner.name}])


def _texts(holder: Holder) -> dict[str, str]:
    """What names a person, for the audit log."""
    return {
        "name": holder.name,
        "mobile": holder.mobile,
        "responsible": holder.responsible,
        "addresses": ", ".join(holder.addresses),
        "numbers": ", ".join(holder.numbers),
        "tags": ", ".join(holder.tags),
    }
