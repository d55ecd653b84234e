"""What somebody with the watch key, or who can write mails, makes of files that wait: nothing beyond what is proven."""

from __future__ import annotations

import os

import pytest

from tests.attacks.attacker import plain_sql
from tests.attacks.story import PROFILES, Story
from tests.attacks.test_planted import fetched, letterbox, plant
from tests.attacks.watcher import Watcher
from tests.stand_in.certificates import make_authority, make_pair
from tests.support import vaults
from tests.support.vaults import NOW
from vault.crypto.failure import NotAuthentic
from vault.crypto.hpke import unseal
from vault.errors import AnyPinOpens, Busy, NotPkcs12, ParkedDamaged, ParkedFileNeedsPin, UnaskedSuccessor
from vault.model.canonical import canonical
from vault.model.link import Link
from vault.model.parked import ParkedFile
from vault.operations.ingest import ingest
from vault.operations.sources import Source
from vault.operations.waiting import halves, matches, wait
from vault.ports.opener import Matcher
from vault.secret import Pin

PIN = "PIN-typed-5"


def waiting(story: Story, *files: bytes, holder: str = "Schmidt") -> list[Link]:
    """Links of these files."""
    with vaults.custody(story.folder) as custody:
        sources = [Source("a.p12", lambda file=file: file, by_hand=True) for file in files]  # type: ignore[misc]
        return ingest(custody, sources, PROFILES, holder=holder, provider="arag", at=NOW, random=os.urandom).links


def sealed_of(story: Story, link: str) -> bytes:
    """What lies in the inbox for a link."""
    with vaults.custody(story.folder) as custody, custody.reading() as reader:
        found = reader.parked(link)
        assert found is not None
        return found


def test_a_watch_key_reads_no_waiting_file(story: Story, watcher: Watcher) -> None:
    """None of the octets that a watch key is worth opens what it put in itself."""
    (link,) = waiting(story, make_pair("Neu", PIN))
    sealed = sealed_of(story, link.id)
    for octets in watcher.octets.values():
        for info in (b"", f'{{"kind":"mailed-file","link":"{link.id}"}}'.encode()):
            with pytest.raises(NotAuthentic):
                unseal(octets, sealed[1:], info)


def test_sealed_files_cannot_change_places(story: Story, opener: Matcher) -> None:
    """Two files swapped between their rows open nowhere, and neither does a file of another kind of link."""
    first, second = waiting(story, make_pair("Neu", PIN), make_pair("Anders", PIN))
    swapped = sealed_of(story, second.id)
    plant(story, first.id, swapped)
    with vaults.custody(story.folder) as custody, pytest.raises(ParkedDamaged):
        fetched(custody, opener, first.id)
    with plain_sql(story.folder, story.register) as connection:
        connection.execute("UPDATE link SET kind = 'link' WHERE id = ?", (second.id,))
    with vaults.custody(story.folder) as custody, pytest.raises(ParkedDamaged):
        fetched(custody, opener, second.id)


def test_a_planted_release_proves_nothing(story: Story, opener: Matcher) -> None:
    """For a file out of a mail no portal ever vouched: one that any PIN opens is refused, whatever lies beside it."""
    file = make_pair("Schmidt", PIN, flavour="open")
    (link,) = waiting(story, file)
    with vaults.custody(story.folder) as custody, pytest.raises(AnyPinOpens):
        fetched(custody, opener, link.id)
    released = letterbox(story).seal("mailed-file", link.id, ParkedFile(file, Pin(PIN)).to_bytes())
    plant(story, link.id, released)
    with vaults.custody(story.folder) as custody, pytest.raises(NotPkcs12):
        fetched(custody, opener, link.id)


def test_a_planted_file_holds_no_more_than_its_pin_proves(story: Story, opener: Matcher) -> None:
    """The PIN that a person has opens the issuer's file, and not the one that was put in its place."""
    (link,) = waiting(story, make_pair("Neu", PIN))
    plant(story, link.id, letterbox(story).seal("mailed-file", link.id, make_pair("Neu", "attackers-own")))
    with vaults.custody(story.folder) as custody, pytest.raises(ParkedFileNeedsPin):
        fetched(custody, opener, link.id)


def test_a_made_up_certificate_takes_no_place(story: Story, opener: Matcher) -> None:
    """Who mails a file with somebody's subject and tells its PIN by telephone: a person is shown the issuers."""
    forged = make_pair("Schmidt", PIN, authority=make_authority("Evil CA"))
    (link,) = waiting(story, forged)
    with vaults.custody(story.folder) as custody:
        with pytest.raises(UnaskedSuccessor) as asked:
            fetched(custody, opener, link.id)
        with custody.reading() as reader:
            assert reader.pair(story.schmidt.id) == story.schmidt
            found = reader.link(link.id)
    assert asked.value.fields["issuer"] != story.schmidt.issuer == asked.value.fields["other"]
    assert found is not None
    assert (found.state, found.parked) == ("open", True)


