"""What needs somebody, and how soon: pure rules over rows of the register and a moment.

Days are calendar days of the vault's time zone; 0 is today.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple

from vault.model.backup import Missing, Why
from vault.model.link import Link, fits_pin
from vault.model.pair import Pair
from vault.model.times import days_between
from vault.model.watcher import Blind, Trouble

if TYPE_CHECKING:  # most often nobody was asked for anything, and everything is installed
    from vault.model.request import Activation, Request
    from vault.model.target import Installation, Target

Kind = Literal[
    "certificate-expiry",
    "link-deletion",
    "half-waiting",
    "request-unanswered",
    "activation",
    "install",
    "backup",
    "watcher",
]
Severity = Literal["ok", "warning", "critical", "expired"]
Do = Literal["ask-pin", "fetch", "request", "activate", "install", "look"]

CERTIFICATE_WARNING = 60
CERTIFICATE_CRITICAL = 14
LINK_CRITICAL = 7
RANK: dict[Severity, int] = {"ok": 0, "warning": 1, "critical": 2, "expired": 3}


class Due(NamedTuple):
    """One thing that needs somebody.

    ``id`` is the pair or link it is about (for ``install`` the installation at a target; for ``backup`` the vault; for
    ``watcher`` a key, the vault or a channel), ``holder`` a holder's id or None, ``provider`` empty for these two,
    ``date`` when it is too late (for ``half-waiting`` and ``backup``: since when it waits or is missing, since when an
    answer is overdue, an activation open, or a pair expected where none is), ``do`` and ``ref`` what to do next and
    with which record. ``why`` says of a ``backup`` why it is missing, of a ``watcher`` why it is blind. ``link`` is
    what the link means that brings a certificate's successor, where that is in the entry too. ``asked``: the provider
    was asked for a new one, and what is to do is to wait. ``target`` is where something is to be installed, ``old``
    whether a superseded pair is there until ``date``.
    """

    kind: Kind
    id: str
    holder: str | None
    provider: str
    date: datetime
    days_left: int
    severity: Severity
    do: Do
    ref: str
    why: Why | Blind | None = None
    link: "Due | None" = None
    asked: bool = False
    target: "Target | None" = None
    old: bool = False


def of_certificate(
    pair: Pair,
    at: datetime,
    zone: tzinfo,
    successor: Link | None = None,
    *,
    warning: int = CERTIFICATE_WARNING,
    asked: Collection[str] = (),
) -> Due:
    """What a current pair's ``not_after`` means; with the link that brings its successor, both as one entry.

    It is a warning so many days before. ``asked`` are the ids in place of which the provider was asked for a new one.
    """
    days = days_between(at, pair.not_after, zone)
    severity = _severity(pair.not_after <= at, days, warning, CERTIFICATE_CRITICAL)
    waits = pair.id in asked
    do: Do = "look" if waits else "request"
    link = None
    if successor is not None:
        link = of_link(successor, at, zone, asked=successor.id in asked)
        severity, do, waits = max(severity, link.severity, key=RANK.__getitem__), link.do, link.asked
    return Due(
        "certificate-expiry",
        pair.id,
        pair.holder,
        pair.provider,
        pair.not_after,
        days,
        severity,
        do,
        successor.id if successor else pair.id,
        link=link,
        asked=waits,
    )


def of_link(link: Link, at: datetime, zone: tzinfo, *, asked: bool = False) -> Due:
    """What an unsettled link means: a file about to be deleted, one that is gone, or one that waits for its PIN.

    Where the provider was ``asked`` for a new one, there is nothing to do but to wait for that.
    """
    due = _of_link(link, at, zone)
    return due._replace(do="look", asked=True) if asked else due


def _of_link(link: Link, at: datetime, zone: tzinfo) -> Due:
    needs = link.needs_at(at)
    if link.kind == "pin":
        return _link(link, "half-waiting", link.received, at, zone, "warning", "look")
    if link.parked:
        since = link.last_attempt or link.received
        return _link(link, "half-waiting", since, at, zone, "warning", "ask-pin")
    date = link.deadline or link.received
    if needs == "new-link":
        return _link(link, "link-deletion", date, at, zone, "expired", "request")
    days = days_between(at, date, zone)
    severity: Severity = "critical" if link.deadline is not None and days <= LINK_CRITICAL else "warning"
    return _link(link, "link-deletion", date, at, zone, severity, "ask-pin")


def of_backup(vault: str, missing: Missing, at: datetime, zone: tzinfo) -> Due:
    """A fresh backup that is ``missing``: an entry about the vault, of no holder and no provider."""
    days = days_between(at, missing.since, zone)
    return Due("backup", vault, None, "", missing.since, days, "warning", "look", vault, missing.why)


def of_trouble(trouble: Trouble, at: datetime, zone: tzinfo) -> Due:
    """What keeps people from being warned: nothing is more urgent than what has run out, and this is next to it."""
    days = days_between(at, trouble.since, zone)
    return Due("watcher", trouble.on, None, "", trouble.since, days, "critical", "look", trouble.on, trouble.why)


def of_request(request: "Request", at: datetime, zone: tzinfo, days: int) -> Due:
    """A request that was not answered within so many days."""
    since = request.overdue(days)
    left = days_between(at, since, zone)
    about = request.about
    return Due("request-unanswered", about, request.holder, request.provider, since, left, "warning", "request", about)


def of_activation(activation: "Activation", at: datetime, zone: tzinfo) -> Due:
    """A pair that must be activated before it works."""
    pair, since, provider, holder = activation
    left = days_between(at, since, zone)
    return Due("activation", pair, holder, provider, since, left, "warning", "activate", pair)


def of_installation(
    one: "Installation", target: "Target", at: datetime, zone: tzinfo, *, warning: int = CERTIFICATE_WARNING
) -> Due:
    """A pair that is not installed where it belongs: the more urgent the sooner the old one runs out that is there."""
    date = one.until or one.since
    days = days_between(at, date, zone)
    old = one.until is not None
    severity = _severity(date <= at, days, warning, CERTIFICATE_CRITICAL) if old else "warning"
    ref = one.wanted or ""
    due = Due("install", one.id, target.holder, one.provider, date, days, severity, "install", ref)
    return due._replace(target=target, old=old)


def successors(pairs: Iterable[Pair], links: Iterable[Link], at: datetime) -> dict[str, Link]:
    """Which open link brings the successor of which pair: pair id to link.

    The newest open link of the same holder and provider that was mailed after the certificate began; each link serves
    one pair, the one that runs out first.
    """
    free = sorted(
        (link for link in links if link.kind != "pin" and link.state_at(at) == "open"),
        key=lambda link: link.received,
        reverse=True,
    )
    found: dict[str, Link] = {}
    for pair in sorted(pairs, key=lambda pair: pair.not_after):
        for link in free:
            same = link.holder == pair.holder and link.provider == pair.provider
            if same and link.received >= pair.not_before:
                found[pair.id] = link
                free.remove(link)
                break
    return found


def partners(pins: Iterable[Link], links: Iterable[Link]) -> dict[str, str]:
    """The link that each of the waiting ``pins`` can open, where there is one: id to id."""
    candidates = list(links)
    return {pin.id: link.id for pin in pins for link in candidates if fits_pin(link, pin)}


def with_pins(due: Iterable[Due], partner: Mapping[str, str], told: set[str]) -> Iterator[Due]:
    """``due`` with what waiting PINs change: where the link of one is here (``partner``), it is told once, to be
    fetched. ``told`` are the links that are among ``due`` without their PINs."""
    links = set(partner.values())
    for one in due:
        link = partner.get(one.id)
        if link in told:
            continue
        ref = link or one.ref
        yield one._replace(do="fetch", ref=ref, asked=False) if ref in links else one


def settled(link: Link, pairs: Iterable[Pair], at: datetime) -> bool:
    """Whether a link whose file is gone needs nobody any more.

    So it is where a pair of the same holder and provider was added after the link was mailed.
    """
    if link.needs_at(at) != "new-link":
        return False
    return any(pair.provider == link.provider and pair.added >= link.received for pair in pairs)


def soonest_first(due: Iterable[Due]) -> list[Due]:
    """Soonest date first; of one date the more severe first."""
    return sorted(due, key=lambda one: (one.date, -RANK[one.severity], one.id))


def _severity(past: bool, days: int, warning: int, critical: int) -> Severity:
    if past:
        return "expired"
    if days <= critical:
        return "critical"
    return "warning" if days <= warning else "ok"


def _link(link: Link, kind: Kind, date: datetime, at: datetime, zone: tzinfo, severity: Severity, do: Do) -> Due:
    days = days_between(at, date, zone)
    return Due(kind, link.id, link.holder, link.provider, date, days, severity, do, link.id)
