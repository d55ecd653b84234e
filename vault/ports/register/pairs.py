"""What operations ask of the register: pairs and their sealed values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from vault.model.pair import Pair, State
from vault.model.retention import PutAway


class PairsReader(Protocol):
    """Reading pairs and their sealed values."""

    def pair(self, pair: str) -> Pair | None:
        """The pair with this id."""
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

    def counts_of_holders(self) -> dict[str, int]:
        """How many current pairs each holder has who has any."""
        ...

    def providers_in_use(self) -> list[str]:
        """The providers that have a current pair or an open link, in the order of their names."""
        ...

    def lineage(self, lineage: str) -> list[Pair]:
        """The pairs of a lineage, newest ``added`` first."""
        ...

    def current_with_subject(self, provider: str, subject: str) -> list[Pair]:
        """The current pairs of ``provider`` whose certificate has exactly this subject."""
        ...

    def expiring(self, before: datetime, *, after: Pair | None = None, limit: int | None = None) -> list[Pair]:
        """The current pairs whose ``not_after`` is before this moment, soonest first, then by id.

        A page of them: at most ``limit``, and only those that come after the pair ``after`` in this order.
        """
        ...

    def next_expiry(self) -> Pair | None:
        """The current pair that runs out first."""
        ...

    def first_added(self) -> datetime | None:
        """When the oldest record of a pair came in, or None without any."""
        ...

    def count_current(self) -> int:
        """How many pairs are current."""
        ...

    def count_pairs(self) -> int:
        """How many pairs there are, current or not."""
        ...

    def sealed(self, pair: str) -> bytes | None:
        """The sealed value of the pair with this id."""
        ...

    def sealed_pairs(self) -> Iterator[tuple[Pair, bytes]]:
        """Every pair with its sealed value, in the order of their ids."""
        ...

    def sealed_of(self, pairs: Sequence[str]) -> list[tuple[Pair, bytes]]:
        """Those of these pairs that there are, each with its sealed value, in any order."""
        ...

    def ids_told(self, *, after: str, limit: int) -> list[str]:
        """The ids of the pairs that are in the register or in the audit log, in their order: at most ``limit`` of those
        behind ``after``."""
        ...

    def sealed_values(self, *, after: int, limit: int) -> list[tuple[int, bytes]]:
        """The next ``limit`` sealed values in the order in which pairs were added, each with its number.

        A pair has the same number in a copy. The first is above ``after``.
        """
        ...


class PairsWriter(PairsReader, Protocol):
    """Writing them too."""

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
