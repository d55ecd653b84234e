"""Find the holder that a name or address means, or make a new one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vault.custody import Watch
from vault.ledger.events import record
from vault.model.fold import same_name
from vault.model.holder import Holder
from vault.model.ids import LENGTH, Random, new_id, normalised
from vault.model.likeness import Names
from vault.model.texts import salted
from vault.ports.store import Reader, Writer

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
