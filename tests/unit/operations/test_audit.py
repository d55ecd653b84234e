"""What is done is on record: every change with its event, the secret after its event, and the record can be asked."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from cli.render.events import NAMES
from tests.stand_in.certificates import make_pair
from tests.stand_in.service import StandIn
from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import (
    Ambiguous,
    LinkGone,
    NoRoom,
    NotFound,
    NotReachable,
    NoUsablePair,
    OutcomeUnknown,
    PageNotUnderstood,
    ParkedFileNeedsPin,
    PinRefused,
    SameCertificateOtherPin,
)
from vault.keys.making import Label
from vault.ledger.events import record
from vault.model.event import Event, Recorded, Wanted
from vault.model.happenings import ROOT_ONLY, SECRETS
from vault.model.pair import Pair
from vault.model.profile import Profile
from vault.model.texts import said
from vault.operations import audit
from vault.operations.add import add
from vault.operations.audit import Question
from vault.operations.export import export
from vault.operations.fetch import fetch
from vault.operations.find import link as find_link
from vault.operations.ingest import ingest
from vault.operations.keys import add_watch, remove
from vault.operations.pin import reveal
from vault.operations.settings import change
from vault.operations.sources import Source
from vault.pkcs12.opener import ChildOpener
from vault.portal.service import TokenService
from vault.ports.opener import Opener
from vault.ports.store import Reader, Renewal, Store, Writer
from vault.secret import Pin, RegisterKey

MAIL = b"""From: Token-Service <webservice-zertifikat@arag.de>
To: =?utf-8?q?Sch=C3=A4ffer=2C_Ren=C3=A9?= <rene@makler.example>
Subject: Link
Date: Fri, 20 Nov 2026 09:00:00 +0100
Content-Type: text/plain; charset=utf-8

Ihr Zertifikat: %s
"""


RECORDING = {"record", "_record", "_record_claim", "change_link", "park_file", "_put"}
"""Functions that take an event's name."""


class Strict:
    """A store on which no transaction may change anything without an event."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One transaction, at whose end there is an event more."""
        with self._store.writing() as writer:
            before = writer.head()
            yield writer
            assert writer.head().number > before.number, "something was written without an event"

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """One consistent view."""
        with self._store.reading() as reader:
            yield reader

    def wipe(self) -> None:
        """What the store does."""
        self._store.wipe()

    def unwiped(self) -> bool:
        """What the store says."""
        return self._store.unwiped()

    def renewed(self, path: Path, key: RegisterKey, renewal: Renewal) -> None:
        """A copy, in which all may be written."""
        self._store.renewed(path, key, renewal)

    def close(self) -> None:
        """Nothing: the store's owner closes it."""

    def snapshot(self, path: Path, key: RegisterKey) -> None:
        """As the store does."""
        self._store.snapshot(path, key)

    def another(self, path: Path, key: RegisterKey, vault_id: str) -> Store:
        """As the store does."""
        return self._store.another(path, key, vault_id)

    def check(self) -> None:
        """As the store does."""
        self._store.check()


class Full(Strict):
    """A store that can be written ``times`` times more."""

    def __init__(self, store: Store, times: int) -> None:
        super().__init__(store)
        self._times = times

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """One transaction, or NoRoom."""
        if self._times == 0:
            raise NoRoom(path="vault.db", why="full")
        self._times -= 1
        with self._store.writing() as writer:
            yield writer


@pytest.fixture(scope="module")
def opener() -> Iterator[Opener]:
    """Opens PKCS#12 files."""
    with ChildOpener(os.urandom) as found:
        yield found


