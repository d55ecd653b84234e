"""What can be asked of the register."""
# ruff: noqa: S608 - what is put into a statement are lists of columns, every value is bound

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from vault.errors import N_, Fault
from vault.model.event import Actor, Head, Recorded, Text, Wanted
from vault.model.fold import words
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.mark import ReadUpTo
from vault.model.pair import Pair
from vault.model.retention import PutAway
from vault.secret import MailPassword
from vault.store.connection import Row, Transaction
from vault.store.rows import (
    EVENT,
    HOLDER,
    LINK,
    PAIR,
    TEXT,
    moment,
    seconds,
    to_holder,
    to_link,
    to_pair,
    to_recorded,
    to_text,
)
from vault.store.rules import of_events

T = TypeVar("T")
_AT_ONCE = 500


class SqlReader:
    """A :class:`vault.ports.store.Reader` on one transaction."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def setting(self, name: str) -> str | None:
        """The value of a setting, or None."""
        return self._transaction.one(_text, "SELECT value FROM setting WHERE name = ?", (name,))

    def setting_auth(self, name: str) -> bytes | None:
        """The authentication that a setting was put with, or None."""
        return self._transaction.one(_bytes, "SELECT auth FROM setting WHERE name = ?", (name,))

    def holder(self, holder: str) -> Holder | None:
        """The holder with this id."""
        return self.holders([holder]).get(holder)

    def holders(self, ids: Sequence[str]) -> dict[str, Holder]:
        """The holders with these ids; unknown ids are left out."""
        kept = dict(self._of(_two, "SELECT id, merged_into FROM holder WHERE merged_into IS NOT NULL AND id", ids))
        named = [kept.get(id_, id_) for id_ in ids] if kept else ids
        rows = self._of(to_holder, f"SELECT {HOLDER} FROM holder WHERE id", named)
        addresses = self._of(_whole, "SELECT holder, address, number FROM holder_address WHERE holder", named)
        numbers = self._of(_whole, "SELECT holder, agency_number, number FROM holder_number WHERE holder", named)
        of_address, of_number = _by_holder(addresses), _by_holder(numbers)
        found = {
            one.id: one._replace(addresses=of_address.get(one.id, ()), numbers=of_number.get(one.id, ()))
            for one in rows
        }
        return {id_: found[one] for id_, one in zip(ids, named, strict=True) if one in found}

    def every_holder(self) -> list[Holder]:
        """All holders but those who were merged into another, by name."""
        return self._sorted(self._transaction.all(_text, "SELECT id FROM holder WHERE merged_into IS NULL"))

    def holders_by_name(self) -> list[str]:
        """The ids of all holders but those who were merged into another, by the words of their names, folded."""
        names = self._transaction.all(_two, "SELECT id, name FROM holder WHERE merged_into IS NULL")
        names.sort(key=lambda one: (words(one[1]), *one))
        return [holder for holder, _name in names]

    def providers_in_use(self) -> list[str]:
        """The providers that have a current pair or an open link, in the order of their names."""
        sql = "SELECT DISTINCT provider FROM pair INDEXED BY pair_subject WHERE state = 'current'"
        return self._transaction.all(_text, f"{sql} UNION SELECT provider FROM link WHERE state = 'open' ORDER BY 1")

    def names(self) -> list[tuple[str, str]]:
        """The id and name of every holder, and the names of those who were merged into one with his id."""
        return self._transaction.all(_two, "SELECT coalesce(merged_into, id), name FROM holder ORDER BY name, id")

    def merged_into(self, holder: str) -> list[tuple[str, str]]:
        """The ids and names of the holders who were merged into this one, in the order of their ids."""
        return self._transaction.all(_two, "SELECT id, name FROM holder WHERE merged_into = ? ORDER BY id", (holder,))

    def counts_of_holders(self) -> dict[str, int]:
        """How many current pairs each holder has who has any."""
        sql = "SELECT holder, count(*) FROM pair INDEXED BY pair_public WHERE state = 'current' GROUP BY holder"
        return dict(self._transaction.all(_counted, sql))

    def holders_named(self, key: str) -> list[Holder]:
        """The holders whose :func:`vault.model.fold.same_name` is ``key``."""
        return self._sorted(self._transaction.all(_text, "SELECT id FROM holder WHERE same_name = ?", (key,)))

    def holder_with_address(self, address: str) -> Holder | None:
        """The holder with this mail address, blind to case."""
        sql = "SELECT holder FROM holder_address WHERE same_address = ?"
        found = self._transaction.one(_text, sql, (address.lower(),))
        return None if found is None else self.holder(found)

    def holders_matching(self, words: Sequence[str]) -> list[Holder]:
        """The holders that have, for every one of these folded words, a name word or number that begins with it."""
        sql = "SELECT DISTINCT holder FROM holder_word WHERE word >= ? AND word < ?"
        found: set[str] | None = None
        for word in words:
            those = set(self._transaction.all(_text, sql, _beginning_with(word)))
            found = those if found is None else found & those
        return self._sorted(found or ())

    def link(self, link: str) -> Link | None:
        """The link with this id."""
        return self._transaction.one(to_link, f"SELECT {LINK} FROM link WHERE id = ?", (link,))

    def link_with_reference(self, provider: str, reference: str) -> Link | None:
        """The link of ``provider`` with exactly this reference."""
        sql = f"SELECT {LINK} FROM link WHERE provider = ? AND reference = ?"
        return self._transaction.one(to_link, sql, (provider, reference))

    def links_with_prefix(self, prefix: str) -> list[Link]:
        """The links whose id begins with ``prefix``, in the order of their ids."""
        sql = f"SELECT {LINK} FROM link WHERE id >= ? AND id < ? ORDER BY id"
        return self._transaction.all(to_link, sql, _beginning_with(prefix))

    def links(self, *, every: bool = False) -> Iterator[Link]:
        """The open links, soonest deadline first, those without one last; all of them with ``every``."""
        which = "" if every else "state = 'open' AND"
        for dated in ("IS NOT NULL", "IS NULL"):
            sql = f"SELECT {LINK} FROM link WHERE {which} deadline {dated} ORDER BY deadline, id"
            yield from self._transaction.each(to_link, sql)

    def open_links_of(self, holder: str) -> list[Link]:
        """The open links of a holder, newest first."""
        sql = f"SELECT {LINK} FROM link WHERE holder = ? AND state = 'open' ORDER BY received DESC, number DESC"
        return self._transaction.all(to_link, sql, (holder,))

    def parked(self, link: str) -> bytes | None:
        """The sealed file that waits with a link for its PIN."""
        return self._transaction.one(_bytes, "SELECT sealed FROM parked WHERE link = ?", (link,))

    def read_up_to(self, account: str, folder: str) -> ReadUpTo | None:
        """How far a folder of a mail account was read, or None."""
        sql = "SELECT validity, last FROM mailbox WHERE account = ? AND folder = ?"
        return self._transaction.one(_read_up_to, sql, (account, folder))

    def mail_password(self, account: str) -> MailPassword | None:
        """The password that is kept for exactly this account."""
        sql = "SELECT password FROM mailbox_password WHERE account = ?"
        return self._transaction.one(_password, sql, (account,))

    def pair(self, pair: str) -> Pair | None:
        """The pair with this id."""
        return self._transaction.one(to_pair, f"SELECT {PAIR} FROM pair WHERE id = ?", (pair,))

    def sealed(self, pair: str) -> bytes | None:
        """The sealed value of the pair with this id."""
        return self._transaction.one(_bytes, "SELECT sealed FROM pair WHERE id = ?", (pair,))

    def pair_with_fingerprint(self, fingerprint: str) -> Pair | None:
        """The pair of the certificate with this SHA-256 fingerprint."""
        return self._transaction.one(to_pair, f"SELECT {PAIR} FROM pair WHERE fingerprint = ?", (fingerprint,))

    def pairs_with_prefix(self, prefix: str) -> list[Pair]:
        """The pairs whose id begins with ``prefix``, in the order of their ids."""
        sql = f"SELECT {PAIR} FROM pair WHERE id >= ? AND id < ? ORDER BY id"
        return self._transaction.all(to_pair, sql, _beginning_with(prefix))

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

    def unclaimed_links_of(self, holders: Sequence[str]) -> list[Link]:
        """The links of these holders that are open or whose file is gone, in any order."""
        return self._of(
            to_link,
            f"SELECT {LINK} FROM link INDEXED BY link_holder WHERE state IN ('open', 'gone') AND holder",
            holders,
        )

    def lineage(self, lineage: str) -> list[Pair]:
        """The pairs of a lineage, newest ``added`` first."""
        sql = f"SELECT {PAIR} FROM pair WHERE lineage = ? ORDER BY added DESC, number DESC"
        return self._transaction.all(to_pair, sql, (lineage,))

    def current_with_subject(self, provider: str, subject: str) -> list[Pair]:
        """The current pairs of ``provider`` whose certificate has exactly this subject."""
        sql = f"SELECT {PAIR} FROM pair WHERE provider = ? AND subject = ? AND state = 'current' ORDER BY number"
        return self._transaction.all(to_pair, sql, (provider, subject))

    def expiring(self, before: datetime) -> list[Pair]:
        """The current pairs whose ``not_after`` is before this moment, soonest first."""
        sql = f"SELECT {PAIR} FROM pair WHERE state = 'current' AND not_after < ? ORDER BY not_after, id"
        return self._transaction.all(to_pair, sql, (seconds(before),))

    def unsettled_links(self, before: datetime) -> list[Link]:
        """The links that need somebody before this moment.

        Open ones whose deadline is before it, that have none, or whose file is parked; and those whose file is gone.
        """
        waiting = "state = 'open' AND deadline >= ? AND EXISTS (SELECT 1 FROM parked WHERE parked.link = link.id)"
        found: list[Link] = []
        for rule, values in (
            ("state = 'open' AND deadline < ?", (seconds(before),)),
            (waiting, (seconds(before),)),
            ("state = 'open' AND deadline IS NULL", ()),
            ("state = 'gone'", ()),
        ):
            sql = f"SELECT {LINK} FROM link WHERE {rule} ORDER BY deadline, id"
            found += self._transaction.all(to_link, sql, values)
        return found

    def first_added(self) -> datetime | None:
        """When the oldest record of a pair came in, or None without any."""
        return self._transaction.one(_moment, "SELECT added FROM pair ORDER BY number LIMIT 1")

    def next_expiry(self) -> Pair | None:
        """The current pair that runs out first."""
        sql = f"SELECT {PAIR} FROM pair WHERE state = 'current' ORDER BY not_after, id LIMIT 1"
        return self._transaction.one(to_pair, sql)

    def count_current(self) -> int:
        """How many pairs are current."""
        return self._known(_number, "SELECT count(*) FROM pair INDEXED BY pair_current WHERE state = 'current'")

    def count_pairs(self) -> int:
        """How many pairs there are, current or not."""
        return self._known(_number, "SELECT count(*) FROM pair")

    def head(self) -> Head:
        """The end of the chain of events."""
        sql = "SELECT number, hash FROM event ORDER BY number DESC LIMIT 1"
        return self._transaction.one(_head, sql) or Head(0, bytes(32))

    def events_of_pairs(self, pairs: Sequence[str]) -> list[Recorded]:
        """The events on any of these pairs, oldest first."""
        found = self._of(to_recorded, f"SELECT {EVENT} FROM event WHERE pair", pairs)
        return self._with_texts(sorted(found, key=lambda recorded: recorded.number))

    def events(self, wanted: Wanted, *, after: int, limit: int) -> list[Recorded]:
        """A page of the audit log, oldest first: at most ``limit`` of the events ``wanted`` with a number above
        ``after``."""
        rules, values = of_events(wanted)
        sql = f"SELECT {EVENT} FROM event WHERE {' AND '.join(('number > ?', *rules))} ORDER BY number LIMIT ?"
        return self._with_texts(self._transaction.all(to_recorded, sql, (after, *values, limit)))

    def _with_texts(self, events: list[Recorded]) -> list[Recorded]:
        texts: dict[int, tuple[Text, ...]] = {}
        numbers = [one.number for one in events]
        for number, text in self._of(to_text, f"SELECT {TEXT} FROM event_text WHERE event", numbers):
            texts[number] = (*texts.get(number, ()), text)
        return [one._replace(texts=texts[one.number]) if one.number in texts else one for one in events]

    def forgotten(self) -> dict[str, int]:
        """The ids of the holders who were forgotten, each with the number of the event."""
        sql = "SELECT holder, number FROM event WHERE what = 'pseudonymised' AND holder IS NOT NULL ORDER BY number"
        return {str(holder): int(number) for holder, number in self._transaction.all(_whole, sql)}

    def links_of(self, holder: str) -> list[Link]:
        """The links of a holder, whatever their state, in the order of their ids."""
        return self._transaction.all(to_link, f"SELECT {LINK} FROM link WHERE holder = ? ORDER BY id", (holder,))

    def actors(self) -> list[Actor]:
        """Everybody who is in the audit log, in no order."""
        return self._transaction.all(_actor, "SELECT DISTINCT slot, user FROM event")

    def pairs_in_events(self, prefix: str) -> list[str]:
        """The ids of pairs in the audit log that begin with ``prefix``, those of deleted pairs too; at most ten."""
        sql = "SELECT DISTINCT pair FROM event WHERE pair >= ? AND pair < ? ORDER BY pair LIMIT 10"
        return self._transaction.all(_text, sql, _beginning_with(prefix))

    def sealed_pairs(self) -> Iterator[tuple[Pair, bytes]]:
        """Every pair with its sealed value, in the order of their ids."""
        yield from self._transaction.each(_sealed_pair, f"SELECT {PAIR}, sealed FROM pair ORDER BY id")

    def sealed_values(self, *, after: int, limit: int) -> list[tuple[int, bytes]]:
        """The next ``limit`` sealed values in the order in which pairs were added, each with its number."""
        sql = "SELECT number, sealed FROM pair WHERE number > ? ORDER BY number LIMIT ?"
        return self._transaction.all(_numbered, sql, (after, limit))

    def slots_counter(self) -> int:
        """The counter of the slot file that belongs to this database."""
        return self._known(_number, "SELECT (SELECT value FROM meta WHERE name = 'slots_counter')")

    def _known(self, make: Callable[[Row], T], sql: str) -> T:
        found = self._transaction.one(make, sql)
        if found is None:
            raise Fault(what=N_("the store was never set up"))
        return found

    def _of(self, make: Callable[[Row], T], sql: str, ids: Sequence[str] | Sequence[int]) -> list[T]:
        """The rows whose column, with which ``sql`` ends, holds one of ``ids``."""
        wanted = list(dict.fromkeys(ids))
        found: list[T] = []
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            found += self._transaction.all(make, f"{sql} IN ({','.join('?' * len(some))})", tuple(some))
        return found

    def _sorted(self, ids: Iterable[str]) -> list[Holder]:
        found = {holder.id: holder for holder in self.holders(sorted(ids)).values()}.values()
        return sorted(found, key=lambda holder: (holder.name, holder.id))


def _by_holder(rows: list[Row]) -> dict[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for holder, value, _ in sorted(rows, key=lambda row: row[2]):
        grouped[holder] = (*grouped.get(holder, ()), value)
    return grouped


def _beginning_with(prefix: str) -> tuple[str, str]:
    return prefix, prefix + "\U0010ffff"


def _actor(row: Row) -> Actor:
    return Actor(_text(row), _text(row[1:]))


def _read_up_to(row: Row) -> ReadUpTo:
    return ReadUpTo(int(row[0]), int(row[1]))


def _password(row: Row) -> MailPassword:
    return MailPassword(_text(row))


def _sealed_pair(row: Row) -> tuple[Pair, bytes]:
    return to_pair(row[:-1]), _bytes(row[-1:])


def _numbered(row: Row) -> tuple[int, bytes]:
    return row[0], row[1]


def _put_away(row: Row) -> PutAway:
    return PutAway(row[0], row[1], None if row[2] is None else moment(row[2]))


def _whole(row: Row) -> Row:
    return row


def _two(row: Row) -> tuple[str, str]:
    return str(row[0]), str(row[1])


def _counted(row: Row) -> tuple[str, int]:
    return str(row[0]), int(row[1])


def _head(row: Row) -> Head:
    return Head(int(row[0]), _bytes(row[1:]))


def _text(row: Row) -> str:
    return str(row[0])


def _moment(row: Row) -> datetime:
    return moment(row[0])


def _number(row: Row) -> int:
    return int(row[0])


def _bytes(row: Row) -> bytes:
    if not isinstance(row[0], bytes):
        raise TypeError
    return row[0]
