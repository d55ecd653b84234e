"""Asking for pairs and their sealed values."""
# ruff: noqa: S608 - what is put into a statement are lists of columns, every value is bound

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vault.model.pair import Pair
from vault.store.connection import Row
from vault.store.reading.asking import Asking, beginning_with, one_blob, one_number, one_text
from vault.store.rows import PAIR, moment, seconds, to_pair

if TYPE_CHECKING:
    from vault.model.retention import PutAway


class SqlPairs(Asking):
    """A :class:`vault.ports.register.pairs.PairsReader`."""

    def pair(self, pair: str) -> Pair | None:
        """The pair with this id."""
        return self._transaction.one(to_pair, f"SELECT {PAIR} FROM pair WHERE id = ?", (pair,))

    def pair_with_fingerprint(self, fingerprint: str) -> Pair | None:
        """The pair of the certificate with this SHA-256 fingerprint."""
        return self._transaction.one(to_pair, f"SELECT {PAIR} FROM pair WHERE fingerprint = ?", (fingerprint,))

    def pairs_with_prefix(self, prefix: str) -> list[Pair]:
        """The pairs whose id begins with ``prefix``, in the order of their ids."""
        sql = f"SELECT {PAIR} FROM pair WHERE id >= ? AND id < ? ORDER BY id"
        return self._transaction.all(to_pair, sql, beginning_with(prefix))

    def pairs(self, *, every: bool = False, after: Pair | None = None, limit: int | None = None) -> Iterator[Pair]:
        """The current pairs, soonest ``not_after`` first, then by id; with ``every`` the retired and then the
        superseded ones behind them, each in the same order.

        A page of them: at most ``limit``, and only those that come after the pair ``after`` in this order.
        """
        rules = ["TRUE"] if every else ["state = 'current'"]
        values: tuple[object, ...] = ()
        if after is not None and every:
            rules.append("(state, not_after, id) > (?, ?, ?)")
            values = (after.state, seconds(after.not_after), after.id)
        elif after is not None:
            rules.append("(not_after, id) > (?, ?)")
            values = (seconds(after.not_after), after.id)
        sql = (
            f"SELECT {PAIR} FROM pair INDEXED BY pair_public WHERE {' AND '.join(rules)}"
            " ORDER BY state, not_after, id LIMIT ?"
        )
        yield from self._transaction.each(to_pair, sql, (*values, -1 if limit is None else limit))

    def pairs_put_away(self) -> Iterator[PutAway]:
        """The superseded and retired pairs, in any order."""
        since = (
            "SELECT at FROM event WHERE event.pair = pair.id AND what IN ('pair-superseded', 'pair-retired')"
            " ORDER BY number DESC LIMIT 1"
        )
        sql = (
            f"SELECT id, superseded_by, ({since}) FROM pair INDEXED BY pair_public"
            " WHERE state IN ('superseded', 'retired')"
        )
        yield from self._transaction.each(_put_away, sql)

    def pairs_of_holder(self, holder: str, *, every: bool = False) -> list[Pair]:
        """The current pairs of a holder, or all of them, newest ``not_before`` first."""
        also = "" if every else "AND state = 'current'"
        sql = f"SELECT {PAIR} FROM pair WHERE holder = ? {also} ORDER BY not_before DESC, number DESC"
        return self._transaction.all(to_pair, sql, (holder,))

    def current_of(self, holders: Sequence[str]) -> list[Pair]:
        """The current pairs of these holders, in any order."""
        return self._of(
            to_pair, f"SELECT {PAIR} FROM pair INDEXED BY pair_holder WHERE state = 'current' AND holder", holders
        )

    def counts_of_holders(self) -> dict[str, int]:
        """How many current pairs each holder has who has any."""
        sql = "SELECT holder, count(*) FROM pair INDEXED BY pair_public WHERE state = 'current' GROUP BY holder"
        return dict(self._transaction.all(_counted, sql))

    def providers_in_use(self) -> list[str]:
        """The providers that have a current pair or an open link, in the order of their names."""
        sql = "SELECT DISTINCT provider FROM pair INDEXED BY pair_subject WHERE state = 'current'"
        return self._transaction.all(one_text, f"{sql} UNION SELECT provider FROM link WHERE state = 'open' ORDER BY 1")

    def lineage(self, lineage: str) -> list[Pair]:
        """The pairs of a lineage, newest ``added`` first."""
        sql = f"SELECT {PAIR} FROM pair WHERE lineage = ? ORDER BY added DESC, number DESC"
        return self._transaction.all(to_pair, sql, (lineage,))

    def current_with_subject(self, provider: str, subject: str) -> list[Pair]:
        """The current pairs of ``provider`` whose certificate has exactly this subject."""
        sql = f"SELECT {PAIR} FROM pair WHERE provider = ? AND subject = ? AND state = 'current' ORDER BY number"
        return self._transaction.all(to_pair, sql, (provider, subject))

    def expiring(self, before: datetime, *, after: Pair | None = None, limit: int | None = None) -> list[Pair]:
        """The current pairs whose ``not_after`` is before this moment, soonest first, then by id.

        A page of them: at most ``limit``, and only those that come after the pair ``after`` in this order.
        """
        rule = "not_after < ?"
        values: tuple[object, ...] = (seconds(before),)
        if after is not None:
            rule, values = f"{rule} AND (not_after, id) > (?, ?)", (*values, seconds(after.not_after), after.id)
        sql = f"SELECT {PAIR} FROM pair WHERE state = 'current' AND {rule} ORDER BY not_after, id LIMIT ?"
        return self._transaction.all(to_pair, sql, (*values, -1 if limit is None else limit))

    def next_expiry(self) -> Pair | None:
        """The current pair that runs out first."""
        sql = f"SELECT {PAIR} FROM pair WHERE state = 'current' ORDER BY not_after, id LIMIT 1"
        return self._transaction.one(to_pair, sql)

    def first_added(self) -> datetime | None:
        """When the oldest record of a pair came in, or None without any."""
        return self._transaction.one(_moment, "SELECT added FROM pair ORDER BY number LIMIT 1")

    def count_current(self) -> int:
        """How many pairs are current."""
        return self._known(one_number, "SELECT count(*) FROM pair INDEXED BY pair_current WHERE state = 'current'")

    def count_pairs(self) -> int:
        """How many pairs there are, current or not."""
        return self._known(one_number, "SELECT count(*) FROM pair")

    def sealed(self, pair: str) -> bytes | None:
        """The sealed value of the pair with this id."""
        return self._transaction.one(one_blob, "SELECT sealed FROM pair WHERE id = ?", (pair,))

    def sealed_pairs(self) -> Iterator[tuple[Pair, bytes]]:
        """Every pair with its sealed value, in the order of their ids."""
        yield from self._transaction.each(_sealed_pair, f"SELECT {PAIR}, sealed FROM pair ORDER BY id")

    def sealed_of(self, pairs: Sequence[str]) -> list[tuple[Pair, bytes]]:
        """Those of these pairs that there are, each with its sealed value, in any order."""
        return self._of(_sealed_pair, f"SELECT {PAIR}, sealed FROM pair WHERE id", pairs)

    def ids_told(self, *, after: str, limit: int) -> list[str]:
        """The ids of the pairs that are in the register or in the audit log, in their order: at most ``limit`` of those
        behind ``after``."""
        sql = "SELECT id FROM pair WHERE id > ? UNION SELECT pair FROM event WHERE pair > ? ORDER BY 1 LIMIT ?"
        return self._transaction.all(one_text, sql, (after, after, limit))

    def sealed_values(self, *, after: int, limit: int) -> list[tuple[int, bytes]]:
        """The next ``limit`` sealed values in the order in which pairs were added, each with its number."""
        sql = "SELECT number, sealed FROM pair WHERE number > ? ORDER BY number LIMIT ?"
        return self._transaction.all(_numbered, sql, (after, limit))


def _sealed_pair(row: Row) -> tuple[Pair, bytes]:
    return to_pair(row[:-1]), one_blob(row[-1:])


def _numbered(row: Row) -> tuple[int, bytes]:
    return row[0], row[1]


def _put_away(row: Row) -> PutAway:
    from vault.model.retention import PutAway  # one command purges

    return PutAway(row[0], row[1], None if row[2] is None else moment(row[2]))


def _counted(row: Row) -> tuple[str, int]:
    return str(row[0]), int(row[1])


def _moment(row: Row) -> datetime:
    return moment(row[0])
