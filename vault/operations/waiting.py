"""Halves that wait for each other: a PIN that came first, a file without its PIN, and how they meet.

Locally every waiting PIN may be tried on every waiting file, because a miss costs nobody anything. To a portal a PIN
goes only when a person says so for that very link.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from vault.custody import Custody, Watch
from vault.errors import N_, CertvaultError, NoPinWaits, PassphraseAsPin
from vault.keys.unlocking import is_passphrase
from vault.ledger.events import record
from vault.ledger.holders import holder_for, known_holder
from vault.ledger.waiting import copies, waiting_pin
from vault.model.ids import Random, new_id
from vault.model.link import GENERIC, Link, fits_pin
from vault.model.parked import pin_to_bytes
from vault.model.times import utc
from vault.operations.fetch import parked_file
from vault.operations.find import Profiles, profile_named
from vault.ports.opener import Matcher
from vault.ports.store import Reader
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


class Noted(NamedTuple):
    """A PIN that waits; ``known`` says that it waited already, so that nothing changed."""

    link: Link
    known: bool = False


def wait(
    watch: Watch, pin: Pin, *, holder: str, provider: str | None, profiles: Profiles, at: datetime, random: Random
) -> Noted:
    """Let ``pin`` wait for the link or file of ``holder``, sealed to the inbox key: only the root key reads it.

    Nothing of it is kept otherwise, not even a hash or its length. So that the same PIN waits already for this holder
    is seen only where the root key is at hand; else a copy of it is used up with it (:mod:`vault.ledger.waiting`).
    Without ``provider`` it is that of what is open of the holder's, if that is one, else the generic one. Raises
    ProviderUnknown and PassphraseAsPin.
    """
    named = profile_named(provider, profiles).name if provider is not None else None
    refuse_passphrase(watch, pin.reveal())
    id_ = new_id(random)
    sealed = watch.put_in(id_, pin_to_bytes(pin), "pin")
    with watch.writing() as writer:
        if isinstance(watch, Custody) and (here := _noted(watch, writer, pin, holder, named)):
            return here
        whose = holder_for(watch, writer, holder, at=at, random=random)
        theirs = {one.provider for one in writer.open_links_of(whose.id) if one.kind != "pin"}
        chosen = named or (theirs.pop() if len(theirs) == 1 else GENERIC)
        now = utc(at)
        link = Link(id_, "pin", chosen, whose.id, None, None, now, None, parked=True, recorded=now)
        writer.add_link(link)
        writer.park(id_, sealed)
        record(watch, writer, "pin-waiting", at=at, link=id_, holder=whose.id, provider=chosen)
    return Noted(link)


def _noted(custody: Custody, reader: Reader, pin: Pin, holder: str, provider: str | None) -> Noted | None:
    """The row in which this PIN waits already, or None."""
    known = known_holder(reader, holder)
    found = copies(custody, reader, pin, known.id, provider) if known else []
    return Noted(found[0], known=True) if found else None


def refuse_passphrase(watch: Watch, text: str) -> None:
    """Raise PassphraseAsPin where ``text`` opens the vault: what would be sealed with it could open it with it.

    The slot file is enough to tell, so a watch key is; it takes as long as unlocking, for each passphrase there is.
    """
    if is_passphrase(watch.slots, text):
        raise PassphraseAsPin(N_("That is the passphrase of the vault, not a PIN. It was not kept."))


def halves(custody: Custody) -> list[Half]:
    """The PINs that wait. One that does not open was planted or damaged: ``doctor`` names it."""
    with custody.reading() as reader:
        rows = [(link, reader.parked(link.id)) for link in reader.links() if link.kind == "pin"]
    return [
        Half(link, pin)
        for link, sealed in rows
        if sealed is not None and (pin := waiting_pin(custody, link, sealed)) is not None
    ]


def offered(custody: Custody, link: Link) -> list[Half]:
    """The PINs that wait for the holder and provider of ``link``."""
    return [half for half in halves(custody) if fits_pin(link, half.link)]


def opening(custody: Custody, link: Link, found: Sequence[Half], opener: Matcher) -> Half | None:
    """Which of the PINs opens the file that waits with ``link``: those of its holder are tried first.

    All are tried by the file's MAC. Where that says nothing (there is none, or the PIN was encoded otherwise than the
    standards have it) those of its holder are tried by opening the file. Raises ParkedDamaged.
    """
    file = parked_file(custody, link)
    if file is None:
        return None
    own = [half for half in found if fits_pin(link, half.link)]
    others = [half for half in found if not fits_pin(link, half.link)]
    for half in chain(_fitting(file.pkcs12, own, opener), _fitting(file.pkcs12, others, opener), own):
        try:
            if opener.open(file.pkcs12, half.pin).proven:
                return half
        except CertvaultError:
            continue  # why a file cannot be used is told when a person asks for it
    return None


def _fitting(pkcs12: bytes, found: Sequence[Half], opener: Matcher) -> Iterator[Half]:
    """The first of ``found`` that the file's MAC is made from, if there is one."""
    with suppress(CertvaultError):
        index = opener.fitting(pkcs12, [half.pin for half in found])
        if index is not None:
            yield found[index]


def matches(custody: Custody, opener: Matcher, progress: Progress) -> Iterator[Match]:
    """Every waiting file that one of the waiting PINs opens. A PIN serves one file, and so do its copies."""
    left = halves(custody)
    with custody.reading() as reader:
        files = [link for link in reader.links() if link.parked and link.kind != "pin"]
    for number, file in enumerate(files if left else [], 1):
        try:
            half = opening(custody, file, left, opener)
        except CertvaultError:
            half = None  # damaged or planted: doctor names it
        if half is not None:
            left = [one for one in left if one.pin != half.pin or one.link.holder != half.link.holder]
            yield Match(file, half)
        progress(number, len(files))


def the_one(link: Link, found: Sequence[Half]) -> Half:
    """The only one of ``found``. Raises NoPinWaits where there is none, or where several could be meant."""
    if len(found) != 1:
        raise NoPinWaits(count=len(found), link=link.id)
    return found[0]
