"""Links and parked files that somebody with the register key planted: neither leads anywhere, nor becomes a pair."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Callable, Mapping

import pytest

from tests.attacks.attacker import plain_sql
from tests.attacks.story import PROFILES, YEAR, Story
from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.vaults import NOW
from vault.crypto import hpke
from vault.custody import Custody
from vault.errors import (
    AnyPinOpens,
    Damaged,
    LinkNotAllowed,
    NoUsablePair,
    ParkedDamaged,
    ParkedFileNeedsPin,
    ProviderNotTrusted,
    ProviderUnknown,
)
from vault.keys.derive import watch_keys
from vault.ledger.pairs import Stored
from vault.model.link import Link
from vault.model.parked import ParkedFile
from vault.model.profile import TRUSTED, Profile
from vault.operations import find
from vault.operations.fetch import fetch
from vault.operations.ingest import ingest
from vault.operations.providers import digest
from vault.operations.sources import Source
from vault.ports.opener import Opener
from vault.profiles import read_own
from vault.sealing import Letterbox
from vault.secret import Pin

URL = "https://www.arag.de/TokenService/download?did="
DID = "f83f71f08bdf3c90"
PIN = "PIN-typed-5"


class Unreachable:
    """A portal that is never to be asked."""

    def reach(self, url: object, *_rest: object) -> bytes:
        """Fail the test."""
        raise AssertionError(url)


def linked(story: Story, did: str = DID) -> Link:
    """A link of Schmidt's in the register."""
    with vaults.custody(story.folder) as custody:
        source = Source("-", (URL + did).encode, by_hand=True)
        return ingest(custody, [source], PROFILES, holder="Schmidt", at=NOW, random=os.urandom).links[0]


def fetched(
    custody: Custody,
    opener: Opener,
    link: str,
    pin: str = PIN,
    profiles: Mapping[str, Profile] = PROFILES,
    half: Link | None = None,
) -> Stored:
    """Fetch the link as it stands in the register, with a portal that must not be asked."""
    found = find.link(custody, link, PROFILES)
    return fetch(
        custody,
        found,
        Pin(pin),
        profile=find.profile_named(found.provider, profiles),
        portal=Unreachable(),
        opener=opener,
        progress=lambda _arrived, _expected: None,
        half=half,
        at=NOW,
        random=os.urandom,
    )


ELSEWHERE = [
    "https://evil.example/TokenService/download?did=f83f71f08bdf3c90",
    "https://www.arag.de.evil.example/TokenService/download?did=f83f71f08bdf3c90",
    "https://www.arag.de@evil.example/TokenService/download?did=f83f71f08bdf3c90",
    "https://www.arag.de:8443/TokenService/download?did=f83f71f08bdf3c90",
    "http://www.arag.de/TokenService/download?did=f83f71f08bdf3c90",
    "https://www.arag.de/elsewhere?did=f83f71f08bdf3c90",
    "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90&did=f83f71f08bdf3c91",
    "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90\r\nX-Evil: 1",
    "https://127.0.0.1/TokenService/download?did=f83f71f08bdf3c90",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "",
    None,
]


@pytest.mark.parametrize("url", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_planted_address_is_never_asked(url: str | None, story: Story, opener: Opener) -> None:
    """What is stored is checked against the profile again, before anything leaves the house."""
    link = linked(story)
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE link SET url = ?", (url,))
    with vaults.custody(story.folder) as custody, pytest.raises(LinkNotAllowed):
        fetched(custody, opener, link.id)


@pytest.mark.parametrize("name", ["evil", "../../profile", "https://evil.example", "\x00", "x" * 10_000])
def test_a_planted_provider_opens_no_profile(name: str, story: Story, opener: Opener) -> None:
    """The register names a profile that ships or none: it names no file, and widens no list of hosts."""
    link = linked(story)
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE link SET provider = ?", (name,))
    with vaults.custody(story.folder) as custody, pytest.raises(ProviderUnknown):
        fetched(custody, opener, link.id)


@pytest.mark.parametrize("trust", ["verified", "by-hand"])
def test_a_planted_grade_of_trust_opens_nothing(trust: str, story: Story, opener: Opener) -> None:
    """Whatever the register says of a link's mail: where it may lead is the profile's matter alone."""
    link = linked(story)
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE link SET url = ?, trust = ?", (ELSEWHERE[0], trust))
    with vaults.custody(story.folder) as custody, pytest.raises(LinkNotAllowed):
        fetched(custody, opener, link.id)


def test_a_planted_trust_widens_nothing(story: Story, opener: Opener) -> None:
    """A setting that says "trusted", for a profile that a user wrote and nobody looked at, is not believed."""
    link = linked(story)
    wider = read_own("arag", 'hosts = ["www.arag.de", "evil.example"]', "arag.toml")
    with plain_sql(story.folder, story.register) as connection:
        row = (TRUSTED + "arag", digest(wider), bytes(32))
        connection.execute("INSERT INTO setting (name, value, auth) VALUES (?, ?, ?)", row)
    with vaults.custody(story.folder) as custody, pytest.raises(ProviderNotTrusted):
        fetched(custody, opener, link.id, profiles={"arag": wider})


def letterbox(story: Story) -> Letterbox:
    """What a watch key gives: it puts in, and takes nothing out."""
    with vaults.custody(story.folder) as custody:
        keys = watch_keys(custody.root, custody.vault_id, 1, 1)
        return Letterbox(keys.inbox_public, custody.vault_id)


def plant(story: Story, link: str, sealed: bytes) -> None:
    """Put something where a file waits for its PIN."""
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("INSERT OR REPLACE INTO parked (link, sealed) VALUES (?, ?)", (link, sealed))


NOTHING_SEALED: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "random bytes": lambda _: os.urandom(5000),
    "zeros": lambda _: bytes(5000),
    "cut short": lambda good: good[:-1],
    "another version": lambda good: b"\x02" + good[1:],
    "one bit": lambda good: good[:100] + bytes([good[100] ^ 1]) + good[101:],
    "bytes behind": lambda good: good + b"\0",
}


