"""Show a PIN: the one operation that does."""

from __future__ import annotations

from datetime import datetime

from vault.custody import Custody
from vault.ledger.events import record
from vault.model.pair import Pair
from vault.secret import Pin


def reveal(custody: Custody, pair: Pair, *, to: str | None, at: datetime) -> Pin:
    """The PIN of ``pair``, for the person ``to`` if one is named. The event is on disk before the PIN is given out.

    Raises PairDamaged and PairDiffers.
    """
    contents = custody.contents(pair)
    with custody.writing() as writer:
        record(custody, writer, "pin-shown", at=at, pair=pair.id, holder=pair.holder, **({"to": to} if to else {}))
    return contents.pin
