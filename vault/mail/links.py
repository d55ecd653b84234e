"""From a mail or a text to the download links inside it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from itertools import pairwise
from typing import NamedTuple

from vault.errors import N_, LinkNotAllowed, LinkNotUsable, LinkUnreadable, SourceNotReadable
from vault.mail import markup, plain
from vault.mail.carrying import carriers, envelope_of, fits, received_at, recipients
from vault.mail.files import Beside, FoundFile, files_of
from vault.mail.forwards import forwards
from vault.mail.genuine import trust
from vault.mail.heads import Heads
from vault.mail.judging import Judge, Judged
from vault.mail.people import Person, addresses
from vault.mail.reading import IsFile, Text, read
from vault.mail.urls import Finder
from vault.model.address import CheckedUrl
from vault.model.deadlines import deadline
from vault.model.link import Trust
from vault.model.profile import Profile

LONGEST_TEXT = 8 << 20
"""Characters of one text, without what HTML says beside it."""
MOST_URLS = 50_000
"""URLs of one source that are looked at."""
_MOST_PROBLEMS = 100
_DEEPEST = 20
"""Heads above a link that are looked at, the nearest."""


class FoundLink(NamedTuple):
    """A download link that its provider's profile allows, with what the mail tells about it.

    ``received`` (UTC) is the date of the mail that the provider sent: of the innermost head above the link. Where only
    its day is known ``precise`` is false and ``received`` is that day's midnight in the zone. ``subject`` and
    ``sender`` are of that mail too; ``sender_fits`` says that they are the profile's, as far as they are told, and
    ``trust`` how far that mail can be trusted; neither hinders anything here. ``people`` are the recipients of that
    mail, the candidates for the holder. ``addresses`` are all that the mail holds, those of the nearest head first,
    without the provider's own. ``envelope`` are the addresses to which a forwarded or redirected mail went in the end:
    the agency's own mailbox, never a holder. Texts are hostile.
    """

    provider: str
    url: CheckedUrl
    received: datetime
    precise: bool
    deadline: datetime | None
    subject: str
    sender: str
    sender_fits: bool
    trust: Trust
    people: tuple[Person, ...]
    addresses: tuple[str, ...]
    envelope: tuple[str, ...]


class Found(NamedTuple):
    """What a source holds. ``is_mail`` says that it has the head of a mail, its own or one that was pasted.

    ``problems`` are URLs that look meant for a provider and are not allowed, each with its reason; or that a provider's
    link mail is here and no link in it. ``files`` are its certificate files, and what it calls so.
    """

    links: tuple[FoundLink, ...]
    problems: tuple[LinkNotUsable, ...]
    is_mail: bool
    files: tuple[FoundFile, ...] = ()


class _Sighting(NamedTuple):
    """A link in its place: the heads above it, the outermost first, and the addresses of the text around."""

    profile: Profile
    url: CheckedUrl
    heads: tuple[Heads, ...]
    around: tuple[str, ...]


def found_in(
    source: bytes,
    profiles: Mapping[str, Profile],
    zone: tzinfo,
    at: datetime,
    is_file: IsFile = lambda _: False,
    mail_server: str = "",
) -> Found:
    """The links in ``source``: a mail as it is sent, a saved page, a pasted mail or text, or a bare URL; and its
    certificate files, by what ``is_file`` says of their beginning or by what the mail calls them.

    Dates without a zone are read in ``zone``. ``at`` is now: a date after it is not believed, and where no date is
    found its day is the day of receipt. ``mail_server`` is the one whose word counts on who sent a mail. The same link
    seen twice is one, with the better of the two stories. Raises SourceNotReadable; everything else is read as well as
    it can be.
    """
    read_as = read(source, zone, is_file)
    search = _Search(profiles, zone, keep_texts=bool(read_as.files))
    for text in read_as.texts:
        search.look_through(text)
    links = tuple(_links(search.sightings, zone, at, mail_server))
    problems: tuple[LinkNotUsable, ...] = tuple(search.problems.values())
    files = tuple(files_of(read_as.files, search.texts, profiles, zone, at))
    if not links and not problems and not files:
        problems = tuple(LinkUnreadable(provider=title) for title in search.senders)
    return Found(links, problems, read_as.is_mail or search.has_heads, files)


class _Search:
    """Gathers what the texts of one source hold."""

    def __init__(self, profiles: Mapping[str, Profile], zone: tzinfo, *, keep_texts: bool) -> None:
        self.profiles = tuple(profiles.values())
        self.judge = Judge(profiles)
        self.finder = Finder({f"{shape.host}{shape.path}" for p in profiles.values() for shape in p.links})
        self.zone = zone
        self.sightings: list[_Sighting] = []
        self.problems: dict[tuple[str, str], LinkNotAllowed] = {}
        self.senders: dict[str, None] = {}
        self.has_heads, self.urls = False, 0
        self.keep_texts = keep_texts
        self.texts: list[Beside] = []

    def look_through(self, text: Text) -> None:
        """Judge every URL of ``text``."""
        page = _page(text)
        inner = forwards(page.text, self.zone)
        self.has_heads |= bool(inner)
        if self.keep_texts:
            self.texts.append(Beside(text.heads, tuple(forward.heads for forward in inner), page.text))
        heads = (*text.heads, *(forward.heads for forward in inner))
        self.senders |= {p.title: None for p in self.profiles if any(h.subject and fits(h, p) for h in heads)}
        allowed: list[tuple[int, Judged]] = []
        for candidate in self.finder.candidates(page):
            self._count()
            judged = self.judge.judge(candidate)
            if isinstance(judged, LinkNotAllowed):
                self._remember(judged)
            elif judged is not None:
                allowed.append((candidate.position, judged))
        around = addresses(page.text) if allowed else ()
        ends = [forward.end for forward in inner]
        for position, found in allowed:
            last = bisect_right(ends, position)
            above = carriers([forward.heads for forward in inner[max(0, last - _DEEPEST) : last]], found.profile)
            self.sightings.append(_Sighting(found.profile, found.url, (*text.heads, *above), around))

    def _count(self) -> None:
        self.urls += 1
        if self.urls > MOST_URLS:
            raise SourceNotReadable(why=N_("it has more links than a mail can have"))

    def _remember(self, problem: LinkNotAllowed) -> None:
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.setdefault((str(problem.fields["provider"]), str(problem.fields["url"])), problem)


def _page(text: Text) -> markup.Page:
    if not text.html:
        _bounded(text.text)
        return plain.page(text.text, flowed=text.flowed)
    page = markup.page(text.text)
    _bounded(page.text)
    return page


def _bounded(text: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise SourceNotReadable(why=N_("its text is longer than a mail can be"))


def _links(sightings: Iterable[_Sighting], zone: tzinfo, at: datetime, mail_server: str) -> Iterator[FoundLink]:
    best: dict[tuple[str, str], _Sighting] = {}
    for one in sightings:
        key = one.profile.name, one.url.reference
        if key not in best or _worth(one) > _worth(best[key]):
            best[key] = one
    cut = _cut_short(best)
    return (_link(one, zone, at, mail_server) for key, one in best.items() if key not in cut)


def _cut_short(keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """The references with which another one begins: one mail shows a link whole and shortened."""
    ordered = sorted(keys)
    return {a for a, b in pairwise(ordered) if a[0] == b[0] and b[1].startswith(a[1])}


def _worth(one: _Sighting) -> tuple[bool, bool, bool, int]:
    """How much a sighting tells: the head of the provider's mail before any other, then its date and its people."""
    inner = one.heads[-1] if one.heads else None
    if inner is None:
        return False, False, False, 0
    return fits(inner, one.profile), inner.date is not None and inner.date.precise, bool(inner.to), len(one.heads)


def _link(one: _Sighting, zone: tzinfo, at: datetime, mail_server: str) -> FoundLink:
    received = received_at(one.heads, zone, at)
    inner = one.heads[-1] if one.heads else None
    sender = inner.sender if inner else None
    envelope = envelope_of(one.heads)
    return FoundLink(
        provider=one.profile.name,
        url=one.url,
        received=received.at,
        precise=received.precise,
        deadline=deadline(received.at, one.profile.days, received.precise, zone),
        subject=next((head.subject for head in reversed(one.heads) if head.subject), ""),
        sender=(sender.address or sender.name) if sender else "",
        sender_fits=inner is not None and fits(inner, one.profile),
        trust=trust(one.heads, one.profile, mail_server),
        people=tuple(p for p in recipients(one.heads) if p.address not in {*one.profile.senders, *envelope}),
        addresses=tuple(a for a in _addresses(one) if a not in one.profile.senders),
        envelope=envelope,
    )


def _addresses(one: _Sighting) -> tuple[str, ...]:
    people = (p for head in reversed(one.heads) for p in (*head.to, *head.cc, head.sender, *head.delivered) if p)
    return tuple(dict.fromkeys((*(p.address for p in people if p.address), *one.around)))
