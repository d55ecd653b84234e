"""Put aside what nobody is to be warned of any more, within a transaction of the caller's, with its event."""

from __future__ import annotations

from datetime import datetime

from vault.custody import Custody, Watch
from vault.ledger.events import record
from vault.model.event import Text
from vault.model.link import Link
from vault.model.pair import Pair
from vault.ports.store import Writer


def retire(
    custody: Custody, writer: Writer, pair: Pair, texts: tuple[Text, ...] = (), /, *, at: datetime, **details: str
) -> None:
    """Retire a pair."""
    writer.set_state(pair.id, "retired")
    record(custody, writer, "pair-retired", texts, at=at, pair=pair.id, holder=pair.holder, **details)


def discard(watch: Watch, writer: Writer, link: Link, *, at: datetime) -> Link:
    """Discard a link; gives it as it is then."""
    changed = link._replace(state="discarded")
    writer.update_link(changed)
    record(watch, writer, "link-discarded", at=at, link=link.id, holder=link.holder, was=link.state)
    return changed


def withdraw(
    watch: Watch, writer: Writer, *, pair: str | None, link: str | None, holder: str | None, at: datetime
) -> bool:
    """Withdraw what was asked for in place of a pair or a link; False where nothing was."""
    if not writer.end_request(pair or link or ""):
        return False
    record(watch, writer, "request-withdrawn", at=at, pair=pair, link=link, holder=holder)
    return True
