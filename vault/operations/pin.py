"""Show a PIN: the one operation that does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from vault.custody import Custody
from vault.errors import N_, CertvaultError
from vault.ledger.events import record
from vault.model.ids import Random
from vault.model.pair import Pair
from vault.model.texts import salted
from vault.secret import Pin

GIVEN_OUT = N_("The PIN was given out; the log has the attempt, not that it was shown.")


@contextmanager
def reveal(
    custody: Custody,
    pair: Pair,
    *,
    to: str | None,
    copied: bool = False,
    letter: Path | None = None,
    at: datetime,
    random: Random,
) -> Iterator[Pin]:
    """The PIN of ``pair``, for the person ``to`` if one is named, to be shown within the block, or ``copied``, or
    written into a ``letter``.

    The event ``pin-attempt`` is on disk before the PIN is given out: where it cannot be written, nothing is. The event
    ``pin-shown`` follows when the block ends without an error. Raises PairDamaged, PairDiffers, NoRoom, Busy.
    """
    contents = custody.contents(pair)
    way = "letter" if letter else "clipboard" if copied else ""
    texts = {"to": to or "", "path": str(letter.absolute()) if letter else ""}  # the letter is named after its holder
    told = _Told({name: text for name, text in texts.items() if text}, {"way": way} if way else {}, at, random)
    _record(custody, "pin-attempt", pair, told)
    yield contents.pin
    try:
        _record(custody, "pin-shown", pair, told)
    except CertvaultError as error:
        error.hint = GIVEN_OUT
        raise


class _Told(NamedTuple):
    texts: dict[str, str]
    details: dict[str, str]
    at: datetime
    random: Random


def _record(custody: Custody, what: str, pair: Pair, told: _Told) -> None:
    texts = salted(told.random, **told.texts)
    with custody.writing() as writer:
        record(custody, writer, what, texts, at=told.at, pair=pair.id, holder=pair.holder, **told.details)