@pytest.mark.parametrize("name", NOTHING_SEALED)
def test_a_parked_file_that_was_changed_is_damage(name: str, story: Story, opener: Opener) -> None:
    """Nothing is asked of the portal instead, and nothing is stored."""
    link = linked(story)
    good = letterbox(story).seal("file", link.id, ParkedFile(make_pair("Schmidt", PIN), Pin(PIN)).to_bytes())
    plant(story, link.id, NOTHING_SEALED[name](good))
    with vaults.custody(story.folder) as custody, pytest.raises(ParkedDamaged):
        fetched(custody, opener, link.id)


NO_PARKED_FILE = {
    "no JSON": b"\xff\x00",
    "nested": b"[" * 100_000 + b"]" * 100_000,
    "a list": b"[]",
    "a number": b"5",
    "no PIN": b'{"pkcs12": ""}',
    "no file": b'{"pin": null}',
    "a number as a PIN": b'{"pin": 5, "pkcs12": ""}',
    "a list as a PIN": b'{"pin": ["x"], "pkcs12": ""}',
    "a number as a file": b'{"pin": null, "pkcs12": 5}',
    "no base64": b'{"pin": null, "pkcs12": "%%%"}',
    "other letters": '{"pin": null, "pkcs12": "ÄÄ=="}'.encode(),
}
"""What anybody with the inbox's public half can seal: it opens, and is no parked file."""


@pytest.mark.parametrize("name", NO_PARKED_FILE)
def test_a_parked_file_of_a_stranger_is_read_as_hostile(name: str, story: Story, opener: Opener) -> None:
    """Well sealed proves nothing: what comes out of the inbox is checked like what comes from the network."""
    link = linked(story)
    plant(story, link.id, letterbox(story).seal("file", link.id, NO_PARKED_FILE[name]))
    with vaults.custody(story.folder) as custody, pytest.raises(ParkedDamaged):
        fetched(custody, opener, link.id)


@pytest.mark.parametrize("released", [None, "PIN-guessed", "\ud800", ""])
def test_a_planted_file_becomes_no_pair_without_its_pin(released: str | None, story: Story, opener: Opener) -> None:
    """The attacker's own certificate waits for the broker's PIN: it does not open with it, or proves nothing."""
    link = linked(story)
    for file, refused in (
        (make_pair("Schmidt", "attacker's", not_after=NOW + YEAR), ParkedFileNeedsPin),
        (make_pair("Schmidt", "", not_after=NOW + YEAR, flavour="open"), AnyPinOpens),
        (b"no PKCS#12 at all", NoUsablePair),
        (b"", NoUsablePair),
        (bytes(3_000_000), NoUsablePair),
    ):
        inside = {"pin": released, "pkcs12": base64.b64encode(file).decode()}
        plant(story, link.id, letterbox(story).seal("file", link.id, json.dumps(inside).encode()))
        with vaults.custody(story.folder) as custody:
            with pytest.raises(refused):
                fetched(custody, opener, link.id)
            with custody.reading() as reader:
                assert reader.count_current() == 2


def test_the_parked_file_of_another_link_or_vault_does_not_open(story: Story, opener: Opener) -> None:
    """Its link and vault are sealed with it."""
    first, second = linked(story), linked(story, "f83f71f08bdf3c91")
    parked = ParkedFile(make_pair("Schmidt", PIN), Pin(PIN)).to_bytes()
    with vaults.custody(story.folder) as custody:
        keys = watch_keys(custody.root, custody.vault_id, 1, 1)
    for sealed in (
        letterbox(story).seal("file", first.id, parked),
        letterbox(story).seal("mail", second.id, parked),
        Letterbox(keys.inbox_public, "0000000000000000").seal("file", second.id, parked),
        Letterbox(hpke.public_of(bytes(31) + b"\x01"), "0000000000000000").seal("file", second.id, parked),
    ):
        plant(story, second.id, sealed)
        with vaults.custody(story.folder) as custody, pytest.raises(ParkedDamaged):
            fetched(custody, opener, second.id)


def test_a_changed_older_pair_is_found_before_its_pin_could_be_sent(story: Story, opener: Opener) -> None:
    """Whether last year's PIN was typed is asked of pairs that open: one that was changed stops the fetch."""
    link = linked(story)
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE pair SET proof = 'portal' WHERE id = ?", (story.schmidt.id,))
    with vaults.custody(story.folder) as custody, pytest.raises(Damaged):
        fetched(custody, opener, link.id)


def test_a_claim_taken_back_gives_the_same_pair_again(story: Story, opener: Opener) -> None:
    """A claimed link made open, its own file planted again with its true PIN: known already, nothing doubled."""
    link = linked(story)
    contents = story.genuine[story.schmidt.fingerprint]
    parked = ParkedFile(contents.pkcs12, contents.pin).to_bytes()
    plant(story, link.id, letterbox(story).seal("file", link.id, parked))
    with vaults.custody(story.folder) as custody:
        stored = fetched(custody, opener, link.id, contents.pin.reveal())
        assert (stored.known, stored.pair) == (True, story.schmidt)
