"""No event can be changed, moved or left out without breaking the chain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from vault.keys.authenticate import event_auth, same, setting_auth
from vault.model.actor import Actor
from vault.model.chain import BEFORE_THE_FIRST, event_hash
from vault.model.event import Event
from vault.secret import EventsKey

AT = datetime(2026, 11, 22, 7, 40, tzinfo=UTC)
EVENT = Event(AT, Actor("passphrase", "jo"), "pair-added", "P", "L", "H", (("proof", "file"),))
HASH = event_hash(BEFORE_THE_FIRST, 1, EVENT)
KEY = EventsKey(bytes(range(32)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", AT.replace(second=1)),
        ("actor", Actor("passphrase", "ann")),
        ("actor", Actor("other", "jo")),
        ("what", "pair-exported"),
        ("pair", None),
        ("link", "P"),
        ("holder", ""),
        ("details", ()),
        ("details", (("proof", "portal"),)),
        ("details", (("proof", "file"), ("to", "x"))),
    ],
)
def test_every_field_counts(field: str, value: Any) -> None:
    """Another value in any field gives another hash."""
    assert event_hash(BEFORE_THE_FIRST, 1, EVENT._replace(**{field: value})) != HASH


def test_place_counts() -> None:
    """Another number or another event before it gives another hash."""
    assert event_hash(BEFORE_THE_FIRST, 2, EVENT) != HASH
    assert event_hash(HASH, 1, EVENT) != HASH


def test_no_field_runs_into_the_next() -> None:
    """What moves from one field to its neighbour gives another hash."""
    one = EVENT._replace(pair="ab", link="c", details=(("a", "b"), ("c", "d")))
    for other in (one._replace(pair="a", link="bc"), one._replace(details=(("a", "b,c"), ("", "d")))):
        assert event_hash(HASH, 2, one) != event_hash(HASH, 2, other)


def test_authentication_is_for_one_purpose() -> None:
    """The authentication of an event or setting is for that event, number, name and value, under that key."""
    auths = {
        event_auth(KEY, HASH, 1),
        event_auth(KEY, HASH, 2),
        event_auth(KEY, bytes(32), 1),
        event_auth(EventsKey(bytes(32)), HASH, 1),
        setting_auth(KEY, "V", "zone", "Europe/Berlin"),
        setting_auth(KEY, "W", "zone", "Europe/Berlin"),
        setting_auth(KEY, "V", "zone", "UTC"),
        setting_auth(KEY, "V", "zon", "eEurope/Berlin"),
    }
    assert len(auths) == 8
    assert same(event_auth(KEY, HASH, 1), event_auth(KEY, HASH, 1))
