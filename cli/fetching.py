"""One fetch as a person sees it: whose certificate it is, the PIN, what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cli import choose, halves, progress, prompt
from cli.pins import PinSource
from cli.placing import Wish, placed
from cli.render.links import TRUSTS
from cli.session import Session
from cli.texts import _, ngettext
from vault.errors import RefusedBefore, SenderInDoubt
from vault.ledger.pairs import Stored
from vault.model.link import DOUBTED, Link
from vault.model.shown import shown
from vault.model.succession import Placing
from vault.operations import fetch, find, register

if TYPE_CHECKING:
    from vault.custody import Custody
    from vault.model.profile import Profile
    from vault.operations.waiting import Half
    from vault.ports.opener import Matcher


class Order(NamedTuple):
    """The options of ``fetch``. ``insist`` sends a PIN although others were refused, ``again`` downloads once more,
    ``waiting_pin`` takes the PIN that waits and asks nobody, ``trust`` vouches for a mail whose sender is in doubt."""

    pin: PinSource = PinSource()
    wish: Wish = Wish()
    holder: str | None = None
    insist: bool = False
    again: bool = False
    waiting_pin: bool = False
    trust: bool = False


def fetched(
    session: Session, custody: Custody, opener: Matcher, link: Link, order: Order, given: Half | None = None
) -> Stored:
    """Ask for the PIN of ``link``, fetch its certificate and store both. Raises what the operation raises.

    ``given`` is a waiting PIN that was proven already; else one is looked for before a person is asked.
    """
    profile = session.profile(link.provider)
    insist = _confirmed(session, link, order, profile)
    trust = _trusted(session, custody, link, order, profile)
    whose = _whose(custody, link, order, profile)
    half = given or halves.half_for(session, custody, opener, link, order, whose)
    pin = half.pin if half else order.pin.read(whose)

    def store(placing: Placing) -> Stored:
        with progress.shown(profile.title) as shown:
            return fetch.fetch(
                custody,
                find.link(custody, link.id, session.readable),
                pin,
                profile=profile,
                portal=session.portal,
                opener=opener,
                progress=shown,
                providers=session.providers(),
                activating=session.activating(),
                holder=order.holder,
                placing=placing,
                insist=insist,
                again=order.again,
                half=half.link if half else None,
                trust=trust,
                at=session.now(),
                random=session.random,
            )

    return placed(session, custody, order.wish, store)


def _whose(custody: Custody, link: Link, order: Order, profile: Profile) -> str:
    """Whom the PIN is asked for, and where it goes: told before it is typed. Raises what :func:`fetch.allowed` does."""
    holder = register.link_row(custody, link).holder
    known = holder.name if holder else _("holder not known yet")
    name = choose.called(custody, order.holder) if order.holder else known
    if link.kind == "file":
        file = _("{name}, {provider} (file {file}, from {sender})")
        return file.format(name=name, provider=profile.title, file=link.subject, sender=link.sender or "?")
    if link.parked and not order.again:
        return _("{name}, {provider} (the file is here already)").format(name=name, provider=profile.title)
    host = fetch.allowed(custody, link, profile).host
    return _("{name}, {provider} (it goes to {host}; mail: {trust})").format(
        name=name, provider=profile.title, host=host, trust=_(TRUSTS[link.trust])
    )


def _trusted(session: Session, custody: Custody, link: Link, order: Order, profile: Profile) -> bool:
    """Whether a person vouches for the mail of a link where it is in doubt. Raises SenderInDoubt."""
    local = link.parked and not order.again
    if local or order.trust or link.trust not in DOUBTED:
        return order.trust
    host, sender = fetch.allowed(custody, link, profile).host, shown(link.sender or "?")
    told = _("The mail of this link is not surely from {provider}; its sender is {sender}.")
    question = _("The PIN would go to {host}. Do you trust this link?").format(host=host)
    told = told.format(provider=profile.title, sender=sender)
    if session.json or not prompt.possible() or not prompt.yes(f"{told} {question}"):
        raise SenderInDoubt(provider=profile.title, sender=link.sender or "?", link=link.id)
    return True


def _confirmed(session: Session, link: Link, order: Order, profile: Profile) -> bool:
    """Whether a PIN may be sent although others were refused. Raises RefusedBefore and what :func:`claimed` gives."""
    if link.state == "claimed":
        raise fetch.claimed(link)
    local = link.parked and not order.again
    if local or order.insist or link.refusals < profile.ask_from:
        return order.insist
    told = ngettext(
        "The portal has refused {n} PIN for this link already; it may lock.",
        "The portal has refused {n} PINs for this link already; it may lock.",
        link.refusals,
    )
    if session.json or not prompt.possible() or not prompt.yes(told + " " + _("Send another one?")):
        raise RefusedBefore(refusals=link.refusals, link=link.id)
    return True
