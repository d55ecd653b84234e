"""From a link and its PIN to a pair, against a token service over real TLS."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.stand_in.certificates import make_pair
from tests.stand_in.pages import Shape
from tests.stand_in.service import StandIn
from tests.stand_in.tricks import Trick
from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import (
    LineageUnclear,
    LinkAlreadyClaimed,
    LinkGone,
    NotReachable,
    OutcomeUnknown,
    PageNotUnderstood,
    ParkedFileNeedsPin,
    PassphraseAsPin,
    PinOfOlderPair,
    PinRefused,
    RedirectNotAllowed,
    RefusedBefore,
)
from vault.ledger.pairs import Stored
from vault.model.link import Link
from vault.model.profile import Profile
from vault.model.succession import UNSAID, Placing
from vault.operations import register
from vault.operations.fetch import fetch
from vault.operations.find import link as find_link
from vault.operations.ingest import ingest
from vault.operations.sources import Source
from vault.pkcs12.opener import ChildOpener
from vault.portal.service import TokenService
from vault.secret import Pin

PIN = "Ab3xÄ-9"
Fetch = Callable[..., Stored]


@pytest.fixture(autouse=True)
def _network(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stand_in.environment().items():
        monkeypatch.setenv(name, value)


def taken_in(custody: Custody, profiles: dict[str, Profile], url: str, holder: str | None = "Schäffer, René") -> Link:
    """The link ``url``, ingested."""
    source = Source("-", url.encode, by_hand=True)
    found = ingest(custody, [source], profiles, holder=holder, at=NOW, random=os.urandom)
    assert not found.rejected
    return found.links[0]


@pytest.fixture
def run(custody: Custody, profiles: dict[str, Profile]) -> Fetch:
    """Fetch a link as it stands in the register."""

    def fetching(link: Link, pin: str = PIN, *, insist: bool = False, placing: Placing = UNSAID) -> Stored:
        with ChildOpener(os.urandom) as opener:
            return fetch(
                custody,
                find_link(custody, link.id, profiles),
                Pin(pin),
                profile=profiles["arag"],
                portal=TokenService(lambda _: None),
                opener=opener,
                progress=lambda _arrived, _expected: None,
                insist=insist,
                placing=placing,
                at=NOW,
                random=os.urandom,
            )

    return fetching


def state(custody: Custody, link: Link) -> Link:
    """The link as it stands now."""
    with custody.reading() as reader:
        found = reader.link(link.id)
    assert found is not None
    return found


def test_a_fetched_pair_is_stored_claimed_and_opens(
    custody: Custody, profiles: dict[str, Profile], stand_in: StandIn, run: Fetch
) -> None:
    """The whole way: link, page, PIN, file, proof, record."""
    file = make_pair("Schäffer", PIN)
    link = taken_in(custody, profiles, stand_in.offer("a000000000000001", pin=PIN, file=file, shape=Shape.JSF))
    stored = run(link)
    assert custody.contents(stored.pair) == (file, Pin(PIN))
    assert stored.pair.proof == "file"
    now = state(custody, link)
    assert (now.state, now.pair, now.parked, now.refusals) == ("claimed", stored.pair.id, False, 0)
    with pytest.raises(LinkAlreadyClaimed):
        run(link)


def test_a_successor_supersedes_in_one_lineage(
    custody: Custody, profiles: dict[str, Profile], stand_in: StandIn, run: Fetch
) -> None:
    """The same subject again, later: the old pair is superseded and stays."""
    old_file = make_pair("Schäffer", PIN, not_after=NOW + timedelta(days=20))
    old = run(taken_in(custody, profiles, stand_in.offer("a000000000000002", pin=PIN, file=old_file)))
    new_file = make_pair("Schäffer", "Neu-22", not_after=NOW + timedelta(days=385))
    link = taken_in(custody, profiles, stand_in.offer("a000000000000003", pin="Neu-22", file=new_file), "Somebody else")
    new = run(link, "Neu-22")
    assert new.supersedes == old.pair.id
    assert new.said_holder == "Somebody else"
    story = register.history(custody, new.pair)
    assert [(row.pair.id, row.pair.state) for row in story.pairs] == [
        (new.pair.id, "current"),
        (old.pair.id, "superseded"),
    ]
    assert custody.contents(story.pairs[1].pair).pkcs12 == old_file


def test_a_refused_pin_is_counted_and_the_third_needs_a_person(
    custody: Custody, profiles: dict[str, Profile], stand_in: StandIn, run: Fetch
) -> None:
    """Counted before it is sent; from the second refusal nothing is sent unless somebody insists."""
    did = "a000000000000004"
    link = taken_in(custody, profiles, stand_in.offer(did, pin=PIN, file=make_pair("Schäffer", PIN)))
    for count in (1, 2):
        with pytest.raises(PinRefused):
            run(link, "wrong")
        assert state(custody, link).refusals == count
    asked = len(stand_in.of(did))
    with pytest.raises(RefusedBefore):
        run(link)
    assert len(stand_in.of(did)) == asked
    assert run(link, insist=True).pair.state == "current"


def test_the_passphrase_is_never_sent_as_a_pin(
    custody: Custody, profiles: dict[str, Profile], stand_in: StandIn, run: Fetch
) -> None:
    """Nothing leaves the house, not even the question for the page."""
    did = "a000000000000005"
    link = taken_in(custody, profiles, stand_in.offer(did, pin=PIN, file=b""))
    with pytest.raises(PassphraseAsPin):
        run(link, vaults.PASSPHRASE.reveal())
    assert not stand_in.of(did)


def test_last_years_pin_is_never_sent(
    custody: Custody, profiles: dict[str, Profile], stand_in: StandIn, run: Fetch
) -> None:
    """A new certificate always brings a new PIN: the old one is a slip of the hand."""
    run(taken_in(custody, profiles, stand_in.offer("a000000000000006", pin=PIN, file=make_pair("Schäffer", PIN))))
    did = "a000000000000007"
    link = taken_in(custody, profiles, stand_in.offer(did, pin="other", file=make_pair("Schäffer", "other")))
    with pytest.raises(PinOfOlderPair):
        run(link)
    assert not stand_in.of(did)


def test_a_file_that_the_pin_does_not_open_is_kept_and_tried_locally(
    custody: Custody, profiles: dict[str, Profile], stand_in: StandIn, run: Fetch
) -> None:
    """One secret for the page, another for the file: nothing is asked twice, and the file's PIN is the pair's."""
    did = "a000000000000008"
    file = make_pair("Schäffer", "file-secret")
    link = taken_in(custody, profiles, stand_in.offer(did, pin=PIN, file=file))
    with pytest.raises(ParkedFileNeedsPin):
        run(link)
    waiting = state(custody, link)
    assert (waiting.parked, waiting.needs_at(NOW), waiting.refusals) == (True, "pin", 0)
    asked = len(stand_in.of(did))
    with pytest.raises(ParkedFileNeedsPin):
        run(link, "again wrong")
    stored = run(link, "file-secret")
    assert len(stand_in.of(did)) == asked
    assert custody.contents(stored.pair) == (file, Pin("file-secret"))


def test_a_file_that_any_pin_opens_is_proven_by_the_portal(
    custody: Custody, profiles: dict[str, Profile], stand_in: StandIn, run: Fetch
) -> None:
    """The portal released it for this very PIN; the record says so."""
    file = make_pair("Schäffer", PIN, flavour="open")
    stored = run(taken_in(custody, profiles, stand_in.offer("a000000000000009", pin=PIN, file=file)))
    assert stored.pair.proof == "portal"
    assert custody.contents(stored.pair) == (file, Pin(PIN))


def test_an_unclear_lineage_loses_nothing_and_is_settled_locally(
    custody: Custody, profiles: dict[str, Profile], stand_in: StandIn, run: Fetch
) -> None:
    """The file waits while a person thinks; then it is stored without asking the portal again."""
    first = run(taken_in(custody, profiles, stand_in.offer("a00000000000000a", pin=PIN, file=make_pair("A", PIN))))
    did = "a00000000000000b"
    link = taken_in(custody, profiles, stand_in.offer(did, pin="P2", file=make_pair("B", "P2")))
    with pytest.raises(LineageUnclear) as error:
        run(link, "P2")
    assert [one["id"] for one in error.value.fields["candidates"]] == [first.pair.id]  # type: ignore[attr-defined]
    asked = len(stand_in.of(did))
    stored = run(link, "P2", placing=Placing(supersedes=first.pair))
    assert stored.supersedes == first.pair.id
    assert len(stand_in.of(did)) == asked


@pytest.mark.parametrize(
    ("trick", "error", "refusals", "kept"),
    [
        (Trick.GONE_TEXT, LinkGone, 0, "gone"),
        (Trick.GONE_AFTER, LinkGone, 0, "gone"),
        (Trick.LOST_AFTER, OutcomeUnknown, 1, "open"),
        (Trick.PUZZLE_AFTER, PageNotUnderstood, 1, "open"),
        (Trick.REDIRECT_HOST_AFTER, RedirectNotAllowed, 1, "open"),
        (Trick.GZIP, PageNotUnderstood, 0, "open"),
        (Trick.ERROR, NotReachable, 0, "open"),
    ],
)
def test_every_outcome_leaves_the_link_as_it_deserves(
    trick: Trick,
    error: type[Exception],
    refusals: int,
    kept: str,
    custody: Custody,
    profiles: dict[str, Profile],
    stand_in: StandIn,
    run: Fetch,
) -> None:
    """Gone is gone; a lost answer counts as a possible refusal; what was not understood before the PIN counts not."""
    did = f"a0000000000001{list(Trick).index(trick):02x}"
    link = taken_in(custody, profiles, stand_in.offer(did, pin=PIN, file=make_pair("Schäffer", PIN), trick=trick))
    with pytest.raises(error):
        run(link)
    now = state(custody, link)
    assert (now.refusals, now.state, now.last_attempt) == (refusals, kept, NOW)


def test_what_happened_stands_in_the_log(
    custody: Custody, profiles: dict[str, Profile], stand_in: StandIn, run: Fetch, folder: Path
) -> None:
    """The events of a pair, each authenticated, since the root key was there."""
    stored = run(
        taken_in(custody, profiles, stand_in.offer("a00000000000000c", pin=PIN, file=make_pair("Schäffer", PIN)))
    )
    story = register.history(custody, stored.pair)
    assert [one.event.what for one in story.events] == ["pair-added"]
    assert all(one.auth for one in story.events)
