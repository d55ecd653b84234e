"""Write what happened to a link, with its event.

What changes is reckoned from the link as it is at that moment: while one process asks the portal, another may have
counted a refusal or claimed the link.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from vault.custody import Watch
from vault.errors import NotFound
from vault.ledger.events import record
from vault.model.link import Link
from vault.model.pair import Pair
from vault.ports.store import Writer

Change = Callable[[Link], Link]


def change_link(watch: Watch, link: str, change: Change, what: str, *, at: datetime, **details: str) -> Link:
    """Write what ``change`` makes of the link and the event ``what`` in one transaction; gives the link as it is then.

    What ``change`` raises leaves everything as it was. Raises NotFound.
    """
    with watch.writing() as writer:
        return _changed(watch, writer, link, change, what, at, details)


def park_file(watch: Watch, link: str, file: bytes, change: Change, what: str, *, at: datetime, **details: str) -> Link:
    """As :func:`change_link`, and keep a file that came without proof: sealed to the inbox, until its PIN is here."""
    sealed = watch.put_in(link, file)
    with watch.writing() as writer:
        writer.park(link, sealed)
        return _changed(watch, writer, link, change, what, at, details)


def claim(writer: Writer, link: Link, pair: Pair) -> None:
    """Write that ``pair`` came of a link; what waited with it is no longer needed."""
    now = writer.link(link.id) or link  # another process may have counted an attempt meanwhile
    writer.update_link(now._replace(state="claimed", pair=pair.id, holder=pair.holder))
    writer.unpark(link.id)


def _changed(
    watch: Watch, writer: Writer, link: str, change: Change, what: str, at: datetime, details: dict[str, str]
) -> Link:
    now = writer.link(link)
    if now is None:
        raise NotFound(name=link)
    changed = change(now)
    writer.update_link(changed)
    record(watch, writer, what, at=at, link=link, holder=changed.holder, **details)
    return changed
