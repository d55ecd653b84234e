"""Ask a provider for a new certificate or link, and a holder for his PIN: who, for what, and that it was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from vault.custody import Watch
from vault.errors import NothingAsked, NothingToAsk
from vault.files.writing import provisional
from vault.ledger import aside
from vault.ledger.events import record
from vault.model.due import Due
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.renewal import Reason, mail_address, reason
from vault.model.request import Request, answered
from vault.operations.due import due
from vault.operations.duties import unanswered
from vault.operations.good_time import in_good_time
from vault.operations.settings import MAILBOX, OFFICE
from vault.ports.store import Reader

_NONE: Mapping[str, int] = {}


class Wish(NamedTuple):
    """What is asked for in place of ``record``. ``asked`` is when it was asked for before, without an answer; ``early``
    is the end of a certificate in good time, for which nobody need ask yet."""

    record: Pair | Link
    holder: Holder | None
    reason: Reason
    asked: datetime | None = None
    early: datetime | None = None


class Draft(NamedTuple):
    """A mail that nobody sent yet: the file that it becomes, to whom (nobody where it is empty), and what it asks."""

    path: Path
    data: bytes
    to: str
    wishes: Sequence[Wish]


def wishes(
    watch: Watch, records: Iterable[Pair | Link], *, at: datetime, windows: Mapping[str, int] = _NONE
) -> list[Wish]:
    """What is asked for in place of ``records``. Raises NothingToAsk for one that is settled or put away."""

    def early(one: Pair | Link) -> datetime | None:
        if isinstance(one, Pair) and in_good_time(watch, reader, one, windows, at):
            return one.not_after
        return None

    with watch.reading() as reader:
        found = _wishes(reader, {one.id: one for one in records}.values(), at)
        return [wish._replace(early=early(wish.record)) for wish in found]


def wishes_due(
    watch: Watch, *, at: datetime, within: timedelta, windows: Mapping[str, int], provider: str | None = None
) -> list[Wish]:
    """What is due ``within`` this time and has to be asked for, and was not yet; of one ``provider``, where it is said.

    As :func:`vault.operations.due.due` has it: what is still in good time, or was noted, is not among it.
    """
    rows = [row.due for row in due(watch, at=at, within=within, windows=windows)]
    wanted = [one for one in rows if _has_to_be_asked(one) and provider in {None, one.provider}]
    with watch.reading() as reader:
        asked = {one.about for one in unanswered(reader)}
        ids = dict.fromkeys(one.ref for one in wanted if one.ref not in asked)
        found = [one for id_ in ids if (one := reader.pair(id_) or reader.link(id_)) is not None]
        return _wishes(reader, (one for one in found if reason(one, at)), at)


def links_without_pin(watch: Watch, *, at: datetime, within: timedelta, provider: str | None = None) -> list[Link]:
    """The links and files that are due ``within`` this time and need only their PIN."""
    rows = [row.due for row in due(watch, at=at, within=within)]
    ids = dict.fromkeys(one.ref for one in rows if one.do == "ask-pin" and provider in {None, one.provider})
    with watch.reading() as reader:
        return [link for id_ in ids if (link := reader.link(id_)) is not None]


def ask(watch: Watch, draft: Draft, *, at: datetime) -> None:
    """Write a draft to a provider, and note that he was asked: both or nothing.

    The file is never written over another one. Raises WouldOverwrite, NoRoom.
    """
    with provisional(draft.path, draft.data), watch.writing() as writer:
        for one in draft.wishes:
            pair, link = _ids(one.record)
            writer.put_request(Request(pair, link, at))
            told = {"asks": one.reason, **({"to": draft.to} if draft.to else {})}
            record(watch, writer, "renewal-requested", at=at, pair=pair, link=link, holder=one.record.holder, **told)


def ask_for_pin(watch: Watch, draft: Draft, *, at: datetime) -> None:
    """Write a draft to a holder, and record that he was asked for his PIN. Raises WouldOverwrite, NoRoom."""
    with provisional(draft.path, draft.data), watch.writing() as writer:
        for one in draft.wishes:
            pair, link = _ids(one.record)
            record(watch, writer, "pin-requested", at=at, pair=pair, link=link, holder=one.record.holder)


def withdraw(watch: Watch, records: Iterable[Pair | Link], *, at: datetime) -> None:
    """Note that nothing was asked for after all, as when a draft was not sent: of all of them, or of none.

    Raises NothingAsked.
    """
    with watch.writing() as writer:
        for one in records:
            pair, link = _ids(one)
            if not aside.withdraw(watch, writer, pair=pair, link=link, holder=one.holder, at=at):
                raise NothingAsked(name=one.id)


def answers(watch: Watch, links: Sequence[Link]) -> dict[str, Request]:
    """Which of the new ``links`` answer what was asked of their provider and not answered before: by the link's id."""
    new = {link.id for link in links}
    with watch.reading() as reader:
        requests = reader.requests()
        holders = sorted({one.holder for one in requests if one.holder})
        before = [link for link in reader.unclaimed_links_of(holders) if link.id not in new]
        pairs = reader.current_of(holders)
    open_ = [one for one in requests if not answered(one, before, pairs)]
    return {link.id: one for one in open_ for link in links if answered(one, [link], [])}


def asked(watch: Watch, about: Pair | Link) -> datetime | None:
    """When a new one was asked for in place of it, where that was not answered yet."""
    with watch.reading() as reader:
        return next((one.at for one in unanswered(reader) if one.about == about.id), None)


def sender(watch: Watch) -> str:
    """The agency's own mail address, for the head of a mail; empty where none is set. Raises SettingChanged."""
    with watch.reading() as reader:
        addresses = [one for name in (OFFICE, MAILBOX) for one in (watch.setting(reader, name) or "").split()]
    return next(filter(None, map(mail_address, addresses)), "")


def _wishes(reader: Reader, records: Iterable[Pair | Link], at: datetime) -> list[Wish]:
    asked = {one.about: one.at for one in unanswered(reader)}
    found = []
    for one in records:
        why = reason(one, at)
        if why is None:
            raise NothingToAsk(name=one.id)
        holder = reader.holder(one.holder) if one.holder else None
        found.append(Wish(one, holder, why, asked.get(one.id)))
    return found


def _has_to_be_asked(one: Due) -> bool:
    return one.do == "request" and one.severity != "ok" and one.kind != "request-unanswered"


def _ids(found: Pair | Link) -> tuple[str | None, str | None]:
    """The id as that of a pair, and as that of a link."""
    return (found.id, None) if isinstance(found, Pair) else (None, found.id)
