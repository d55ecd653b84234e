"""From mails to links and waiting files: each is recorded with its deadline; one bad source never stops the others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, tzinfo
from pathlib import PurePath
from typing import NamedTuple, get_args

from vault.custody import Watch
from vault.errors import CertvaultError, NothingInside
from vault.ledger.events import record
from vault.ledger.holders import holder_for, known_holder
from vault.mail import Found, FoundFile, FoundLink, found_in
from vault.model.ids import Random, new_id
from vault.model.link import DOUBTED, Link, Trust
from vault.model.times import utc
from vault.operations import mailed
from vault.operations.find import Profiles, profile_named
from vault.operations.settings import mail_server, own_addresses, zone
from vault.operations.sources import Source
from vault.pkcs12.recognise import begins_pkcs12
from vault.ports.store import Writer

LONGEST_TEXT = 500
"""Characters of a mail's subject or sender that are kept."""
TRUSTS: tuple[Trust, ...] = get_args(Trust)
"""The grades, the best first: of two mails with one link the better counts."""
AT_ONCE = 50
"""Links that are recorded in one transaction."""
_MOST_BYTES = 16 << 20
"""Bytes of waiting files that are recorded in one transaction."""

FoundOne = FoundLink | FoundFile


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
    trust: bool = False,
    at: datetime,
    random: Random,
) -> Ingested:
    """Record the download links in ``sources``. The same link in two mails is one link.

    ``holder`` is a name or id for all of them, ``provider`` narrows what is looked for, ``trust`` says that a person
    vouches for mails whose sender is in doubt. Raises ProviderUnknown.
    """
    intake = Intake(watch, profiles, holder=holder, provider=provider, trust=trust, at=at, random=random)
    intake.take(sources)
    return intake.ingested()


class Intake:
    """Takes in sources as they come, and gathers what came of them. Raises ProviderUnknown."""

    def __init__(
        self,
        watch: Watch,
        profiles: Profiles,
        *,
        holder: str | None = None,
        provider: str | None = None,
        trust: bool = False,
        at: datetime,
        random: Random,
    ) -> None:
        only = None if provider is None else profile_named(provider, profiles)
        self._profiles = profiles if only is None else {only.name: only}
        self._unsaid = mailed.unsaid(self._profiles)
        self._watch = watch
        with watch.reading() as reader:
            here = zone(watch, reader), own_addresses(watch, reader), mail_server(watch, reader)
            self._frame = _Frame(*here, holder, [*profiles], trust, at, random)
        self._links: dict[str, Link] = {}
        self._known: set[str] = set()
        self._rejected: list[Rejected] = []
        self._ignored = 0
        self._waiting: list[FoundOne] = []
        self._bytes = 0

    def take(self, sources: Iterable[Source]) -> set[str]:
        """Look through ``sources`` one by one; gives the names of those with a link or a file.

        However it ends, what was found is recorded: a person who interrupts it can go on by doing it again.
        """
        fruitful = set()
        try:
            for source in sources:
                found = self._found(source)
                files = self._files(source, found) if found else []
                if found is not None and (found.links or files):
                    fruitful.add(source.name)
                    self._waiting += (*found.links, *files)
                    self._bytes += sum(len(file.data) for file in files)
                if len(self._waiting) >= AT_ONCE or self._bytes >= _MOST_BYTES:
                    self._record()
        finally:
            self._record()
        return fruitful

    def reject(self, source: str, error: CertvaultError) -> None:
        """Note a source that could not be taken."""
        self._rejected.append(Rejected(source, error))

    def ingested(self) -> Ingested:
        """What came of all of them."""
        return Ingested(list(self._links.values()), self._known, self._rejected, self._ignored)

    def _found(self, source: Source) -> Found | None:
        """What is in one source; what went wrong with it is noted."""
        try:
            data, frame = source.read(), self._frame
            found = found_in(data, self._profiles, frame.zone, frame.at, begins_pkcs12, frame.mail_server)
        except CertvaultError as error:
            self.reject(source.name, error)
            return None
        for problem in found.problems:
            self.reject(source.name, problem)
        if not found.links and not found.problems and not found.files:
            if source.by_hand:
                self.reject(source.name, NothingInside())
            else:
                self._ignored += 1
        return found

    def _files(self, source: Source, found: Found) -> list[FoundFile]:
        """The certificate files in one source; why one is none is noted."""
        files = []
        for file in found.files:
            named = file._replace(name=file.name or PurePath(source.name).name)
            try:
                files.append(mailed.usable(named, self._unsaid))
            except CertvaultError as error:
                self.reject(f"{source.name}: {file.name}" if file.name else source.name, error)
        return files

    def _record(self) -> None:
        """Record what waits for it, in one transaction."""
        if not self._waiting:
            return
        with self._watch.writing() as writer:
            recorded = [_recorded(self._watch, writer, one, self._frame) for one in self._waiting]
        self._waiting, self._bytes = [], 0
        for link, known in recorded:
            if known and link.id not in self._links:
                self._known.add(link.id)
            self._links.setdefault(link.id, link)


