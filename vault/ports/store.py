"""What operations ask of the store: the register, and the sealed values that it keeps but cannot read.

Nothing here names a database. ``reading()`` and ``writing()`` are one transaction each; what a writer did counts only
when its block ends without an error. A transaction is short: never over network, prompt, Argon2id or PKCS#12.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

from vault.model.event import Actor, Head, Recorded, Wanted
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.mark import ReadUpTo
from vault.model.pair import Pair, State
from vault.model.retention import PutAway
from vault.secret import MailPassword, RegisterKey


class Renewal(Protocol):
    """What becomes of sealed and authenticated values while a store is copied under other keys."""

    def pair(self, pair: Pair, sealed: bytes) -> bytes:
        """The sealed value of ``pair`` in the new store. What it raises ends the copying."""
        ...

    def parked(self, link: str, sealed: bytes) -> bytes:
        """The file that waits with ``link`` in the new store."""
        ...

    def setting(self, name: str, value: str, auth: bytes) -> bytes:
        """The authentication of a setting in the new store."""
        ...


class Reader(Protocol):
    """One consistent view of the register."""

    def setting(self, name: str) -> str | None:
        """The value of a setting, or None."""
        ...

    def setting_auth(self, name: str) -> bytes | None:
        """The authentication that a setting was put with, or None."""
        ...

    def holder(self, holder: str) -> Holder | None:
        """The holder with this id."""
        ...

    def holders(self, ids: Sequence[str]) -> dict[str, Holder]:
        """The holders with these ids; unknown ids are left out. Who was merged into another is that one."""
        ...

    def every_holder(self) -> list[Holder]:
        """All holders but those who were merged into another, by name."""
        ...

    def holders_by_name(self) -> list[str]:
        """The ids of all holders but those who were merged into another, by the words of their names,
        folded."""
        ...

    def providers_in_use(self) -> list[str]:
        """The providers that have a current pair or an open link, in the order of their names."""
        ...

    def names(self) -> list[tuple[str, str]]:
        """The id and name of every holder, and the names of those who were merged into one with his id."""
        ...

    def merged_into(self, holder: str) -> list[tuple[str, str]]:
        """The ids and names of the holders who were merged into this one, in the order of their ids."""
        ...

    def counts_of_holders(self) -> dict[str, int]:
        """How many current pairs each holder has who has any."""
        ...

    def holders_named(self, key: str) -> list[Holder]:
        """The holders whose :func:`vault.model.fold.same_name` is ``key``."""
        ...

    def holder_with_address(self, address: str) -> Holder | None:
        """The holder with this mail address, blind to case."""
        ...

    def holders_matching(self, words: Sequence[str]) -> list[Holder]:
        """The holders that have, for every one of these folded words, a name word or number that begins with it.

        None for no words.
        """
        ...

    def link(self, link: str) -> Link | None:
        """The link with this id."""
        ...

    def link_with_reference(self, provider: str, reference: str) -> Link | None:
        """The link of ``provider`` with exactly this reference."""
        ...

    def links_with_prefix(self, prefix: str) -> list[Link]:
        """The links whose id begins with ``prefix``, in the order of their ids."""
        ...

    def links(self, *, every: bool = False) -> Iterator[Link]:
        """The open links, soonest deadline first, those without one last; all of them with ``every``."""
        ...

    def links_of(self, holder: str) -> list[Link]:
        """The links of a holder, whatever their state, in the order of their ids."""
        ...

    def open_links_of(self, holder: str) -> list[Link]:
        """The open links of a holder, newest first."""
        ...

    def parked(self, link: str) -> bytes | None:
        """The sealed file that waits with a link for its PIN."""
        ...

    def read_up_to(self, account: str, folder: str) -> ReadUpTo | None:
        """How far a folder of a mail account was read, or None."""
        ...

    def mail_password(self, account: str) -> MailPassword | None:
        """The password that is kept for exactly this account."""
        ...

    def pair(self, pair: str) -> Pair | None:
        """The pair with this id."""
        ...

    def sealed(self, pair: str) -> bytes | None:
        """The sealed value of the pair with this id."""
        ...

    def pair_with_fingerprint(self, fingerprint: str) -> Pair | None:
        """The pair of the certificate with this SHA-256 fingerprint."""
        ...

    def pairs_with_prefix(self, prefix: str) -> list[Pair]:
        """The pairs whose id begins with ``prefix``, in the order of their ids."""
        ...

    def pairs(self, *, every: bool = False, after: Pair | None = None, limit: int | None = None) -> Iterator[Pair]:
        """The current pairs, soonest ``not_after`` first, then by id; with ``every`` the retired and then the
        superseded ones behind them, each in the same order.

        A page of them: at most ``limit``, and only those that come after the pair ``after`` in this order.
        """
        ...

    def pairs_put_away(self) -> Iterator[PutAway]:
        """The superseded and retired pairs, in any order."""
        ...

    def pairs_of_holder(self, holder: str, *, every: bool = False) -> list[Pair]:
        """The current pairs of a holder, or all of them, newest ``not_before`` first."""
        ...

    def current_of(self, holders: Sequence[str]) -> list[Pair]:
        """The current pairs of these holders, in any order."""
        ...

    def unclaimed_links_of(self, holders: Sequence[str]) -> list[Link]:
        """The links of these holders that are open or whose file is gone, in any order."""
        ...

    def lineage(self, lineage: str) -> list[Pair]:
        """The pairs of a lineage, newest ``added`` first."""
        ...

    def current_with_subject(self, provider: str, subject: str) -> list[Pair]:
        """The current pairs of ``provider`` whose certificate has exactly this subject."""
        ...

    def expiring(self, before: datetime) -> list[Pair]:
        """The current pairs whose ``not_after`` is before this moment, soonest first."""
        ...

    def unsettled_links(self, before: datetime) -> list[Link]:
        """The links that need somebody before this moment.

        Open ones whose deadline is before it, that have none, or whose file is parked; and those whose file is gone.
        """
        ...

    def first_added(self) -> datetime | None:
        """When the oldest record of a pair came in, or None without any."""
        ...

    def next_expiry(self) -> Pair | None:
        """The current pair that runs out first."""
        ...

    def count_current(self) -> int:
        """How many pairs are current."""
        ...

    def count_pairs(self) -> int:
        """How many pairs there are, current or not."""
        ...

    def head(self) -> Head:
        """The end of the chain of events."""
        ...

    def events_of_pairs(self, pairs: Sequence[str]) -> list[Recorded]:
        """The events on any of these pairs, oldest first, with the texts that were not forgotten."""
        ...

    def events(self, wanted: Wanted, *, after: int, limit: int) -> list[Recorded]:
        """A page of the audit log, oldest first: at most ``limit`` of the events ``wanted`` with a number above
        ``after``, with the texts that were not forgotten."""
        ...

    def forgotten(self) -> dict[str, int]:
        """The ids of the holders who were forgotten, each with the number of the event ``pseudonymised``."""
        ...

    def actors(self) -> list[Actor]:
        """Everybody who is in the audit log, in no order."""
        ...

    def pairs_in_events(self, prefix: str) -> list[str]:
        """The ids of pairs in the audit log that begin with ``prefix``, those of deleted pairs too; at most ten."""
        ...

    def sealed_pairs(self) -> Iterator[tuple[Pair, bytes]]:
        """Every pair with its sealed value, in the order of their ids."""
        ...

    def sealed_values(self, *, after: int, limit: int) -> list[tuple[int, bytes]]:
        """The next ``limit`` sealed values in the order in which pairs were added, each with its number.

        A pair has the same number in a copy. The first is above ``after``.
        """
        ...

    def slots_counter(self) -> int:
        """The counter of the slot file that belongs to this database."""
        ...


class Writer(Reader, Protocol):
    """A view that can be changed. What breaks a rule of the store raises Fault (a bug) or Damaged."""

    def put_setting(self, name: str, value: str, auth: bytes) -> None:
        """Set a setting, with its authentication under the events key."""
        ...

    def add_holder(self, holder: Holder) -> None:
        """Add a holder; its id must be new. An address that another holder has stays with that one."""
        ...

    def update_holder(self, holder: Holder) -> None:
        """Write all of the holder with this id. An address that another holder has stays with that one."""
        ...

    def merge_holder(self, holder: str, into: str) -> None:
        """Let ``holder`` be another name of ``into``, whose event ``holder-merged`` is there, and who has neither pairs
        nor links. What was merged into him before follows."""
        ...

    def add_address(self, holder: str, address: str) -> None:
        """Add a mail address to a holder; nothing happens if any holder has it already."""
        ...

    def add_link(self, link: Link) -> None:
        """Add a link; id and (provider, reference) must be new. Its parked file is kept by :meth:`park` alone."""
        ...

    def update_link(self, link: Link) -> None:
        """Write the holder, state, refusals, last attempt and pair of the link with this id."""
        ...

    def park(self, link: str, sealed: bytes) -> None:
        """Keep a sealed file with a link, in place of one that is there."""
        ...

    def unpark(self, link: str) -> None:
        """Delete the sealed file of a link."""
        ...

    def read_mailbox(self, account: str, folder: str, mark: ReadUpTo) -> None:
        """Note how far a folder of a mail account was read."""
        ...

    def keep_mail_password(self, account: str, password: MailPassword | None) -> None:
        """Keep the password of an account in place of an older one; None forgets it."""
        ...

    def add_pair(self, pair: Pair, sealed: bytes) -> None:
        """Add a pair with its sealed value; id and fingerprint must be new, and the lineage without a current pair."""
        ...

    def move_pair(self, pair: Pair, sealed: bytes) -> None:
        """Write holder, lineage, purpose and sealed value of the pair with this id. The last event must say so."""
        ...

    def set_state(self, pair: str, state: State, superseded_by: str | None = None) -> None:
        """Change the state of a pair."""
        ...

    def delete_pair(self, pair: str) -> None:
        """Delete a superseded or retired pair whose event ``purge`` is there; :meth:`Store.wipe` leaves no byte of it.

        A link that led to it stays and leads nowhere. What names it as its successor must go in the same transaction.
        """
        ...

    def add_event(self, recorded: Recorded) -> None:
        """Add an event with its texts; its number must be the head's plus one."""
        ...

    def forget(self, holder: str) -> None:
        """Delete a holder without pairs whose event ``pseudonymised`` is there, with all that names him. Those who were
        merged into him must go before.

        These are his links with the files that wait, and the texts of the events on him; :meth:`Store.wipe` leaves no
        byte of it.
        """
        ...

    def set_slots_counter(self, counter: int) -> None:
        """Write the counter of the slot file."""
        ...


