"""Where pairs are installed: who has which software, and which of his pairs is there. Each change is an event.

The register key is enough: nothing here opens a pair. Whoever has it can say falsely that a pair was installed, as he
can take note of what is due; it is on record with the name of his key.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vault.custody import Watch
from vault.errors import N_, BadTarget, NotOfHolder
from vault.ledger.events import record
from vault.ledger.targets import drop as drop_whole
from vault.ledger.targets import insert, known
from vault.model.event import Recorded, Wanted
from vault.model.holder import Holder
from vault.model.ids import Random, new_id
from vault.model.pair import Pair
from vault.model.target import Installation, Target
from vault.model.times import utc
from vault.operations.places import Place, place
from vault.ports.store import Reader, Writer
from vault.tables import harm

LONGEST = 100
"""Characters of a name."""
_MOST = 1000
"""Times that one pair was installed which are looked at."""


class Change(NamedTuple):
    """A place as it is now, and the ids of what was changed there; ``whole`` says that this is the target itself."""

    place: Place
    changed: frozenset[str]
    whole: bool = False

    @property
    def anything(self) -> bool:
        """Whether something was changed."""
        return self.whole or bool(self.changed)


def checked(name: str) -> str:
    """``name``, where a place can be called so. Raises BadTarget."""
    why = harm(name) or (N_("it is too long") if len(name) > LONGEST else None)
    if why is not None:
        raise BadTarget(why=why)
    return name.strip()


def add(
    watch: Watch,
    holder: Holder,
    profile: str,
    name: str,
    providers: frozenset[str] | None,
    *,
    installed: bool,
    at: datetime,
    random: Random,
) -> Change:
    """Say that a holder has a target, and that his current pairs belong there, of these ``providers`` alone.

    One that is known already gets what is new; a series that was dropped there comes back only where its provider is
    named. ``installed`` says that they are there as well.
    """
    changed: set[str] = set()
    with watch.writing() as writer:
        old = known(writer, holder.id, profile, name)
        target = old or Target(new_id(random), holder.id, profile, name, utc(at))
        if old is None:
            insert(watch, writer, target, at=at, random=random)
        elif old.dropped is not None:
            _take_up(watch, writer, old, at)
        there = {one.lineage: one for one in writer.installations_at([target.id])}
        for pair in writer.pairs_of_holder(holder.id):
            if providers is not None and pair.provider not in providers:
                continue
            before = there.get(pair.lineage)
            if before is not None and before.dropped is not None and providers is None:
                continue
            now = _expected(watch, writer, target, pair, before, at, random)
            if installed and now.pair != pair.id:
                now = _install(watch, writer, target, now, pair, at)
            changed |= {now.id} if now != before else set()
        return Change(place(writer, target.id), frozenset(changed), old is None or old.dropped is not None)


def confirm(
    watch: Watch, places: Sequence[Place], pair: Pair | None = None, *, at: datetime, random: Random
) -> list[Change]:
    """Say that what is current is installed now, wherever it belongs among ``places``, or that ``pair`` is.

    Raises NotOfHolder for a pair of somebody else; then nothing is changed.
    """
    done = []
    with watch.writing() as writer:
        for one in places:
            target, now = _now(writer, one)
            if pair is not None:
                if pair.holder != target.holder:
                    raise NotOfHolder(pair=pair.id, holder=one.holder.name if one.holder else "?")
                now = [_of_pair(watch, writer, target, pair, at, random)]
            changed = [_confirmed(watch, writer, target, each, pair, at) for each in now]
            done.append(Change(place(writer, target.id), frozenset(filter(None, changed))))
    return done


def withdraw(watch: Watch, places: Sequence[Place], *, at: datetime) -> list[Change]:
    """Take back what was confirmed last at each of ``places``: there is again what was there before."""
    done = []
    with watch.writing() as writer:
        for one in places:
            target, now = _now(writer, one)
            last = max((each.at for each in now if each.at), default=None)
            changed = [each for each in now if each.at and each.at == last]
            for each in changed:
                _withdrawn(watch, writer, target, each, at)
            done.append(Change(place(writer, target.id), frozenset(each.id for each in changed)))
    return done


def drop(watch: Watch, places: Sequence[Place], *, at: datetime) -> list[Change]:
    """Say that nothing is to be installed at ``places`` any more: of each what they name, or the target itself where
    that is all that belongs there."""
    done = []
    with watch.writing() as writer:
        for one in places:
            target, named = _now(writer, one)
            left = [each for each in writer.installations_at([target.id]) if each.dropped is None]
            whole = target.dropped is None and {each.id for each in left} <= {each.id for each in named}
            changed = [each for each in named if each.dropped is None and target.dropped is None and not whole]
            if whole:
                drop_whole(watch, writer, target, at=at)
            for each in changed:
                _record_drop(watch, writer, "target-dropped", target, at, each.wanted or each.pair)
                writer.update_installation(each._replace(dropped=utc(at)))
            done.append(Change(place(writer, target.id), frozenset(each.id for each in changed), whole))
    return done


def take_up(watch: Watch, places: Sequence[Place], *, at: datetime) -> list[Change]:
    """Take back that ``places`` were dropped; where a target was not, what of it was."""
    done = []
    with watch.writing() as writer:
        for one in places:
            target, named = _now(writer, one)
            whole = target.dropped is not None
            changed = [] if whole else [each for each in named if each.dropped is not None]
            if whole:
                _take_up(watch, writer, target, at)
            for each in changed:
                _record_drop(watch, writer, "target-taken-up", target, at, each.wanted or each.pair)
                writer.update_installation(each._replace(dropped=None))
            done.append(Change(place(writer, target.id), frozenset(each.id for each in changed), whole))
    return done


def _now(reader: Reader, one: Place) -> tuple[Target, list[Installation]]:
    """The target of a place, and what the place names of it, as both are now."""
    (target,) = reader.targets([one.target.id])
    named = {each.id for each in one.installations}
    return target, [each for each in reader.installations_at([target.id]) if each.id in named]


def _record_drop(
    watch: Watch, writer: Writer, what: str, target: Target, at: datetime, pair: str | None = None
) -> None:
    record(watch, writer, what, at=at, pair=pair, holder=target.holder, **_named(target))


def _take_up(watch: Watch, writer: Writer, target: Target, at: datetime) -> None:
    _record_drop(watch, writer, "target-taken-up", target, at)
    writer.update_target(target._replace(dropped=None))


def _expected(
    watch: Watch,
    writer: Writer,
    target: Target,
    pair: Pair,
    before: Installation | None,
    at: datetime,
    random: Random,
) -> Installation:
    """That the lineage of ``pair`` belongs there, as it is from now on."""
    if before is None:
        now = Installation(new_id(random), target.id, pair.lineage, pair.provider, utc(at), wanted=pair.id)
        record(watch, writer, "install-expected", at=at, pair=pair.id, holder=target.holder, **_named(target))
        writer.add_installation(now)
        return now
    if before.dropped is not None:
        _record_drop(watch, writer, "target-taken-up", target, at, pair.id)
        writer.update_installation(before._replace(dropped=None))
    return before._replace(dropped=None)


def _of_pair(watch: Watch, writer: Writer, target: Target, pair: Pair, at: datetime, random: Random) -> Installation:
    """What is known of the lineage of ``pair`` there; that it belongs there, where that was not said yet."""
    there = {one.lineage: one for one in writer.installations_at([target.id])}
    return _expected(watch, writer, target, pair, there.get(pair.lineage), at, random)


def _confirmed(
    watch: Watch, writer: Writer, target: Target, now: Installation, said: Pair | None, at: datetime
) -> str | None:
    """Note that a pair is there, the current one unless another is ``said``; the id where that is new."""
    pair = said or (writer.pair(now.wanted) if now.wanted else None)
    if pair is None or pair.id == now.pair:
        return None
    return _install(watch, writer, target, now, pair, at).id


def _install(watch: Watch, writer: Writer, target: Target, now: Installation, pair: Pair, at: datetime) -> Installation:
    was = {"was": now.pair} if now.pair else {}
    record(watch, writer, "installed", at=at, pair=pair.id, holder=target.holder, **_named(target), **was)
    new = now._replace(pair=pair.id, until=pair.not_after, at=utc(at), by=watch.actor.user)
    writer.update_installation(new)
    writer.end_ack("install", now.id)
    return new


def _withdrawn(watch: Watch, writer: Writer, target: Target, now: Installation, at: datetime) -> None:
    """What was there before comes back, as the log knows it; nothing where that is purged."""
    said = _said(writer, target, now.pair or "")
    before = writer.pair(dict(said.event.details).get("was", "")) if said else None
    record(watch, writer, "install-withdrawn", at=at, pair=now.pair, holder=target.holder, **_named(target))
    if before is None:
        writer.update_installation(now._replace(pair=None, until=None, at=None, by=None))
        return
    then = _said(writer, target, before.id)
    when, who = (then.event.at, then.event.actor.user) if then else (now.at, now.by)
    writer.update_installation(now._replace(pair=before.id, until=before.not_after, at=when, by=who))


def _named(target: Target) -> dict[str, str]:
    """A target as events name it: by its id, and by what people know it by."""
    return {"target": target.id, "profile": target.profile}


def _said(reader: Reader, target: Target, pair: str) -> Recorded | None:
    """The last event by which somebody said that ``pair`` was installed at ``target``."""
    found = reader.events(Wanted(pair=pair, what=("installed",)), after=0, limit=_MOST)
    return next((one for one in reversed(found) if dict(one.event.details).get("target") == target.id), None)
