"""PINs that wait: noted before their link came, and used where a person says so or a file proves them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from cli import choose, progress, prompt
from cli.render import when
from cli.session import Session
from cli.texts import _
from vault.errors import N_, CertvaultError, Usage
from vault.ledger.pairs import Stored
from vault.model.link import Link
from vault.operations import waiting
from vault.operations.waiting import Half, Match, Noted

if TYPE_CHECKING:
    from cli.fetching import Order
    from cli.pins import PinSource
    from vault.custody import Custody, Watch
    from vault.ports.opener import Matcher


class Met(NamedTuple):
    """A file and a PIN that met, and what became of them."""

    match: Match
    result: Stored | CertvaultError


def note(
    session: Session, watch: Watch, source: PinSource, holder: str | None, provider: str | None, *, new: bool
) -> Noted:
    """Ask for a PIN and let it wait. Raises Usage where nobody is named whose it is, and PassphraseAsPin."""
    if not holder:
        raise Usage(what=N_("It takes --holder NAME: whose PIN is it?"))
    whose = choose.said(session, watch, holder, new=new) or holder
    return waiting.wait(
        watch,
        source.read_message(choose.called(watch, whose), lambda text: waiting.refuse_passphrase(watch, text)),
        holder=whose,
        provider=provider,
        profiles=session.profiles,
        at=session.now(),
        random=session.random,
    )


def half_for(session: Session, custody: Custody, opener: Matcher, link: Link, order: Order, whose: str) -> Half | None:
    """The waiting PIN to take for ``link``, or None where it is asked for.

    One that opens the file that is here is taken; one is sent to a portal only where a person says so. Raises
    NoPinWaits, where the option demands one.
    """
    if order.pin.stdin:
        return None
    if link.parked and not order.again:
        found = waiting.opening(custody, link, waiting.halves(custody), opener)
        return waiting.the_one(link, [found] if found else []) if order.waiting_pin else found
    offered = waiting.offered(custody, link)
    if order.waiting_pin:
        return waiting.the_one(link, offered)
    if session.json or not prompt.possible():
        return None
    zone = session.zone(custody)
    for half in offered:
        question = _("{whose}: send the PIN that waits since {day}?")
        if prompt.yes(question.format(whose=whose, day=when.day(half.link.received, zone))):
            return half
    return None


def meet(session: Session, custody: Custody, opener: Matcher, order: Order) -> Iterator[Met]:
    """Try every waiting PIN on every waiting file, here and with nobody asked, and store what was proven."""
    from cli.fetching import fetched

    with progress.counted(_("Trying the waiting PINs")) as show:
        found = list(waiting.matches(custody, opener, show))
    for match in found:
        try:
            yield Met(match, fetched(session, custody, opener, match.file, order, match.half))
        except CertvaultError as error:
            yield Met(match, error)
