"""Holders, pairs, links and events for a register, each made from a number: the same number, the same record."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from vault.model.actor import Actor
from vault.model.event import Event, Recorded
from vault.model.holder import Holder
from vault.model.ids import encode
from vault.model.link import Link
from vault.model.pair import Pair
from vault.model.target import Installation, Target

AT = datetime(2026, 11, 22, 7, 40, tzinfo=UTC)
SEALED = bytes(range(256)) * 12
"""What stands for a sealed value: the store cannot open one."""


def an_id(number: int, kind: str = "pair") -> str:
    """An id, unique among those of all kinds."""
    return encode(hashlib.sha256(f"{kind} {number}".encode()).digest()[:10])


def a_holder(number: int, **fields: Any) -> Holder:
    """A holder with one address and one agency number."""
    made = Holder(an_id(number, "holder"), f"Makler {number} GmbH", (f"makler{number}@example.org",), (f"70{number}",))
    return made._replace(**fields)


def a_pair(number: int, **fields: Any) -> Pair:
    """A current pair of holder 1, in a lineage of its own, that runs out ``number`` days after :data:`AT`."""
    made = Pair(
        id=an_id(number),
        provider="arag",
        holder=an_id(1, "holder"),
        lineage=an_id(number, "lineage"),
        purpose="",
        subject=f"CN=Makler {number},O=Beispiel",
        issuer="CN=Beispiel CA",
        serial=f"{number:02x}",
        fingerprint=hashlib.sha256(f"certificate {number}".encode()).hexdigest(),
        not_before=AT - timedelta(days=30),
        not_after=AT + timedelta(days=number),
        state="current",
        proof="file",
        added=AT,
    )
    return made._replace(**fields)


def a_link(number: int, **fields: Any) -> Link:
    """An open link of holder 1, deleted ``number`` days after :data:`AT`."""
    made = Link(
        id=an_id(number, "link"),
        kind="link",
        provider="arag",
        holder=an_id(1, "holder"),
        url=f"https://www.arag.de/TokenService/download?did={number:016x}",
        reference=f"{number:016x}",
        received=AT,
        deadline=AT + timedelta(days=number),
        subject="Link zu Ihrem Sicherheitszertifikat",
        sender="webservice-zertifikat@arag.de",
        recorded=AT,
    )
    return made._replace(**fields)


def an_event(number: int, **fields: Any) -> Recorded:
    """The event in place ``number``, with a hash that says nothing."""
    event = Event(AT, Actor("desk", "clerk"), "pair-added", details=(("proof", "file"), ("note", "Zoë")))
    return Recorded(number, event._replace(**fields), hashlib.sha256(bytes([number % 256])).digest(), None)


def a_target(number: int, **fields: Any) -> Target:
    """A target of holder 1, added ``number`` seconds after :data:`AT`."""
    made = Target(an_id(number, "target"), an_id(1, "holder"), "con-center", "", AT + timedelta(seconds=number))
    return made._replace(**fields)


def an_installation(number: int, **fields: Any) -> Installation:
    """That the lineage of pair ``number`` belongs into target 1; nothing is there yet."""
    made = Installation(
        an_id(number, "installation"), an_id(1, "target"), an_id(number, "lineage"), "arag", AT, wanted=an_id(number)
    )
    return made._replace(**fields)
