"""Files and PINs that wait: which PIN is tried on which file, and whose is used up."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stand_in.certificates import make_pair
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.model.link import Link
from vault.operations.find import Profiles
from vault.operations.ingest import ingest
from vault.operations.sources import Source
from vault.operations.waiting import Match, matches, wait
from vault.pkcs12.opener import ChildOpener
from vault.secret import Pin

VECTORS = Path(__file__).parents[2] / "vectors" / "pkcs12"
OWN, OTHER = "Kaya", "Schmidt"
PIN = "Test-1234"
"""The PIN of the vectors."""


@pytest.fixture(scope="module")
def opener() -> Iterator[ChildOpener]:
    """Opens PKCS#12 files."""
    with ChildOpener(os.urandom) as found:
        yield found


def file(custody: Custody, profiles: Profiles, data: bytes, holder: str = OWN) -> Link:
    """A file that waits."""
    (link,) = ingest(
        custody,
        [Source("a.p12", lambda: data, by_hand=True)],
        profiles,
        holder=holder,
        provider="vhv",
        at=NOW,
        random=os.urandom,
    ).links
    return link


def noted(custody: Custody, profiles: Profiles, pin: str, holder: str = OWN, provider: str = "vhv") -> Link:
    """A PIN that waits."""
    return wait(custody, Pin(pin), holder=holder, provider=provider, profiles=profiles, at=NOW, random=os.urandom).link


def met(custody: Custody, opener: ChildOpener) -> list[tuple[str, str]]:
    """The files and PINs that meet, by their ids."""
    found: list[Match] = list(matches(custody, opener, lambda _done, _total: None))
    return [(one.file.id, one.half.link.id) for one in found]


@pytest.mark.parametrize("name", ["no-mac", "no-mac-rc4"])
def test_a_file_without_a_mac_meets_a_pin_of_its_own_holder(
    name: str, custody: Custody, profiles: Profiles, opener: ChildOpener
) -> None:
    """Opened with each of his, because nothing else tells; what waits for others is not tried on it."""
    waiting = file(custody, profiles, (VECTORS / f"{name}.p12").read_bytes())
    noted(custody, profiles, PIN, OTHER)
    noted(custody, profiles, PIN, provider="tgic")
    noted(custody, profiles, "Wrong-1")
    assert met(custody, opener) == []
    right = noted(custody, profiles, PIN, provider="generic")
    assert met(custody, opener) == [(waiting.id, right.id)]


def test_a_file_that_any_pin_opens_meets_none(custody: Custody, profiles: Profiles, opener: ChildOpener) -> None:
    """Nothing is proven by it."""
    file(custody, profiles, make_pair("Kaya", PIN, flavour="open"))
    noted(custody, profiles, PIN)
    assert met(custody, opener) == []


def test_of_equal_pins_that_of_the_own_holder_is_used(
    custody: Custody, profiles: Profiles, opener: ChildOpener
) -> None:
    """Two people chose the same PIN: each file meets its own holder's, whichever was noted first."""
    hers = noted(custody, profiles, PIN, OTHER)
    his = noted(custody, profiles, PIN)
    first = file(custody, profiles, make_pair("Kaya", PIN))
    second = file(custody, profiles, make_pair("Schmidt", PIN), OTHER)
    assert set(met(custody, opener)) == {(first.id, his.id), (second.id, hers.id)}


def test_one_pin_serves_one_of_two_files(custody: Custody, profiles: Profiles, opener: ChildOpener) -> None:
    """He chose the same for both certificates, and it waits once: one file meets it, the other waits on."""
    files = {file(custody, profiles, make_pair(name, PIN)).id for name in ("Kaya", "Kaya Filiale")}
    pin = noted(custody, profiles, PIN)
    ((one, half),) = met(custody, opener)
    assert (one in files, half) == (True, pin.id)
