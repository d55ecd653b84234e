"""From a mail to the certificate files that it brings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import NamedTuple

from vault.mail.carrying import envelope_of, received_at, recipients
from vault.mail.heads import Heads
from vault.mail.people import Person, addresses
from vault.mail.reading import Attached
from vault.model.profile import Profile


class FoundFile(NamedTuple):
    """A file that a mail brings, or that a person named, with what the mail tells about it.

    ``provider`` is the one whose address sent it, None where it is nobody's. ``name`` is what the file is called, empty
    where nothing says it. The rest is as with :class:`vault.mail.links.FoundLink`; where the text of the mail forwards
    another one, that one is taken to have brought the file. Texts and data are hostile.
    """

    provider: str | None
    data: bytes
    name: str
    received: datetime
    sender: str
    people: tuple[Person, ...]
    addresses: tuple[str, ...]
    envelope: tuple[str, ...]


class Beside(NamedTuple):
    """A text of a mail: the heads around it, the heads of what is forwarded in it, and itself."""

    heads: tuple[Heads, ...]
    forwarded: tuple[Heads, ...]
    text: str


def files_of(
    attached: Iterable[Attached], texts: Sequence[Beside], profiles: Mapping[str, Profile], zone: tzinfo, at: datetime
) -> Iterator[FoundFile]:
    """The ``attached`` files, with what the ``texts`` of their mails tell."""
    for one in attached:
        beside = [text for text in texts if text.heads == one.heads] if one.heads else []
        forwarded = next((text.forwarded for text in beside if text.forwarded), ())
        heads = (*one.heads, *_carrying(forwarded, profiles))
        yield _file(one, heads, [text.text for text in beside], profiles, zone, at)


def _file(
    one: Attached,
    heads: tuple[Heads, ...],
    texts: Sequence[str],
    profiles: Mapping[str, Profile],
    zone: tzinfo,
    at: datetime,
) -> FoundFile:
    sender = heads[-1].sender if heads else None
    provider = next((found for head in reversed(heads) if (found := _issuer(head, profiles))), None)
    envelope = envelope_of(heads)
    not_theirs = {*(profiles[provider].senders if provider else ()), *envelope}
    people = (p for head in reversed(heads) for p in (*head.to, *head.cc, head.sender, *head.delivered) if p)
    told = (*(p.address for p in people if p.address), *(a for text in texts for a in addresses(text)))
    return FoundFile(
        provider=provider,
        data=one.data,
        name=one.name,
        received=received_at(heads, zone, at).at,
        sender=(sender.address or sender.name) if sender else "",
        people=tuple(p for p in recipients(heads) if p.address not in not_theirs),
        addresses=tuple(a for a in dict.fromkeys(told) if a not in not_theirs),
        envelope=envelope,
    )


def _carrying(forwarded: Sequence[Heads], profiles: Mapping[str, Profile]) -> Sequence[Heads]:
    """Of the heads in a mail's text those of mails that carried its files: down to the provider's, else the first.

    What stands further down is an older mail that was answered.
    """
    for number, head in enumerate(forwarded, 1):
        if _issuer(head, profiles):
            return forwarded[:number]
    return forwarded[:1]


def _issuer(head: Heads, profiles: Mapping[str, Profile]) -> str | None:
    address = head.sender.address if head.sender else ""
    return next((p.name for p in profiles.values() if address and address in p.senders), None)
