"""From mails to links: what a source holds is recorded with its deadline; one bad source never stops the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from typing import NamedTuple

from vault.custody import Watch
from vault.errors import CertvaultError, NothingInside
from vault.ledger.events import record
from vault.ledger.holders import holder_for, known_holder
from vault.mail import Found, FoundLink, found_in, mails
from vault.model.ids import Random, new_id
from vault.model.link import Link
from vault.model.times import utc
from vault.operations.find import Profiles, profile_named
from vault.operations.settings import own_addresses, zone
from vault.ports.store import Writer

LONGEST_TEXT = 500
"""Characters of a mail's subject or sender that are kept."""


class Source(NamedTuple):
    """Where mails come from. ``read`` gives their bytes; ``by_hand`` says that a person named this very source."""

    name: str
    read: Callable[[], bytes]
    by_hand: bool


class Rejected(NamedTuple):
    """A source, or a link in it, that was not taken, and why."""

    source: str
    error: CertvaultError


class Ingested(NamedTuple):
    """What came of the sources. ``known`` are the ids of links that were there before; ``ignored`` counts sources."""

    links: list[Link]
    known: set[str]
    rejected: list[Rejected]
    ignored: int


def ingest(
    watch: Watch,
    sources: Iterable[Source],
    profiles: Profiles,
    *,
    holder: str | None = None,
    provider: str | None = None,
    at: datetime,
    random: Random,
) -> Ingested:
    """Record the download links in ``sources``. The same link in two mails is one link.

    ``holder`` is a name or id for all of them, ``provider`` narrows what is looked for. Raises ProviderUnknown.
    """
    if provider is not None:
        only = profile_named(provider, profiles)
        profiles = {only.name: only}
    with watch.reading() as reader:
        there, own = zone(watch, reader), own_addresses(watch, reader)
    frame, result = _Frame(there, own, holder, at, random), Ingested([], set(), [], 0)
    for source in sources:
        result = _source(watch, source, profiles, frame, result)
    return result


class _Frame(NamedTuple):
    zone: tzinfo
    own: frozenset[str]
    holder: str | None
    at: datetime
    random: Random


class _Mail(NamedTuple):
    name: str
    data: bytes
    by_hand: bool


def _mails(source: Source) -> list[_Mail]:
    """The mails of a mailbox, which nobody named one by one; what is no mailbox, as it is."""
    inside = list(mails(source.read()))
    if len(inside) == 1:
        return [_Mail(source.name, inside[0], source.by_hand)]
    return [_Mail(f"{source.name} ({number})", mail, by_hand=False) for number, mail in enumerate(inside, 1)]


def _source(watch: Watch, source: Source, profiles: Profiles, frame: _Frame, result: Ingested) -> Ingested:
    try:
        inside = _mails(source)
    except CertvaultError as error:
        result.rejected.append(Rejected(source.name, error))
        return result
    for mail in inside:
        result = _one(watch, mail, profiles, frame, result)
    return result


def _one(watch: Watch, source: _Mail, profiles: Profiles, frame: _Frame, result: Ingested) -> Ingested:
    try:
        found = found_in(source.data, profiles, zone=frame.zone, at=frame.at)
    except CertvaultError as error:
        result.rejected.append(Rejected(source.name, error))
        return result
    result.rejected.extend(Rejected(source.name, problem) for problem in found.problems)
    _record(watch, found, frame, result)
    if found.links or found.problems:
        return result
    if not source.by_hand:
        return result._replace(ignored=result.ignored + 1)
    result.rejected.append(Rejected(source.name, NothingInside()))
    return result


def _record(watch: Watch, found: Found, frame: _Frame, result: Ingested) -> None:
    if not found.links:
        return
    with watch.writing() as writer:
        recorded = [_recorded(watch, writer, one, frame) for one in found.links]
    for link, known in recorded:
        if link.id in {other.id for other in result.links}:
            continue
        result.links.append(link)
        if known:
            result.known.add(link.id)


def _recorded(watch: Watch, writer: Writer, one: FoundLink, frame: _Frame) -> tuple[Link, bool]:
    """The link of the register, and whether it was there already."""
    old = writer.link_with_reference(one.provider, one.url.reference)
    if old is None:
        return _new(watch, writer, one, _holder(watch, writer, one, frame), frame), False
    if old.state == "open" and (old.holder is None or frame.holder is not None):
        holder = _holder(watch, writer, one, frame)
        if holder not in {None, old.holder}:
            old = old._replace(holder=holder)
            writer.update_link(old)
            record(watch, writer, "link-assigned", at=frame.at, link=old.id, holder=holder)
    return old, True


def _new(watch: Watch, writer: Writer, one: FoundLink, holder: str | None, frame: _Frame) -> Link:
    link = Link(
        id=new_id(frame.random),
        kind="link",
        provider=one.provider,
        holder=holder,
        url=one.url.text,
        reference=one.url.reference,
        received=one.received,
        deadline=one.deadline,
        subject=one.subject[:LONGEST_TEXT],
        sender=one.sender[:LONGEST_TEXT],
        recorded=utc(frame.at),
    )
    writer.add_link(link)
    record(watch, writer, "link-recorded", at=frame.at, link=link.id, holder=holder, provider=link.provider)
    return link


def _holder(watch: Watch, writer: Writer, one: FoundLink, frame: _Frame) -> str | None:
    """Whose link it is: what a person said, else a holder that the mail names, else its innermost recipient.

    Of the holders that are known, the recipient of the provider's own mail goes before all others in the source: who
    only forwarded it may be a holder too.
    """
    if frame.holder is not None:
        return holder_for(watch, writer, frame.holder, at=frame.at, random=frame.random).id
    ours = frame.own | {address.lower() for address in one.envelope}
    sent_to = [person for person in one.people if person.address not in ours and (person.name or person.address)]
    candidates = (
        *(writer.holder_with_address(person.address) for person in sent_to if person.address),
        *(known_holder(writer, person.name) for person in sent_to if person.name),
        *(writer.holder_with_address(address) for address in one.addresses if address.lower() not in ours),
    )
    known = next((holder for holder in candidates if holder is not None), None)
    if known is not None:
        return known.id
    if not sent_to:
        return None
    name, address = next((person for person in sent_to if person.name), sent_to[0])
    given = [address] if address else []
    return holder_for(watch, writer, name or address, at=frame.at, random=frame.random, addresses=given).id
