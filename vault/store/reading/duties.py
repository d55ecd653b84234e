"""Asking for what was asked of providers, what must be activated, and what was noted."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from vault.store.reading.asking import Asking
from vault.store.rows import seconds, to_ack, to_activation, to_request

if TYPE_CHECKING:
    from vault.model.ack import Ack
    from vault.model.request import Activation, Request


class SqlDuties(Asking):
    """A :class:`vault.ports.register.duties.DutiesReader`."""

    def requests(self) -> list[Request]:
        """What was asked for current pairs, and for links that are open or gone; the oldest first."""
        sql = (
            "SELECT request.pair, request.link, at, coalesce(pair.provider, link.provider),"
            " coalesce(pair.holder, link.holder) FROM request"
            " LEFT JOIN pair ON pair.id = request.pair LEFT JOIN link ON link.id = request.link"
            " WHERE pair.state = 'current' OR link.state IN ('open', 'gone') ORDER BY at, request.number"
        )
        return self._transaction.all(to_request, sql)

    def activations(self) -> list[Activation]:
        """The current pairs that must be activated before they work, the oldest first."""
        sql = (  # CROSS JOIN: few are looked up among all pairs, and never the other way round
            "SELECT activation.pair, since, pair.provider, pair.holder FROM activation"
            " CROSS JOIN pair ON pair.id = activation.pair WHERE pair.state = 'current' ORDER BY since, activation.pair"
        )
        return self._transaction.all(to_activation, sql)

    def acks(self, at: datetime) -> dict[tuple[str, str], Ack]:
        """What was noted and is to be quiet until after this moment, by kind and id."""
        sql = "SELECT kind, id, until, at, by FROM ack WHERE until > ?"
        return {(one.kind, one.id): one for one in self._transaction.all(to_ack, sql, (seconds(at),))}
