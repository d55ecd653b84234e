"""Mails to providers and holders as drafts: what they say, and how a mail program reads them.

A draft is a mail (RFC 5322) in a file that ends in .eml. ``X-Unsent: 1`` makes Outlook open it to be looked over and
sent (Microsoft, "Outlook for Windows: X-Unsent header"); other programs open it as a mail to be edited as new.

A download link, its reference or a PIN is in none of them: a mail is no place for what opens a certificate. What is
foreign makes no link in it either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import NamedTuple

from cli.render import when
from cli.texts import _, ngettext
from vault.errors import N_
from vault.model.filename import safe_name
from vault.model.holder import Holder
from vault.model.ids import SHORT
from vault.model.leaving import unlinked
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.profile import PinBy
from vault.model.renewal import Reason
from vault.model.shown import LONGEST, shown
from vault.model.times import local
from vault.operations.request import Wish

LONGEST_NAME = 120
"""Characters of a name in a draft."""
LONGEST_HEADING = 60
"""Characters of a name in a subject, so that it stays one that is read."""
MOST_NUMBERS = 10

REASONS: dict[Reason, str] = {
    "runs-out": N_("The present certificate runs out on {day}. Please issue a new one."),
    "ran-out": N_("The present certificate ran out on {day}. Please issue a new one."),
    "file-deleted": N_(
        "The file behind the download link in your mail of {day} has been deleted. Please send a new link."
    ),
    "pin-lost": N_(
        "The PIN for the certificate in your mail of {day} is not known to us any more. Please send the certificate "
        "once more, with a new PIN."
    ),
    "link-missing": N_("The PIN came on {day}, but no certificate and no link to one. Please send it once more."),
}
PIN_BY: dict[PinBy, str] = {
    "sms": N_("It has come to you by text message (SMS), on your mobile phone."),
    "mail": N_("It has come to you in a mail of its own."),
    "letter": N_("It has come to you by letter."),
}


class Letter(NamedTuple):
    """A draft: the name of its file, its octets, and to whom it is, or nothing."""

    name: str
    data: bytes
    to: str


class Missing(NamedTuple):
    """A link or file whose PIN is missing, what its provider is called, and how that sends PINs."""

    link: Link
    title: str
    pin_by: PinBy


class Frame(NamedTuple):
    """What every draft needs: who sends it (empty where nobody knows), when, and the time zone of its days."""

    sender: str
    at: datetime
    zone: tzinfo


def to_provider(wishes: Sequence[Wish], provider: str, to: str, frame: Frame) -> Letter:
    """A draft that asks the ``provider`` for all of ``wishes``; ``to`` is its contact."""
    lines = [_("Dear Sir or Madam,"), "", _intro(wishes), ""]
    for number, wish in enumerate(wishes, 1):
        lines += [*_entry(wish, f"{number}. " if len(wishes) > 1 else "", frame.zone), ""]
    lines += [_("Please send certificate and PIN in the usual ways, separately."), "", _("Kind regards")]
    name = ngettext("{n} certificate", "{n} certificates", len(wishes))
    if len(wishes) == 1:
        name = _name(wishes[0].holder, LONGEST_HEADING)
        subject = _("Certificate for BiPRO services: request for {holder}").format(holder=name)
    else:
        subject = _("Certificates for BiPRO services: request for {count}").format(count=name)
    prefix = _("Request")
    file = f"{prefix} {name} {provider} {_day(frame)} {wishes[0].record.id[:SHORT]}"
    return _letter(file, subject, lines, to, frame)


def to_holder(missing: Sequence[Missing], holder: Holder | None, to: str, frame: Frame) -> Letter:
    """A draft that asks a holder to say the PINs that are ``missing`` on the telephone; ``to`` is his address."""
    lines = [_("Hello,"), ""]
    for one in missing:
        lines += [" ".join(_about(one, frame.zone)), ""]
    lines += [
        _(
            "Please call us and tell us the PIN on the telephone. Please do not mail it, and do not send a photo of "
            "it: whoever has PIN and certificate can log in as you. Capital and small letters matter."
        ),
        "",
        _("If no PIN has reached you, please tell us that too."),
        "",
    ]
    if holder and holder.responsible:
        lines += [_("Whom to ask for: {person}").format(person=_safe(holder.responsible)), ""]
    lines.append(_("Kind regards"))
    file = f"PIN {_name(holder, LONGEST_HEADING)} {_day(frame)} {missing[0].link.id[:SHORT]}"
    return _letter(file, _("Your PIN for BiPRO services: please call us"), lines, to, frame)


def _about(one: Missing, zone: tzinfo) -> Iterator[str]:
    told = {"provider": shown(one.title, LONGEST_NAME), "day": when.day(one.link.received, zone)}
    yield _(
        "{provider} sent a new certificate for BiPRO services on {day}. It is here; what is missing is its PIN."
    ).format(**told)
    if one.pin_by in PIN_BY:
        yield _(PIN_BY[one.pin_by])
    if one.link.deadline is not None and not one.link.parked:
        yield _("The certificate is deleted at the provider on {day}.").format(day=when.day(one.link.deadline, zone))


def _intro(wishes: Sequence[Wish]) -> str:
    count = len(wishes)
    if all(isinstance(one.record, Pair) for one in wishes):
        one, many = (
            _("We kindly ask you for a new certificate for BiPRO services:"),
            _("We kindly ask you for {n} new certificates for BiPRO services:"),
        )
    else:
        one, many = (
            _("We kindly ask for your help with a certificate for BiPRO services:"),
            _("We kindly ask for your help with {n} certificates for BiPRO services:"),
        )
    return one if count == 1 else many.format(n=count)


def _entry(wish: Wish, number: str, zone: tzinfo) -> Iterator[str]:
    """What is asked for in place of one pair or link, line by line."""
    record, indent = wish.record, " " * len(number)
    yield number + _("Certificate holder: {name}").format(name=_name(wish.holder))
    for text in _facts(wish, zone):
        yield indent + text
    day = record.not_after if isinstance(record, Pair) else record.received
    yield indent + _(REASONS[wish.reason]).format(day=when.day(day, zone))
    if wish.asked is not None:
        yield indent + _("We asked for it on {day} already.").format(day=when.day(wish.asked, zone))


def _facts(wish: Wish, zone: tzinfo) -> Iterator[str]:
    if wish.holder and wish.holder.numbers:
        numbers = ", ".join(_safe(one) for one in wish.holder.numbers[:MOST_NUMBERS])
        yield _("Agency number: {number}").format(number=numbers)
    if isinstance(wish.record, Pair):
        yield _("Present certificate: {subject}").format(subject=_safe(wish.record.subject, LONGEST))
        yield _("Serial number: {serial}").format(serial=_safe(wish.record.serial))
        yield _("Valid until: {day}").format(day=when.day(wish.record.not_after, zone))


def _letter(file: str, subject: str, lines: Sequence[str], to: str, frame: Frame) -> Letter:
    """The draft. What is foreign in subject and lines was made safe; addresses were checked."""
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"
    message["Date"] = format_datetime(local(frame.at, frame.zone))
    for header, value in (("From", frame.sender), ("To", to), ("Subject", _as_it_reads(subject))):
        if value:
            message[header] = value
    message.set_content("\n".join([*lines, ""]), cte="quoted-printable")
    return Letter(f"{safe_name(file)}.eml", message.as_bytes(), to)


def _as_it_reads(heading: str) -> str:
    """``heading`` without the beginning of an encoded word (RFC 2047).

    Python decodes one that stands in a text, and writes the line breaks that were encoded in it into the head as they
    are: further headers of somebody else's.
    """
    return heading.replace("=?", "= ?")


def _name(holder: Holder | None, longest: int = LONGEST_NAME) -> str:
    return _safe(holder.name, longest) if holder else _("not known to us")


def _safe(text: str, longest: int = LONGEST_NAME) -> str:
    return unlinked(shown(text, longest))


def _day(frame: Frame) -> str:
    return local(frame.at, frame.zone).date().isoformat()
