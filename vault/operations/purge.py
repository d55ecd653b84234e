"""Delete for good what was superseded or retired long enough ago: planned first, then done as planned."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from vault.crypto.hashing import sha256
from vault.custody import Custody
from vault.errors import Busy, LogContradicts, NoRoom, NotPutAway, NotWiped, PutAwayTooLately, SuccessorOf
from vault.ledger.events import record
from vault.model.actor import Actor
from vault.model.event import Head, Wanted
from vault.model.holder import Holder
from vault.model.ids import Random
from vault.model.pair import Pair
from vault.model.retention import PutAway, free
from vault.model.texts import salted
from vault.model.times import text, utc
from vault.operations.settings import retention
from vault.operations.verify import verify
from vault.ports.store import Reader, Writer

MOST_BACKUPS = 100_000
"""Backups that are looked at."""
_BACKUPS = {"backup-made": "path", "restored": "backup"}
"""The events that name a backup, and the detail with its path. One that was restored is not in its own log."""


class Backup(NamedTuple):
    """A copy of the vault as it was ``at`` then: a backup, or what a restore or a migration kept beside the vault.

    ``there`` says whether the file is in its place now. If not, it was deleted, moved, or its disk is not connected.
    """

    path: str
    at: datetime
    there: bool


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
    check_log(custody)
    with custody.reading() as reader:
        latest = at - (retention(custody, reader) if older_than is None else older_than)
        every = list(reader.pairs_put_away())
        old = {one.id: one.since for one in every if one.since is not None and one.since <= latest}
        _check(named, every, old)
        going = free(every, [pair.id for pair in named] or old)
        _check_free(named, every, going)
        going_since = {pair: old[pair] for pair in going}
        return Plan(_doomed(reader, going_since, kept_aside(custody.folder)), len(every) - len(going))


def check_log(custody: Custody) -> None:
    """Raise LogContradicts where the log cannot be trusted to say what may be deleted."""
    if found := verify(custody).total:
        raise LogContradicts(count=found)


def purge(custody: Custody, planned: Plan, *, at: datetime, random: Random) -> Purged:
    """Delete what was planned, each with its event, in one transaction: all of it, or nothing. :func:`wipe` is next.

    Ask for a ``custody`` opened exclusively. Raises Busy where a pair is no longer as it was planned, NoRoom, Damaged.
    """
    with custody.writing() as writer:
        for pair, *_ in planned.doomed:
            if writer.pair(pair.id) != pair:
                raise Busy
            delete(custody, writer, pair, at=at, random=random)
        return Purged(planned.doomed, planned.kept, utc(at), custody.actor, writer.head())


def delete(custody: Custody, writer: Writer, pair: Pair, *, at: datetime, random: Random) -> None:
    """Delete a pair that is put away, with its event. Raises Busy where it is gone already."""
    sealed = writer.sealed(pair.id)
    if sealed is None:
        raise Busy
    texts, hashed = salted(random, fingerprint=pair.fingerprint), sha256(sealed).hex()
    record(custody, writer, "purge", texts, at=at, pair=pair.id, holder=pair.holder, sealed=hashed)
    writer.delete_pair(pair.id)


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


def _doomed(reader: Reader, going: dict[str, datetime], aside: Sequence[Backup]) -> list[Doomed]:
    pairs = [pair for id_ in going if (pair := reader.pair(id_)) is not None]
    holders = reader.holders(list({pair.holder for pair in pairs}))
    added = {
        one.event.pair: one.number for one in reader.events_of_pairs(list(going)) if one.event.what == "pair-added"
    }
    made = backups(reader)

    def holding(pair: Pair) -> list[Backup]:
        logged = (backup for number, backup in made if number > added.get(pair.id, 0))
        return [*dict.fromkeys([*logged, *(one for one in aside if one.at >= pair.added)])]

    doomed = [Doomed(pair, holders.get(pair.holder), going[pair.id], holding(pair)) for pair in pairs]
    return sorted(doomed, key=lambda one: (one.since, one.pair.added, one.pair.id))


def backups(reader: Reader) -> list[tuple[int, Backup]]:
    """Every backup that the log knows, with the number of its event."""
    named = reader.events(Wanted(what=tuple(_BACKUPS)), after=0, limit=MOST_BACKUPS)
    paths = [(one, dict(one.event.details).get(_BACKUPS[one.event.what], "")) for one in named]
    return [(one.number, Backup(path, one.event.at, os.path.lexists(path))) for one, path in paths if path]


def kept_aside(folder: Path) -> list[Backup]:
    """The older vaults that are kept in ``folder``."""
    try:
        found = [*sorted(folder.glob("replaced-*")), *folder.glob("before-migration")]
        return [Backup(str(path), datetime.fromtimestamp(path.stat().st_mtime, UTC), there=True) for path in found]
    except OSError:
        return []