@pytest.fixture(autouse=True)
def _network(stand_in: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in stand_in.environment().items():
        monkeypatch.setenv(name, value)


def events(custody: Custody) -> list[Event]:
    """The whole log."""
    return [one.event for one in recorded(custody)]


def recorded(custody: Custody) -> list[Recorded]:
    """The whole log, with what stands beside the events."""
    with custody.reading() as reader:
        return reader.events(Wanted(), after=0, limit=10_000)


def asked(custody: Custody, question: Question) -> list[str]:
    """What answers to ``question``."""
    which = audit.wanted(custody, question)
    return [one.recorded.event.what for one in audit.entries(custody, which, upto=audit.head(custody))]


def put(custody: Custody, opener: Opener, profiles: dict[str, Profile], name: str, days: int) -> Pair:
    """Add a pair whose PIN is ``PIN``."""
    file = make_pair(name, "PIN", not_after=NOW + timedelta(days=days))
    return add(custody, file, Pin("PIN"), opener=opener, profiles=profiles, at=NOW, random=os.urandom).pair


def fetched(custody: Custody, opener: Opener, profiles: dict[str, Profile], link: str, pin: str) -> Pair:
    """Fetch a link."""
    return fetch(
        custody,
        find_link(custody, link, profiles),
        Pin(pin),
        profile=profiles["arag"],
        portal=TokenService(lambda _: None),
        opener=opener,
        progress=lambda _arrived, _expected: None,
        at=NOW,
        random=os.urandom,
    ).pair


def test_every_operation_is_on_record(
    folder: Path, profiles: dict[str, Profile], opener: Opener, stand_in: StandIn, tmp_path: Path
) -> None:
    """Every operation that changes or gives out anything, one after the other: when, who, what, on which, to whom."""
    url = stand_in.offer("a00000000000aa01", pin="Right-1", file=make_pair("Schäffer", "Right-1"))
    with vaults.custody(folder, exclusive=True) as custody:
        custody._store = Strict(custody._store)
        change(custody, "timezone", "Europe/Vienna", at=NOW)
        add_watch(custody, tmp_path / "watch.key", Label("Nachtlauf"), at=NOW, random=os.urandom)
        mail = Source("mail", lambda: MAIL % url.encode(), by_hand=True)
        (link,) = ingest(custody, [mail], profiles, at=NOW, random=os.urandom).links
        ingest(custody, [mail], profiles, holder="Meier", at=NOW, random=os.urandom)
        with pytest.raises(PinRefused):
            fetched(custody, opener, profiles, link.id, "Wrong-1")
        pair = fetched(custody, opener, profiles, link.id, "Right-1")
        newer = put(custody, opener, profiles, "Schäffer", 500)
        with reveal(custody, newer, to="Frau Kaya", copied=True, at=NOW, random=os.urandom):
            pass
        path = export(custody, newer, tmp_path, ending="p12", at=NOW, random=os.urandom).path
        log, found = recorded(custody), events(custody)
        with custody.reading() as reader:
            (meier,) = reader.holders_named("meier")
    schaeffer = found[5].holder
    on_link = (None, link.id, schaeffer)
    shown = {"to": "Frau Kaya", "way": "clipboard"}
    expected: list[tuple[str, str | None, str | None, str | None, dict[str, str] | None]] = [
        ("vault-created", None, None, None, None),
        ("key-added", None, None, None, None),
        ("key-added", None, None, None, None),
        ("setting-changed", None, None, None, {"name": "timezone", "value": "Europe/Vienna"}),
        ("key-added", None, None, None, None),
        ("holder-added", None, None, schaeffer, {"name": "Schäffer, René"}),
        ("address-added", None, None, schaeffer, {"address": "rene@makler.example"}),
        ("link-recorded", *on_link, {"provider": "arag"}),
        ("holder-added", None, None, meier.id, {"name": "Meier"}),
        ("link-assigned", None, link.id, meier.id, {}),
        ("fetch-attempted", None, link.id, meier.id, {}),
        ("pin-refused", None, link.id, meier.id, {}),
        ("fetch-attempted", None, link.id, meier.id, {}),
        ("file-received", None, link.id, meier.id, {}),
        ("pair-added", pair.id, link.id, meier.id, None),
        ("pair-added", newer.id, None, meier.id, None),
        ("pair-superseded", pair.id, None, meier.id, {"by": newer.id}),
        ("pin-attempt", newer.id, None, meier.id, shown),
        ("pin-shown", newer.id, None, meier.id, shown),
        ("export-attempt", newer.id, None, meier.id, {"path": str(path)}),
        ("exported", newer.id, None, meier.id, {"path": str(path)}),
    ]
    assert [one[:4] for one in expected] == [(one.what, one.pair, one.link, one.holder) for one in found]
    for one, (*_rest, details) in zip(log, expected, strict=True):
        event = one.event
        assert (event.at, event.actor) == (NOW, ("passphrase", "tester"))
        assert details is None or said(one) == details


def test_every_event_has_a_name_for_people() -> None:
    """Whatever the library records is said in words."""
    root = Path(audit.__file__).parents[1]
    recorded = set(SECRETS | ROOT_ONLY)
    for file in root.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORDING:
                texts = [one.value for one in node.args if isinstance(one, ast.Constant)]
                recorded |= {text for text in texts if isinstance(text, str) and text}
    failures = (NotReachable, OutcomeUnknown, PageNotUnderstood, LinkGone, PinRefused, ParkedFileNeedsPin)
    recorded |= {error.kind() for error in failures}
    recorded |= {error.kind() for error in NoUsablePair.__subclasses__()} - {SameCertificateOtherPin.kind()}
    assert "pin-attempt" in recorded
    assert recorded <= set(NAMES)


def test_no_pin_is_given_out_where_its_attempt_cannot_be_recorded(
    custody: Custody, profiles: dict[str, Profile], opener: Opener
) -> None:
    """A full disk: the block that would show it is never entered."""
    pair = put(custody, opener, profiles, "Müller", 300)
    before = events(custody)
    custody._store = Full(custody._store, 0)
    with pytest.raises(NoRoom), reveal(custody, pair, to=None, at=NOW, random=os.urandom):
        pytest.fail("the PIN was given out")
    assert events(custody) == before


def test_no_file_is_written_where_its_attempt_cannot_be_recorded(
    custody: Custody, profiles: dict[str, Profile], opener: Opener, tmp_path: Path
) -> None:
    """A full disk under the vault and room in the target: nothing leaves."""
    pair = put(custody, opener, profiles, "Müller", 300)
    (tmp_path / "out").mkdir()
    before = events(custody)
    custody._store = Full(custody._store, 0)
    with pytest.raises(NoRoom):
        export(custody, pair, tmp_path / "out", ending="p12", at=NOW, random=os.urandom)
    assert events(custody) == before
    assert list((tmp_path / "out").iterdir()) == []


def test_the_attempt_stays_on_record_where_the_rest_fails(
    custody: Custody, profiles: dict[str, Profile], opener: Opener, tmp_path: Path
) -> None:
    """A PIN that could not be shown, and one whose showing could not be recorded: both stand there as attempts."""
    pair = put(custody, opener, profiles, "Müller", 300)
    with pytest.raises(ZeroDivisionError), reveal(custody, pair, to="A", at=NOW, random=os.urandom):
        raise ZeroDivisionError
    assert events(custody)[-1].what == "pin-attempt"
    store = custody._store
    custody._store = Full(store, 1)
    with pytest.raises(NoRoom) as error, reveal(custody, pair, to="B", at=NOW, random=os.urandom):
        pass
    assert "given out" in error.value.hint
    assert (events(custody)[-1].what, said(recorded(custody)[-1])) == ("pin-attempt", {"to": "B"})
    custody._store = Full(store, 1)
    with pytest.raises(NoRoom) as error:
        export(custody, pair, tmp_path, ending="p12", at=NOW, random=os.urandom)
    assert "was written" in error.value.hint
    assert events(custody)[-1].what == "export-attempt"


def test_a_key_change_whose_event_was_lost_in_a_crash_is_recorded_at_the_next_opening(folder: Path) -> None:
    """The slot file is ahead of the database: whoever opens the vault next records that, with the keys there are."""
    with vaults.custody(folder) as opened, opened.writing() as writer:
        writer.set_slots_counter(0)
    with vaults.custody(folder) as opened:
        last = events(opened)[-1]
    assert (last.what, dict(last.details)) == ("key-changed", {"found_later": "1"})


def test_the_log_is_asked_by_pair_holder_person_and_time(
    folder: Path, profiles: dict[str, Profile], opener: Opener
) -> None:
    """Each question narrows, several together narrow further; names are blind to case and umlauts."""
    with vaults.custody(folder) as custody:
        mueller = put(custody, opener, profiles, "Müller GmbH", 300)
        put(custody, opener, profiles, "Schmidt", 300)
        with reveal(custody, mueller, to=None, at=NOW + timedelta(days=1), random=os.urandom):
            pass
        shown = ["pin-attempt", "pin-shown"]
        assert asked(custody, Question(pair=mueller.id)) == ["pair-added", *shown]
        assert asked(custody, Question(holder="mueller")) == ["holder-added", "pair-added", *shown]
        assert asked(custody, Question(holder=mueller.holder, secrets=True)) == ["pair-added", *shown]
        assert asked(custody, Question(since=NOW + timedelta(hours=1))) == shown
        assert asked(custody, Question(pair=mueller.id, until=NOW + timedelta(hours=1))) == ["pair-added"]
        assert len(asked(custody, Question(by="TESTER"))) == len(asked(custody, Question(by="passph"))) == 9
        assert asked(custody, Question(by="tester", secrets=True)) == ["key-added"] * 2 + ["pair-added"] * 2 + shown
        put(custody, opener, profiles, "Müller KG", 300)
        with pytest.raises(Ambiguous):
            audit.wanted(custody, Question(holder="müller"))
        for question in (Question(holder="nobody"), Question(by="nobody")):
            with pytest.raises(NotFound):
                audit.wanted(custody, question)


def test_the_person_of_a_key_answers_too(folder: Path, tmp_path: Path, profiles: dict[str, Profile]) -> None:
    """Key, its person, and the user of the system are told apart, and each is found."""
    with vaults.custody(folder, exclusive=True) as custody:
        add_watch(custody, tmp_path / "k", Label("Nachtlauf", "Frau Kaya", "SRV1"), at=NOW, random=os.urandom)
    with vaults.watch(folder, tmp_path / "k") as watch:
        url = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
        ingest(watch, [Source("-", url.encode, by_hand=True)], profiles, at=NOW, random=os.urandom)
    with vaults.custody(folder) as custody:
        assert asked(custody, Question(by="kaya")) == asked(custody, Question(by="nachtlauf")) == ["link-recorded"]


def test_whose_key_was_taken_away_is_still_found(folder: Path, tmp_path: Path) -> None:
    """By the key's name and person; a key that did nothing is known, and nothing is told of it."""
    with vaults.custody(folder, exclusive=True) as custody:
        slot = add_watch(custody, tmp_path / "k", Label("Nachtlauf", "Frau Kaya"), at=NOW, random=os.urandom)
    with vaults.watch(folder, tmp_path / "k") as watch, watch.writing() as writer:
        record(watch, writer, "link-recorded", at=NOW)
    with vaults.custody(folder, exclusive=True) as custody:
        remove(custody, slot, at=NOW)
        assert asked(custody, Question(by="kaya")) == ["link-recorded"]
        assert asked(custody, Question(by="recovery")) == []


def test_events_on_a_link_count_as_its_holders_also_from_before_he_was_known(
    custody: Custody, profiles: dict[str, Profile]
) -> None:
    """A link that came without a name, and was assigned later."""
    url = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
    source = Source("-", url.encode, by_hand=True)
    ingest(custody, [source], profiles, at=NOW, random=os.urandom)
    ingest(custody, [source], profiles, holder="Müller", at=NOW, random=os.urandom)
    assert asked(custody, Question(holder="müller")) == ["link-recorded", "holder-added", "link-assigned"]


def test_pages_lose_and_repeat_nothing(custody: Custody, monkeypatch: pytest.MonkeyPatch) -> None:
    """Page borders, also where a question leaves gaps; and not beyond the head that was asked for."""
    monkeypatch.setattr(audit, "PAGE", 2)
    for number in range(7):
        change(custody, "mailbox", f"a{number}@b.example", at=NOW + timedelta(days=number % 2))
    assert asked(custody, Question()) == ["vault-created", *["key-added"] * 2, *["setting-changed"] * 7]
    assert asked(custody, Question(since=NOW + timedelta(days=1))) == ["setting-changed"] * 3
    upto = audit.head(custody)
    change(custody, "mailbox", "z@b.example", at=NOW)
    assert len(list(audit.entries(custody, Wanted(), upto=upto))) == upto.number == 10


def test_a_pair_that_is_gone_is_found_by_what_the_log_shows(
    custody: Custody, profiles: dict[str, Profile], opener: Opener
) -> None:
    """By the beginning of its id."""
    pair = put(custody, opener, profiles, "Müller", 300)
    assert audit.gone_pair(custody, pair.id[:6].lower()) == pair.id
    for name in ("Müller", "zz", "0000"):
        with pytest.raises(NotFound):
            audit.gone_pair(custody, name)