class _Frame(NamedTuple):
    zone: tzinfo
    own: frozenset[str]
    mail_server: str
    holder: str | None
    providers: list[str]
    trust: bool
    at: datetime
    random: Random


def _recorded(watch: Watch, writer: Writer, one: FoundOne, frame: _Frame) -> tuple[Link, bool]:
    """The link of the register, and whether it was there already."""
    if isinstance(one, FoundFile):
        old = mailed.known(writer, one, frame.providers)
        if old is None:
            holder = _holder(watch, writer, one, frame)
            return mailed.recorded(watch, writer, one, holder, at=frame.at, random=frame.random), False
        return _assigned(watch, writer, mailed.kept(watch, writer, one, old), one, frame), True
    old = writer.link_with_reference(one.provider, one.url.reference)
    if old is None:
        return _new(watch, writer, one, _holder(watch, writer, one, frame), frame), False
    return _trusted(watch, writer, _assigned(watch, writer, old, one, frame), one, frame), True


def _trusted(watch: Watch, writer: Writer, old: Link, one: FoundLink, frame: _Frame) -> Link:
    """The link that was there already, as far as the better of its mails can be trusted."""
    better = _trust(one, frame)
    if old.state != "open" or TRUSTS.index(better) >= TRUSTS.index(old.trust):
        return old
    raised = old._replace(trust=better)
    writer.update_link(raised)
    record(watch, writer, "link-trusted", at=frame.at, link=old.id, holder=old.holder, was=old.trust, trust=better)
    return raised


def _assigned(watch: Watch, writer: Writer, old: Link, one: FoundOne, frame: _Frame) -> Link:
    """The link that was there already, for the holder that is known now."""
    if old.state == "open" and (old.holder is None or frame.holder is not None):
        holder = _holder(watch, writer, one, frame)
        if holder not in {None, old.holder}:
            old = old._replace(holder=holder)
            writer.update_link(old)
            record(watch, writer, "link-assigned", at=frame.at, link=old.id, holder=holder)
    return old


def _trust(one: FoundLink, frame: _Frame) -> Trust:
    """How far the mail can be trusted; where it is in doubt, a person may have vouched for it."""
    return "by-hand" if frame.trust and one.trust in DOUBTED else one.trust


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
        trust=_trust(one, frame),
    )
    writer.add_link(link)
    record(watch, writer, "link-recorded", at=frame.at, link=link.id, holder=holder, provider=link.provider)
    if link.trust != one.trust:
        details = {"was": one.trust, "trust": link.trust}
        record(watch, writer, "link-trusted", at=frame.at, link=link.id, holder=holder, **details)
    return link


def _holder(watch: Watch, writer: Writer, one: FoundOne, frame: _Frame) -> str | None:
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
