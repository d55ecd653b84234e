"""The mistakes of a Monday put right: a wrong supersede, a wrong holder, a link that is of no use. Each is an event."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from vault.crypto.hashing import sha256
from vault.custody import Custody, Watch
from vault.errors import (
    N_,
    CurrentAlready,
    Fault,
    LineageUnclear,
    LinkSettled,
    NotFound,
    PutAwayAlready,
    SuccessionCrosses,
)
from vault.ledger import aside
from vault.ledger.events import record
from vault.ledger.holders import holder_for
from vault.ledger.targets import follow_pairs
from vault.model.event import Wanted
from vault.model.holder import Holder
from vault.model.ids import Random, new_id
from vault.model.link import Link
from vault.model.pair import Contents, Pair
from vault.model.texts import salted
from vault.ports.store import Reader, Writer

_MOST = 1000
"""Times that one link was discarded which are looked at."""


class Reinstated(NamedTuple):
    """A pair that is current again, and the one that was current until then and is put away now."""

    pair: Pair
    put_away: Pair | None


class Moved(NamedTuple):
    """The pair as it is now, with all that went with it: those of its lineage with the same subject."""

    pair: Pair
    pairs: Sequence[Pair]


def retire(custody: Custody, pair: Pair, reason: str, *, at: datetime, random: Random) -> Pair:
    """Put a current pair away: it is kept, and nobody is warned of it any more. Raises PutAwayAlready, NotFound."""
    with custody.writing() as writer:
        now = _pair(writer, pair.id)
        if now.state != "current":
            raise PutAwayAlready(pair=now.id, state=now.state)
        aside.retire(custody, writer, now, salted(random, reason=reason), at=at)
    return now._replace(state="retired")


def reinstate(custody: Custody, pair: Pair, *, at: datetime) -> Reinstated:
    """Make a pair current that was put away.

    Of the lineage's current pair: where ``pair`` was superseded, that was wrong, and the other one is retired; where it
    was retired, it takes the place of the other one. Raises CurrentAlready, NotFound, PairDamaged, PairDiffers.
    """
    with custody.writing() as writer:
        now = _pair(writer, pair.id)
        if now.state == "current":
            raise CurrentAlready(name=now.id)
        custody.check(writer, now)
        rival = next((one for one in writer.lineage(now.lineage) if one.state == "current"), None)
        if rival is not None and now.state == "superseded":
            aside.retire(custody, writer, rival, at=at, by=now.id)
        elif rival is not None:
            writer.set_state(rival.id, "superseded", now.id)
            record(custody, writer, "pair-superseded", at=at, pair=rival.id, holder=rival.holder, by=now.id)
        writer.set_state(now.id, "current")
        record(custody, writer, "pair-reinstated", at=at, pair=now.id, holder=now.holder)
        put_away = None if rival is None else writer.pair(rival.id)
    return Reinstated(now._replace(state="current", superseded_by=None), put_away)


def discard(watch: Watch, link: Link, *, at: datetime) -> Link:
    """Put a link aside that is of no use: nobody is warned of it any more. Raises LinkSettled, NotFound."""
    with watch.writing() as writer:
        now = _link(writer, link.id)
        return now if now.state == "discarded" else aside.discard(watch, writer, now, at=at)


def reopen(watch: Watch, link: Link, *, at: datetime) -> Link:
    """Take a link up again that was discarded, as it was: one whose file is gone stays so.

    Raises CurrentAlready, LinkSettled, NotFound.
    """
    if link.state not in {"discarded", "claimed"}:
        raise CurrentAlready(name=link.id)
    with watch.writing() as writer:
        now = _link(writer, link.id)
        changed = now._replace(state="gone" if _was_gone(writer, now) else "open")
        if changed != now:
            writer.update_link(changed)
            record(watch, writer, "link-reopened", at=at, link=now.id, holder=now.holder)
    return changed


def _was_gone(reader: Reader, link: Link) -> bool:
    """Whether the provider had deleted the file when the link was discarded, as the log says."""
    wanted = Wanted(link=link.id, what=("link-discarded",))
    told = [dict(one.event.details).get("was") for one in reader.events(wanted, after=0, limit=_MOST)]
    return told[-1:] == ["gone"]


def assign(watch: Watch, link: Link, holder: str, *, at: datetime, random: Random) -> Link:
    """Say whose link it is, by id or name; a holder who is not known is made. Raises LinkSettled, NotFound."""
    with watch.writing() as writer:
        now = _link(writer, link.id)
        whose = holder_for(watch, writer, holder, at=at, random=random).id
        changed = now._replace(holder=whose)
        if now.holder != whose:
            writer.update_link(changed)
            record(watch, writer, "link-assigned", at=at, link=now.id, holder=whose)
    return changed


def move(
    custody: Custody, pair: Pair, holder: str, purpose: str | None = None, *, at: datetime, random: Random
) -> Moved:
    """Give a pair to another holder, by id or name, with those of its lineage that have the same subject.

    All are sealed anew for the new holder in one transaction, and opened as they stand after it. They join his lineage
    of the same subject, if there is one; else they keep theirs, or begin one where others of it stay. Where they are
    installed goes along. Raises SuccessionCrosses, LineageUnclear, NotFound, PairDamaged, PairDiffers.
    """
    with custody.writing() as writer:
        now = _pair(writer, pair.id)
        whose = holder_for(custody, writer, holder, at=at, random=random)
        if whose.id == now.holder:
            return Moved(now, [])
        going, staying = _parted(writer, now)
        installed = writer.installations_of([now.lineage])
        lineage, named = _place(writer, now, whose, going, staying, purpose, random)
        moved = [
            reseal(custody, writer, one, one._replace(holder=whose.id, lineage=lineage, purpose=named), at, random)
            for one in going
        ]
        follow_pairs(custody, writer, installed, [one for one, _contents in moved], at=at, random=random)
        _take_links_along(custody, writer, now.holder, whose.id, {one.id for one in going}, at)
    read_back(custody, moved)
    changed = [one for one, _contents in moved]
    return Moved(next(one for one in changed if one.id == now.id), changed)


def reseal(
    custody: Custody, writer: Writer, old: Pair, new: Pair, at: datetime, random: Random
) -> tuple[Pair, Contents]:
    """Seal a pair anew for another holder, with its event. Raises PairDamaged, PairDiffers."""
    before, contents = writer.sealed(old.id) or b"", custody.check(writer, old)
    sealed = custody.seal(new, contents, random)
    told = {"was": sha256(before).hex(), "sealed": sha256(sealed).hex(), "from": old.holder, "lineage": new.lineage}
    record(custody, writer, "pair-moved", at=at, pair=new.id, holder=new.holder, **told)
    writer.move_pair(new, sealed)
    return new, contents


def read_back(custody: Custody, moved: Sequence[tuple[Pair, Contents]]) -> None:
    """Open what was sealed anew, as it stands. Raises Fault, PairDamaged, PairDiffers."""
    for pair, contents in moved:
        if custody.contents(pair) != contents:
            raise Fault(what=f"pair {pair.id} reads back differently")


def _parted(reader: Reader, now: Pair) -> tuple[list[Pair], list[Pair]]:
    """Those of the lineage that go, each after its successor, and those that stay."""
    every = reader.lineage(now.lineage)
    going = {one.id: one for one in every if one.subject == now.subject}
    for one in every:
        if one.superseded_by is not None and (one.id in going) != (one.superseded_by in going):
            raise SuccessionCrosses(pair=one.superseded_by, old=one.id)
    ordered: dict[str, Pair] = {}
    for _step in going:
        ordered |= {id_: one for id_, one in going.items() if one.superseded_by is None or one.superseded_by in ordered}
    return list(ordered.values()), [one for one in every if one.id not in going]


def _place(
    reader: Reader,
    now: Pair,
    holder: Holder,
    going: Sequence[Pair],
    staying: Sequence[Pair],
    purpose: str | None,
    random: Random,
) -> tuple[str, str]:
    """The lineage and purpose that the pairs have at their new holder."""
    his = [one for one in reader.pairs_of_holder(holder.id, every=True) if one.provider == now.provider]
    taken = {one.lineage for one in his if one.state == "current"}
    in_use = any(one.state == "current" for one in going)
    for one in his:
        fits = one.subject == now.subject and purpose in {None, one.purpose}
        if fits and not (in_use and one.lineage in taken):
            return one.lineage, one.purpose
    named = now.purpose if purpose is None else purpose
    rivals = [one for one in his if one.state == "current" and one.purpose == named]
    if in_use and rivals:
        hint = N_("Say --purpose TEXT to tell both apart, or retire the other one first.")
        raise LineageUnclear(candidates=[{"id": one.id, "subject": one.subject} for one in rivals], hint=hint)
    return new_id(random) if staying else now.lineage, named


def _take_links_along(custody: Custody, writer: Writer, old: str, new: str, pairs: set[str], at: datetime) -> None:
    for link in writer.links_of(old):
        if link.pair in pairs:
            writer.update_link(link._replace(holder=new))
            record(custody, writer, "link-assigned", at=at, link=link.id, holder=new)


def _link(reader: Reader, id_: str) -> Link:
    found = reader.link(id_)
    if found is None:
        raise NotFound(name=id_)
    if found.state == "claimed":
        raise LinkSettled(link=found.id)
    return found


def _pair(reader: Reader, id_: str) -> Pair:
    found = reader.pair(id_)
    if found is None:
        raise NotFound(name=id_)
    return found
