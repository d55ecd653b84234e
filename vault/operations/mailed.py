"""A certificate file that a mail brings, or that lies in a folder: it waits for its PIN, sealed to the inbox key.

Who takes it in cannot read it; it becomes a pair only where somebody with the root key has the PIN that opens it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime

from vault.custody import Watch
from vault.errors import ProviderUnclear
from vault.ledger.events import record
from vault.mail import FoundFile
from vault.model.ids import Random, new_id
from vault.model.link import GENERIC, Link
from vault.model.times import utc
from vault.operations.find import Profiles
from vault.pkcs12 import limits, recognise
from vault.ports.store import Reader, Writer

LONGEST_NAME = 200
"""Characters of a file's name that are kept: its end, which says what it is."""


def unsaid(profiles: Profiles) -> str | None:
    """The provider of a file that nobody's address sent: the generic one, or the only one that there is."""
    if GENERIC in profiles:
        return GENERIC
    return next(iter(profiles)) if len(profiles) == 1 else None


def usable(one: FoundFile, provider: str | None) -> FoundFile:
    """``one`` as it can wait, with its provider or else ``provider``.

    Raises NotPkcs12 and FileDamaged for what has only the name of a certificate file, TooCostly for one that is too
    large, ProviderUnclear.
    """
    data = recognise.in_file(one.data)
    limits.check_size(data)
    if (one.provider or provider) is None:
        raise ProviderUnclear
    return one._replace(data=data, provider=one.provider or provider)


def known(reader: Reader, one: FoundFile, providers: Iterable[str]) -> Link | None:
    """The link of the very same file, if it came before, as one of any of the ``providers``."""
    found = (reader.link_with_reference(provider, _reference(one)) for provider in providers)
    return next((link for link in found if link is not None), None)


def kept(watch: Watch, writer: Writer, one: FoundFile, old: Link) -> Link:
    """``old``, whose file lies in the inbox as it came now: what lay there may have been lost or damaged."""
    if old.state != "open":
        return old
    writer.park(old.id, watch.put_in(old.id, one.data, "file"))
    return old._replace(parked=True)


def recorded(watch: Watch, writer: Writer, one: FoundFile, holder: str | None, *, at: datetime, random: Random) -> Link:
    """A new link for a file that was not here before, and the file in the inbox."""
    link = Link(
        id=new_id(random),
        kind="file",
        provider=one.provider or GENERIC,
        holder=holder,
        url=None,
        reference=_reference(one),
        received=one.received,
        deadline=None,
        parked=True,
        subject=one.name[-LONGEST_NAME:],
        sender=one.sender[:LONGEST_NAME],
        recorded=utc(at),
    )
    writer.add_link(link)
    writer.park(link.id, watch.put_in(link.id, one.data, "file"))
    record(watch, writer, "file-waiting", at=at, link=link.id, holder=holder, provider=link.provider)
    return link


def _reference(one: FoundFile) -> str:
    """What the register knows the file by, so that it is taken in once."""
    return "sha256:" + hashlib.sha256(one.data).hexdigest()
