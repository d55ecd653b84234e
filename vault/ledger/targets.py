"""Targets are added and dropped; and they go where the pairs go: to the holder into whom another is merged, or to whom
a pair is moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from vault.custody import Watch
from vault.ledger.events import record
from vault.model.fold import same_name
from vault.model.ids import Random, new_id
from vault.model.pair import Pair
from vault.model.target import Installation, Target
from vault.model.texts import salted
from vault.model.times import utc
from vault.ports.store import Reader, Writer


def insert(watch: Watch, writer: Writer, target: Target, *, at: datetime, random: Random) -> None:
    """Add a target within a transaction, with its event."""
    texts = salted(random, name=target.name) if target.name else ()
    told = {"target": target.id, "profile": target.profile}
    record(watch, writer, "target-added", texts, at=at, holder=target.holder, **told)
    writer.add_target(target)


def drop(watch: Watch, writer: Writer, target: Target, *, at: datetime) -> None:
    """Drop a target within a transaction, with its event."""
    told = {"target": target.id, "profile": target.profile}
    record(watch, writer, "target-dropped", at=at, holder=target.holder, **told)
    writer.update_target(target._replace(dropped=utc(at)))


def known(reader: Reader, holder: str, profile: str, name: str) -> Target | None:
    """The target of a holder with this profile and name, written in whatever way; one that was dropped too."""
    for one in reader.targets_of([holder]):
        if one.profile == profile and same_name(one.name) == same_name(name):
            return one
    return None


def follow_holder(watch: Watch, writer: Writer, other: str, kept: str, *, at: datetime) -> int:
    """Give all targets of one holder to another, whom he becomes; gives how many."""
    found = writer.targets_of([other])
    for one in found:
        _give(watch, writer, one, kept, at)
    return len(found)


def follow_pairs(
    watch: Watch,
    writer: Writer,
    before: Sequence[Installation],
    going: Sequence[Pair],
    *,
    at: datetime,
    random: Random,
) -> None:
    """Let what is known of where a lineage is installed go with its pairs, which were moved to another holder.

    ``before`` is that as it was before, ``going`` are the pairs as they are now. His target of the same profile and
    name has it then; where he has none, the target itself goes to him, if nothing else belongs there, else he gets one
    like it.
    """
    ids = {one.id for one in going}
    lineage, holder = going[0].lineage, going[0].holder
    for one in before:
        if one.pair in ids or (one.pair is None and one.wanted in ids):
            target = _counterpart(watch, writer, one, holder, at, random)
            if not any(each.lineage == lineage for each in writer.installations_at([target]) if each.id != one.id):
                record(watch, writer, "target-moved", at=at, holder=holder, target=target, **{"from": one.target})
                writer.update_installation(one._replace(target=target, lineage=lineage))


def _counterpart(watch: Watch, writer: Writer, one: Installation, holder: str, at: datetime, random: Random) -> str:
    """The target of ``holder`` that takes the place of the one where ``one`` is."""
    (old,) = writer.targets([one.target])
    if old.holder == holder:
        return old.id
    like = known(writer, holder, old.profile, old.name)
    if like is not None:
        return like.id
    if all(each.lineage == one.lineage for each in writer.installations_at([old.id])):
        _give(watch, writer, old, holder, at)
        return old.id
    new = Target(new_id(random), holder, old.profile, old.name, at)
    insert(watch, writer, new, at=at, random=random)
    return new.id


def _give(watch: Watch, writer: Writer, target: Target, holder: str, at: datetime) -> None:
    told = {"target": target.id, "profile": target.profile, "from": target.holder}
    record(watch, writer, "target-moved", at=at, holder=holder, **told)
    writer.update_target(target._replace(holder=holder))
