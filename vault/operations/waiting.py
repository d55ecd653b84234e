"""Halves that wait for each other: a PIN that came first, a file without its PIN, and how they meet.

Locally every waiting PIN may be tried on every waiting file, because a miss costs nobody anything. To a portal a PIN
goes only when a person says so for that very link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from vault.custody import Custody, Watch
from vault.errors import CertvaultError, NoPinWaits
from vault.ledger.events import record
from vault.ledger.holders import holder_for
from vault.model.ids import Random, new_id
from vault.model.link import GENERIC, Link, fits_pin
from vault.model.parked import pin_from_bytes, pin_to_bytes
from vault.model.times import utc
from vault.operations.fetch import parked_file
from vault.operations.find import Profiles, profile_named
from vault.ports.opener import Opener
from vault.secret import Pin

Progress = Callable[[int, int], None]


class Half(NamedTuple):
    """A PIN that waits, and its row."""

    link: Link
    pin: Pin


class Match(NamedTuple):
    """A file that waits, and the PIN that was proven to be its own."""

    file: Link
    half: Half


def wait(
    watch: Watch, pin: Pin, *, holder: str, provider: str | None, profiles: Profiles, at: datetime, random: Random
) -> Link:
    """Let ``pin`` wait for the link or file of ``holder``, sealed to the inbox key: only the root key reads it.

    Nothing of it is kept otherwise, not even a hash or its length. Without ``provider`` it is that of what is open of
    the holder's, if that is one, else the generic one. Raises ProviderUnknown.
    """
    named = profile_named(provider, profiles).name if provider is not None else None
    id_ = new_id(random)
    sealed = watch.put_in(id_, pin_to_bytes(pin), "pin")
    with watch.writing() as writer:
        whose = holder_for(watch, writer, holder, at=at, random=random)
        theirs = {one.provider for one in writer.open_links_of(whose.id) if one.kind != "pin"}
        chosen = named or (theirs.pop() if len(theirs) == 1 else GENERIC)
        now = utc(at)
        link = Link(id_, "pin", chosen, whose.id, None, None, now, None, parked=True, recorded=now)
        writer.add_link(link)
        writer.park(id_, sealed)
        record(watch, writer, "pin-waiting", at=at, link=id_, holder=whose.id, provider=chosen)
    return link


def halves(custody: Custody) -> list[Half]:
    """The PINs that wait. One that does not open was planted or damaged: ``doctor`` names it."""
    with custody.reading() as reader:
        rows = [(link, reader.parked(link.id)) for link in reader.links() if link.kind == "pin"]
    return [half for link, sealed in rows if sealed is not None and (half := _half(custody, link, sealed)) is not None]


def offered(custody: Custody, link: Link) -> list[Half]:
    """The PINs that wait for the holder and provider of ``link``."""
    return [half for half in halves(custody) if fits_pin(link, half.link)]


def opening(custody: Custody, link: Link, found: Sequence[Half], opener: Opener) -> Half | None:
    """Which of the PINs opens the file that waits with ``link``: those of its holder are tried first.

    Raises ParkedDamaged.
    """
    file = parked_file(custody, link)
    if file is None:
        return None
    for half in sorted(found, key=lambda half: not fits_pin(link, half.link)):
        try:
            if opener.open(file.pkcs12, half.pin).proven:
                return half
        except CertvaultError:
            continue  # why a file cannot be used is told when a person asks for it
    return None


def matches(custody: Custody, opener: Opener, progress: Progress) -> Iterator[Match]:
    """Every waiting file that one of the waiting PINs opens. A PIN serves one file."""
    left = halves(custody)
    with custody.reading() as reader:
        files = [link for link in reader.links() if link.parked and link.kind != "pin"]
    for number, file in enumerate(files if left else [], 1):
        try:
            half = opening(custody, file, left, opener)
        except CertvaultError:
            half = None
        if half is not None:
            left.remove(half)
            yield Match(file, half)
        progress(number, len(files))


def the_one(link: Link, found: Sequence[Half]) -> Half:
    """The only one of ``found``. Raises NoPinWaits where there is none, or where several could be meant."""
    if len(found) != 1:
        raise NoPinWaits(count=len(found), link=link.id)
    return found[0]


def _half(custody: Custody, link: Link, sealed: bytes) -> Half | None:
    try:
        return Half(link, pin_from_bytes(custody.take_out(link.id, sealed, "pin")))
    except (CertvaultError, ValueError):
        return None
