"""LINK, PAIR and DUE as scripts read them: these keys, no more and no less."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from vault.model.due import Due
from vault.model.event import Recorded
from vault.model.holder import Holder
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.texts import said
from vault.model.times import text

Shape = dict[str, object]


def link(found: Link, holder: Holder | None, *, at: datetime, duplicate: bool = False) -> Shape:
    """LINK; ``holder`` is a name, ``duplicate`` says that it was here before."""
    return {
        "id": found.id,
        "kind": found.kind,
        "provider": found.provider,
        "holder": name(holder),
        "url": found.url,
        "reference": found.reference if found.kind == "link" else None,
        "received": text(found.received),
        "deadline": moment(found.deadline),
        "state": found.state_at(at),
        "needs": found.needs_at(at),
        "refusals": found.refusals,
        "last_attempt": moment(found.last_attempt),
        "trust": found.trust if found.kind == "link" else None,
        "duplicate": duplicate,
    }


def pair(found: Pair, holder: Holder | None) -> Shape:
    """PAIR; ``holder`` is a name."""
    return {
        "id": found.id,
        "provider": found.provider,
        "holder": name(holder),
        "lineage": found.lineage,
        "purpose": found.purpose,
        "subject": found.subject,
        "issuer": found.issuer,
        "serial": found.serial,
        "fingerprint": found.fingerprint,
        "not_before": text(found.not_before),
        "not_after": text(found.not_after),
        "state": found.state,
        "proof": found.proof,
        "added": text(found.added),
        "superseded_by": found.superseded_by,
    }


def due(found: Due, holder: Holder | None) -> Shape:
    """DUE; ``holder`` is a name."""
    return {
        "kind": found.kind,
        "id": found.id,
        "holder": name(holder),
        "provider": found.provider,
        "date": text(found.date),
        "days_left": found.days_left,
        "severity": found.severity,
        "next": {"do": found.do, "ref": found.ref},
    }


def event(found: Recorded, names: Mapping[str, str]) -> Shape:
    """One line of the audit log; ``names`` are those of the holders by their ids. What was forgotten is None."""
    one = found.event
    return {
        "number": found.number,
        "at": text(one.at),
        "slot": one.actor.slot,
        "user": one.actor.user,
        "what": one.what,
        "pair": one.pair,
        "link": one.link,
        "holder": names.get(one.holder or "", one.holder),
        "details": said(found),
    }


def name(holder: Holder | None) -> str | None:
    """The name of a holder, or None."""
    return None if holder is None else holder.name


def moment(at: datetime | None) -> str | None:
    """A moment as text, or None."""
    return None if at is None else text(at)
