"""Delete for good what was superseded or retired long enough ago: planned first, then done as planned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from vault.crypto.hashing import sha256
from vault.custody import Custody
from vault.errors import Busy, LogContradicts, NoRoom, NotPutAway, NotWiped, PutAwayTooLately, SuccessorOf
from vault.ledger.events import record
from vault.model.event import Actor, Head, Wanted
from vault.model.holder import Holder
from vault.model.pair import Pair
from vault.model.retention import PutAway, free
from vault.model.times import text, utc
from vault.operations.settings import retention
from vault.operations.verify import verify
from vault.ports.store import Reader

MOST_BACKUPS = 100_000
"""Backups that are looked at."""


class Backup(NamedTuple):
    """A backup that was made: the file that it was then."""

    path: str
    at: datetime


class Doomed(NamedTuple):
    """A pair that is deleted: its holder, since when it is superseded or retired, and the backups that hold it."""

    pair: Pair
    holder: Holder | None
    since: datetime
    backups: Sequence[Backup]


class Plan(NamedTuple):
    """What would be deleted, oldest first; ``kept`` counts the superseded and retired pairs that stay."""

    doomed: Sequence[Doomed]
    kept: int


class Purged(NamedTuple):
    """What was deleted, when and by whom; ``head`` is the end of the audit log right after it."""

    doomed: Sequence[Doomed]
    kept: int
    at: datetime
    by: Actor
    head: Head


def plan(custody: Custody, named: Sequence[Pair] = (), *, older_than: timedelta | None, at: datetime) -> Plan:
    """What :func:`purge` would delete at ``at``: all that is put away for ``older_than``, or of it the ``named`` ones.

    Without ``older_than`` the vault's own retention time counts. A pair stays as long as another that stays names it as
    its successor. Raises LogContradicts before all, because since when it is put away is what the log says; NotPutAway,
    PutAwayTooLately and SuccessorOf for a named pair that cannot go; SettingChanged.
    """
    if contradictions := verify(custody).contradictions:
        raise LogContradicts(count=len(contradictions))
    with custody.reading() as reader:
        latest = at - (retention(custody, reader) if older_than is None else older_than)
        every = list(reader.pairs_put_away())
        old = {one.id: one.since for one in every if one.since is not None and one.since <= latest}
        _check(named, every, old)
        going = free(every, [pair.id for pair in named] or old)
        _check_free(named, every, going)
        return Plan(_doomed(reader, {pair: old[pair] for pair in going}), len(every) - len(going))


def purge(custody: Custody, planned: Plan, *, at: datetime) -> Purged:
    """Delete what was planned, each with its event, in one transaction: all of it, or nothing. Then wipe the store.

    Ask for a ``custody`` opened exclusively. Raises Busy where a pair is no longer as it was planned, NoRoom, Damaged;
    NotWiped where all is deleted, and its remains could not be wiped.
    """
    with custody.writing() as writer:
        for pair, *_ in planned.doomed:
            sealed = writer.sealed(pair.id)
            if sealed is None or writer.pair(pair.id) != pair:
                raise Busy
            said = {"fingerprint": pair.fingerprint, "sealed": sha256(sealed).hex()}
            record(custody, writer, "purge", at=at, pair=pair.id, holder=pair.holder, **said)
            writer.delete_pair(pair.id)
        purged = Purged(planned.doomed, planned.kept, utc(at), custody.actor, writer.head())
    wipe(custody)
    return purged


def wipe(custody: Custody) -> None:
    """Leave no byte of what was deleted in the vault's files, where that was not done yet. Raises NotWiped, Busy."""
    if not custody.unwiped():
        return
    try:
        custody.wipe()
    except NoRoom as error:
        raise NotWiped(path=error.fields["path"], why=error.fields["why"]) from None


def _check(named: Sequence[Pair], every: Sequence[PutAway], old: dict[str, datetime]) -> None:
    since = {one.id: one.since for one in every}
    for pair in named:
        put_away = since.get(pair.id)
        if put_away is None:
            raise NotPutAway(pair=pair.id, state=pair.state)
        if pair.id not in old:
            raise PutAwayTooLately(pair=pair.id, state=pair.state, date=text(put_away)[:10])


def _check_free(named: Sequence[Pair], every: Sequence[PutAway], going: set[str]) -> None:
    for pair in named:
        if pair.id not in going:
            others = ", ".join(one.id for one in every if one.superseded_by == pair.id)
            raise SuccessorOf(pair=pair.id, others=others)


def _doomed(reader: Reader, going: dict[str, datetime]) -> list[Doomed]:
    pairs = [pair for id_ in going if (pair := reader.pair(id_)) is not None]
    holders = reader.holders(list({pair.holder for pair in pairs}))
    added = {
        one.event.pair: one.number for one in reader.events_of_pairs(list(going)) if one.event.what == "pair-added"
    }
    made = _backups(reader)
    doomed = [
        Doomed(
            pair,
            holders.get(pair.holder),
            going[pair.id],
            [backup for number, backup in made if number > added.get(pair.id, 0)],
        )
        for pair in pairs
    ]
    return sorted(doomed, key=lambda one: (one.since, one.pair.added, one.pair.id))


def _backups(reader: Reader) -> list[tuple[int, Backup]]:
    """Every backup that the log knows, with the number of its event; some may be deleted since."""
    made = reader.events(Wanted(what=("backup-made",)), after=0, limit=MOST_BACKUPS)
    return [(one.number, Backup(dict(one.event.details).get("path", ""), one.event.at)) for one in made]