def noted(story: Story, pin: str, holder: str = "Schmidt") -> Link:
    """A PIN that waits."""
    with vaults.custody(story.folder) as custody:
        return wait(
            custody, Pin(pin), holder=holder, provider="arag", profiles=PROFILES, at=NOW, random=os.urandom
        ).link


def test_a_watch_key_reads_no_waiting_pin_and_sees_no_length(story: Story, watcher: Watcher) -> None:
    """A short one and a long one are sealed to the same length, and no octet of a watch key opens either."""
    links = [noted(story, pin) for pin in ("1234", "x" * 1000, "\U0001f511" * 1024)]
    sealed = [sealed_of(story, link.id) for link in links]
    assert len({len(one) for one in sealed}) == 1
    context = {"label": "certvault/1/inbox", "vault": watcher.slots.vault, "kind": "pin", "link": links[0].id}
    for octets in watcher.octets.values():
        with pytest.raises(NotAuthentic):
            unseal(octets, sealed[0][1:], canonical(context))


def test_sealed_pins_cannot_change_places(story: Story, opener: Matcher) -> None:
    """A PIN moved to another holder's row, or in the place of a file, opens nowhere and meets nothing."""
    (file,) = waiting(story, make_pair("Neu", PIN))
    mine, hers = noted(story, PIN), noted(story, "other", "Müller")
    plant(story, hers.id, sealed_of(story, mine.id))
    moved = sealed_of(story, mine.id)
    plant(story, mine.id, sealed_of(story, file.id))
    with vaults.custody(story.folder) as custody:
        assert halves(custody) == []
        assert list(matches(custody, opener, lambda _done, _total: None)) == []
    plant(story, file.id, moved)
    with vaults.custody(story.folder) as custody, pytest.raises(ParkedDamaged):
        fetched(custody, opener, file.id)


def test_a_planted_pair_of_halves_takes_no_place(story: Story, opener: Matcher) -> None:
    """File and PIN made up by whoever has the watch key, the issuer's name copied: a person must say so."""
    forged = make_pair("Schmidt", PIN)
    (file,) = waiting(story, forged)
    half = noted(story, PIN)
    with vaults.custody(story.folder) as custody:
        (match,) = matches(custody, opener, lambda _done, _total: None)
        assert (match.file.id, match.half.link.id) == (file.id, half.id)
        with pytest.raises(UnaskedSuccessor):
            fetched(custody, opener, file.id, half=half)
        with custody.reading() as reader:
            assert reader.pair(story.schmidt.id) == story.schmidt
            assert {link.state for link in reader.links(every=True)} == {"open"}


def test_a_pin_is_used_once(story: Story, opener: Matcher) -> None:
    """A row that was used and is asked for again, by another process or by who set it open: nothing is doubled."""
    (first,) = waiting(story, make_pair("Neu", PIN), holder="Neu")
    (second,) = waiting(story, make_pair("Anders", PIN), holder="Anders")
    half = noted(story, PIN)
    with vaults.custody(story.folder) as custody:
        fetched(custody, opener, first.id, half=half)
        with pytest.raises(Busy):
            fetched(custody, opener, second.id, half=half)
        with custody.reading() as reader:
            found = reader.link(second.id)
            assert found is not None
            assert found.state == "open"
            assert reader.parked(half.id) is None


@pytest.mark.parametrize(
    "data", [b"", b"\xff" * 4098, b"\0\4ab\0d" + bytes(4092), b"\0\4abcd", b"\0\1\xff" + bytes(4095)]
)
def test_a_planted_pin_that_is_none_is_left_out(data: bytes, story: Story) -> None:
    """What is not as the program writes it meets nothing, and stops nobody."""
    link = noted(story, PIN)
    plant(story, link.id, letterbox(story).seal("pin", link.id, data))
    with vaults.custody(story.folder) as custody:
        assert halves(custody) == []


def test_who_plants_all_pins_learns_none(story: Story, opener: Matcher) -> None:
    """A watch key can plant a row for every PIN there is; which of them was right is seen by none of them."""
    (link,) = waiting(story, make_pair("Neu", PIN), holder="Neu")
    for number in range(5):
        noted(story, f"PIN-typed-{number + 3}", "Neu")
    with vaults.custody(story.folder) as custody:
        fetched(custody, opener, link.id)
        with custody.reading() as reader:
            assert [one.state for one in reader.links(every=True) if one.kind == "pin"] == ["open"] * 5
