"""PINs that wait, told apart by who has the root key: what is equal, and what of it a stored pair has used up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vault.custody import Custody
from vault.errors import Busy, CertvaultError
from vault.ledger.events import record
from vault.ledger.links import claim
from vault.model.link import GENERIC, Link
from vault.model.pair import Pair
from vault.model.parked import pin_from_bytes
from vault.ports.store import Reader, Writer
from vault.secret import Pin

MOST = 3
"""PINs of one holder that are compared with another one. Who has a watch key can plant PINs, and sees which row is used
up: where more wait, nothing is compared, so that nobody learns a PIN by planting all that it could be."""


def waiting_pin(custody: Custody, link: Link, sealed: bytes) -> Pin | None:
    """The PIN that waits in this row, or None for one that does not open: it was planted or damaged."""
    try:
        return pin_from_bytes(custody.take_out(link.id, sealed, "pin"))
    except (CertvaultError, ValueError):
        return None


def copies(custody: Custody, reader: Reader, pin: Pin, holder: str, provider: str | None) -> list[Link]:
    """The rows of a holder in which this very ``pin`` waits, for ``provider`` or where nobody said for which.

    None for ``provider`` stands for any. None are found where more than :data:`MOST` wait.
    """
    rows = [one for one in reader.open_links_of(holder) if one.kind == "pin"]
    if len(rows) > MOST:
        return []
    fitting = (one for one in rows if provider is None or one.provider in {provider, GENERIC})
    sealed = ((one, reader.parked(one.id)) for one in fitting)
    return [one for one, value in sealed if value is not None and waiting_pin(custody, one, value) == pin]


def use_up(custody: Custody, writer: Writer, half: Link, pair: Pair, at: datetime) -> str | None:
    """Use up a PIN that has waited; gives the name of its holder where that is not the pair's. Raises Busy."""
    now = writer.link(half.id)
    if now is None or now.state != "open":
        raise Busy  # another process has just used it, or a person has discarded it
    meant = writer.holder(now.holder) if now.holder else None
    _matched(custody, writer, now, pair, at)
    return meant.name if meant is not None and meant.id != pair.holder else None


def settle(custody: Custody, writer: Writer, pair: Pair, pin: Pin, holders: Iterable[str], at: datetime) -> None:
    """Use up what else waits of the ``pin`` of a pair, noted twice or given by hand, for one of ``holders``."""
    for holder in sorted({pair.holder, *holders}):
        for one in copies(custody, writer, pin, holder, pair.provider):
            _matched(custody, writer, one, pair, at)


def _matched(custody: Custody, writer: Writer, link: Link, pair: Pair, at: datetime) -> None:
    claim(writer, link, pair)
    record(custody, writer, "pin-matched", at=at, pair=pair.id, link=link.id, holder=pair.holder)