class Store(Protocol):
    """A store of one vault."""

    def reading(self) -> AbstractContextManager[Reader]:
        """One consistent view. Raises Busy, NoRoom or Damaged, at its beginning or when something is asked of it.

        Its iterators end with it: asked later, they raise Fault.
        """
        ...

    def writing(self) -> AbstractContextManager[Writer]:
        """One transaction: all of it counts, or nothing. Raises Busy, NoRoom or Damaged."""
        ...

    def snapshot(self, path: Path, key: RegisterKey) -> None:
        """Write a copy of it to the new file ``path``, under ``key``: one state, however many write meanwhile.

        It has a salt of its own. The others are let in between its parts; who is overtaken again and again copies all
        in one go. Raises NoRoom, Busy, Damaged.
        """
        ...

    def another(self, path: Path, key: RegisterKey, vault_id: str) -> Store:
        """The store of the vault ``vault_id`` in the file ``path``, opened with ``key``. Raises as opening one does."""
        ...

    def check(self) -> None:
        """Read every page, index and reference. Raises Damaged."""
        ...

    def wipe(self) -> None:
        """Write the store anew, so that no byte of what was deleted stays in its files.

        Nobody else may have it open. Raises Busy, NoRoom or Damaged; then it is as it was.
        """
        ...

    def unwiped(self) -> bool:
        """Whether something was deleted for good and :meth:`wipe` did not end since."""
        ...

    def renewed(self, path: Path, key: RegisterKey, renewal: Renewal) -> None:
        """Write all that is in it to the new file ``path``, under ``key``, with sealed values as ``renewal`` says.

        What is left of one that failed is the caller's to delete. Raises WouldOverwrite, NoRoom, Damaged, and what
        ``renewal`` raises.
        """
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...
