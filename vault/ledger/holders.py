"""Find the holder that a name or address means, or make a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vault.custody import Watch
from vault.errors import N_, HolderUnclear
from vault.ledger.events import record
from vault.model.fold import same_name, words
from vault.model.holder import Holder
from vault.model.ids import LENGTH, Random, new_id, normalised
from vault.model.likeness import Names
from vault.model.texts import salted
from vault.ports.store import Reader, Writer

_TWO = N_("Name and agency number of this row are those of two holders.")
_CORRECT = N_("See certvault holders list, and correct the list or the holders.")
MOST = 9
"""Holders who are named where one may be meant."""


def known_holder(reader: Reader, name: str) -> Holder | None:
    """The holder that a person means by ``name``: an id, a mail address, or the name in any order and writing."""
    identity = normalised(name)
    if identity is not None and len(identity) == LENGTH:
        holder = reader.holder(identity)
        if holder is not None:
            return holder
    if "@" in name:
        holder = reader.holder_with_address(name.strip())
        if holder is not None:
            return holder
    namesakes = reader.holders_named(same_name(name))
    return namesakes[0] if len(namesakes) == 1 else None


def holder_of_row(reader: Reader, name: str, number: str) -> Holder | None:
    """The holder whom a row of a list means, by name or by agency number, whichever is known here.

    Raises HolderUnclear where they are two holders'.
    """
    named = known_holder(reader, name) if name else None
    numbered = [one for one in reader.holders_matching(words(number)) if has_number(one, number)]
    if len(numbered) != 1:
        return named
    if named is not None and named.id != numbered[0].id:
        raise HolderUnclear(_TWO, hint=_CORRECT)
    return numbered[0]


def has_number(holder: Holder, number: str) -> bool:
    """Whether ``number`` is an agency number of ``holder``, with the zeros at its front, blind to blanks and signs."""
    wanted = words(number)
    return bool(wanted) and any(words(one) == wanted for one in holder.numbers)


def close_to(reader: Reader, name: str) -> list[Holder]:
    """The holders who may be meant by ``name`` though they are written otherwise, by name; at most :data:`MOST`."""
    near = reader.holders(sorted(Names(reader.names()).close_to(name)))
    return sorted(near.values(), key=lambda holder: (holder.name, holder.id))[:MOST]


def holder_for(
    watch: Watch, writer: Writer, name: str, *, at: datetime, random: Random, addresses: Iterable[str] = ()
) -> Holder:
    """The holder called ``name``, made where there is none yet, with ``addresses`` remembered."""
    holder = known_holder(writer, name)
    if holder is None:
        holder = Holder(new_id(random), name.strip())
        writer.add_holder(holder)
        record(watch, writer, "holder-added", salted(random, name=holder.name), at=at, holder=holder.id)
    for address in addresses:
        if writer.holder_with_address(address) is None:
            writer.add_address(holder.id, address)
            record(watch, writer, "address-added", salted(random, address=address), at=at, holder=holder.id)
    return holder
