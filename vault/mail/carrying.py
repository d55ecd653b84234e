"""What the heads around a link tell: who sent its mail, to whom, when, and where it went in the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from vault.mail.dates import Moment, day_only
from vault.mail.heads import Heads
from vault.mail.people import Person
from vault.model.fold import folded, same_name
from vault.model.profile import Profile

_SKEW = timedelta(days=1)
"""How far a date may lie after the mail that carries it, or after now, and still be believed."""


def carriers(heads: Sequence[Heads], profile: Profile) -> Sequence[Heads]:
    """Of the heads above a link those of mails that carry it. A provider's mail carries none: it stands beside."""
    ends = [number for number, head in enumerate(heads[:-1], 1) if _is_from(head, profile)]
    return heads[ends[-1] :] if ends else heads


def fits(head: Heads, profile: Profile) -> bool:
    """Whether sender and subject, as far as that is told, are the profile's."""
    subject = folded(head.subject)
    by_subject = not (subject and profile.subjects) or any(wanted in subject for wanted in profile.subjects)
    return _is_from(head, profile) and by_subject


def _is_from(head: Heads, profile: Profile) -> bool:
    return head.sender is not None and head.sender.address in profile.senders


def recipients(heads: tuple[Heads, ...]) -> Iterator[Person]:
    """The recipients of the innermost mail. Outlook often tells their names alone: who forwarded it had the address."""
    senders = {same_name(h.sender.name): h.sender for h in heads if h.sender and h.sender.name and h.sender.address}
    for person in heads[-1].to if heads else ():
        yield person._replace(address=person.address or senders.get(same_name(person.name), person).address)


def received_at(heads: tuple[Heads, ...], zone: tzinfo, at: datetime) -> Moment:
    """The innermost date that can be true: not after ``at`` and not after the mail that carries it.

    The date of an outer mail, or ``at``, says of the provider's mail only on which day it was here at the latest.
    """
    latest = at
    believed: list[tuple[Heads, Moment]] = []
    for head in heads:
        if head.date is not None and head.date.at <= latest + _SKEW:
            latest = min(latest, head.date.at)
            believed.append((head, head.date))
    if believed and believed[-1][0] is heads[-1]:
        date = believed[-1][1]
        return date if date.at <= at else Moment(at, date.precise) if date.precise else _day(at, zone)
    return _day(believed[-1][1].at if believed else at, zone)


def _day(moment: datetime, zone: tzinfo) -> Moment:
    return day_only(moment.astimezone(zone).date(), zone)


def envelope_of(heads: tuple[Heads, ...]) -> tuple[str, ...]:
    """Where a mail went that was forwarded by hand; of one that was redirected, what its own To line does not name."""
    if not heads:
        return ()
    outer = heads[0]
    own = set() if len(heads) > 1 else {p.address for p in (*outer.to, *outer.cc)}
    went = (*outer.delivered, *outer.to, *outer.cc) if len(heads) > 1 else outer.delivered
    return tuple(dict.fromkeys(p.address for p in went if p.address and p.address not in own))
