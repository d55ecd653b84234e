"""What every store keeps, asked through the port alone. A second store joins :data:`STORES`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.stand_in.register import AT, SEALED, a_holder, a_link, a_pair, an_event, an_id
from vault.errors import CertvaultError, Fault
from vault.model.ack import Ack
from vault.model.actor import Actor
from vault.model.event import Head, Recorded, Wanted
from vault.model.fold import same_name
from vault.model.mark import ReadUpTo
from vault.model.pair import Pair, State
from vault.model.reminder import Crossing, Reminder
from vault.model.request import Activation, Request
from vault.model.retention import PutAway
from vault.model.watcher import Run
from vault.ports.store import Store, Writer
from vault.secret import MailPassword, RegisterKey
from vault.store.store import create

STORES: dict[str, Callable[[Path], Store]] = {
    "sql": lambda folder: create(folder / "vault.db", RegisterKey(bytes(32)), vault_id="V", at=AT, slots_counter=1),
}


@pytest.fixture(params=list(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with closing(STORES[request.param](tmp_path)) as opened:
        yield opened


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with holder 1, pairs 1 to 3 and links 1 to 3."""
    with store.writing() as writer:
        writer.add_holder(a_holder(1))
        for number in (3, 1, 2):
            writer.add_pair(a_pair(number), SEALED)
            writer.add_link(a_link(number))
    return store


def test_what_was_written_is_read(filled: Store) -> None:
    """Holder, pair, link and sealed value come back as they were given."""
    with filled.reading() as reader:
        assert reader.holder(a_holder(1).id) == a_holder(1)
        assert reader.pair(a_pair(2).id) == a_pair(2)
        assert reader.link(a_link(2).id) == a_link(2)
        assert reader.sealed(a_pair(2).id) == SEALED
        assert (reader.holder("X"), reader.pair("X"), reader.link("X"), reader.sealed("X")) == (None,) * 4


def test_a_block_that_fails_leaves_nothing(filled: Store) -> None:
    """All of a transaction counts, or nothing."""

    def half(writer: Writer) -> None:
        writer.set_state(a_pair(1).id, "retired")
        writer.add_event(an_event(1))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), filled.writing() as writer:
        half(writer)
    with filled.reading() as reader:
        assert reader.pair(a_pair(1).id) == a_pair(1)
        assert reader.head() == Head(0, bytes(32))


def test_a_writer_sees_what_it_wrote(filled: Store) -> None:
    """A writer reads its own changes before they count."""
    with filled.writing() as writer:
        writer.set_state(a_pair(1).id, "retired")
        assert [pair.id for pair in writer.pairs()] == [a_pair(2).id, a_pair(3).id]


def test_pairs_come_in_order(filled: Store) -> None:
    """Current pairs soonest first; with ``every`` the retired and then the superseded ones behind them."""
    with filled.writing() as writer:
        writer.set_state(a_pair(1).id, "superseded", an_id(9))
        writer.add_pair(a_pair(9, lineage=a_pair(1).lineage), SEALED)
        writer.set_state(a_pair(2).id, "retired")
    with filled.reading() as reader:
        assert [pair.id for pair in reader.pairs()] == [an_id(3), an_id(9)]
        assert [pair.id for pair in reader.pairs(every=True)] == [an_id(3), an_id(9), an_id(2), an_id(1)]
        assert reader.count_current() == 2
        assert reader.next_expiry() == a_pair(3)


@pytest.mark.parametrize("every", [False, True])
def test_pages_make_the_whole(store: Store, every: bool) -> None:
    """Page by page gives what one go gives, also among equal dates and across states."""
    with store.writing() as writer:
        writer.add_holder(a_holder(1))
        for number in range(12):
            writer.add_pair(a_pair(number, not_after=AT + timedelta(days=number // 5)), SEALED)
        for number in (2, 3, 7):
            writer.set_state(an_id(number), "retired")
    with store.reading() as reader:
        whole, paged, last = list(reader.pairs(every=every)), list[Pair](), None
        while page := list(reader.pairs(every=every, after=last, limit=2)):
            paged += page
            last = page[-1]
        assert paged == whole
        assert len(whole) == (12 if every else 9)


def test_more_rows_than_a_batch(store: Store) -> None:
    """An iterator gives all rows, however many there are."""
    with store.writing() as writer:
        writer.add_holder(a_holder(1))
        for number in range(1203):
            writer.add_link(a_link(number))
    with store.reading() as reader:
        assert [link.id for link in reader.links()] == [an_id(number, "link") for number in range(1203)]


def test_an_iterator_ends_with_its_transaction(store: Store) -> None:
    """A row asked for after the block raises Fault in place of showing another state."""
    with store.writing() as writer:
        writer.add_holder(a_holder(1))
        for number in range(1203):
            writer.add_link(a_link(number))
    with store.reading() as reader:
        links = reader.links()
        next(links)
    with pytest.raises(Fault):
        list(links)
    with pytest.raises(Fault):
        reader.holder("X")


def test_expiring_is_strict(filled: Store) -> None:
    """Only current pairs that run out before the moment, soonest first."""
    with filled.reading() as reader:
        assert reader.expiring(AT + timedelta(days=3)) == [a_pair(1), a_pair(2)]
        assert reader.expiring(AT + timedelta(days=3, seconds=1)) == [a_pair(1), a_pair(2), a_pair(3)]
        assert reader.expiring(AT) == []
        later = AT + timedelta(days=9)
        assert reader.expiring(later, limit=2) == reader.expiring(later)[:2]
        assert reader.expiring(later, after=a_pair(2), limit=5) == reader.expiring(later)[2:7]


def test_pairs_are_found(filled: Store) -> None:
    """By fingerprint, prefix, holder, lineage and subject, each exactly."""
    successor = a_pair(9, lineage=a_pair(1).lineage, added=AT + timedelta(days=1), not_before=AT)
    with filled.writing() as writer:
        writer.set_state(an_id(1), "superseded", an_id(9))
        writer.add_pair(successor, SEALED)
        old = a_pair(1, state="superseded", superseded_by=an_id(9))
        assert writer.pair_with_fingerprint(a_pair(2).fingerprint) == a_pair(2)
        assert writer.pair_with_fingerprint("0" * 64) is None
        assert writer.pairs_with_prefix(an_id(2)[:6]) == [a_pair(2)]
        assert len(writer.pairs_with_prefix("")) == 4
        assert writer.lineage(old.lineage) == [successor, old]
        assert writer.pairs_of_holder(an_id(1, "holder"))[0] == successor
        assert old not in writer.pairs_of_holder(an_id(1, "holder"))
        assert old in writer.pairs_of_holder(an_id(1, "holder"), every=True)
        assert writer.current_with_subject("arag", a_pair(2).subject) == [a_pair(2)]
        assert writer.current_with_subject("arag", old.subject) == []
        assert writer.current_with_subject("vhv", a_pair(2).subject) == []


def test_a_pair_changes_its_state_and_nothing_else(filled: Store) -> None:
    """Superseded and reinstated, retired and called back; each time only the state is another one."""
    with filled.writing() as writer:
        for state in ("retired", "current"):
            writer.set_state(an_id(1), state)
            assert writer.pair(an_id(1)) == a_pair(1, state=state)
        writer.set_state(an_id(1), "superseded", an_id(9))
        writer.add_pair(a_pair(9, lineage=a_pair(1).lineage), SEALED)
    with filled.writing() as writer:
        writer.set_state(an_id(9), "superseded", an_id(1))
        writer.set_state(an_id(1), "current")
        assert writer.pair(an_id(1)) == a_pair(1)
    with filled.reading() as reader:
        assert reader.sealed(an_id(1)) == SEALED


@pytest.mark.parametrize(
    ("state", "superseded_by"),
    [("superseded", None), ("current", an_id(2)), ("retired", an_id(2)), ("superseded", an_id(1)), ("gone", None)],
)
def test_states_that_make_no_sense_are_refused(filled: Store, state: State, superseded_by: str | None) -> None:
    """Superseded is by another pair, and only superseded is."""
    with pytest.raises(Fault), filled.writing() as writer:
        writer.set_state(an_id(1), state, superseded_by)


def test_a_successor_must_come(filled: Store) -> None:
    """A pair superseded by one that is never added is refused when the block ends."""
    with pytest.raises(Fault), filled.writing() as writer:
        writer.set_state(an_id(1), "superseded", an_id(9))
    with filled.reading() as reader:
        assert reader.pair(an_id(1)) == a_pair(1)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": an_id(1)},
        {"fingerprint": a_pair(1).fingerprint},
        {"lineage": a_pair(1).lineage},
        {"lineage": a_pair(1).lineage, "state": "retired", "purpose": "another"},
        {"lineage": a_pair(1).lineage, "state": "retired", "provider": "vhv"},
        {"holder": "0000000000000000"},
        {"id": "short"},
        {"fingerprint": "AB" * 32},
        {"state": "superseded"},
    ],
    ids=str,
)
def test_a_pair_that_breaks_a_rule_is_refused(filled: Store, changed: dict[str, str]) -> None:
    """An id or fingerprint that is there, a second current pair, a lineage of two owners, an unknown holder."""
    with pytest.raises(Fault), filled.writing() as writer:
        writer.add_pair(a_pair(9, **changed), SEALED)
    with filled.reading() as reader:
        assert list(reader.pairs(every=True)) == [a_pair(1), a_pair(2), a_pair(3)]


def test_a_pair_without_its_sealed_half_is_refused(filled: Store) -> None:
    """No pair is ever half: a sealed value that cannot hold anything is refused."""
    with pytest.raises(Fault), filled.writing() as writer:
        writer.add_pair(a_pair(9), b"")


def test_links_come_in_order(filled: Store) -> None:
    """Open links soonest first, those without a deadline last; all of them with ``every``."""
    with filled.writing() as writer:
        writer.add_link(a_link(8, deadline=None))
        writer.update_link(a_link(1, state="discarded"))
    with filled.reading() as reader:
        assert [link.id for link in reader.links()] == [an_id(n, "link") for n in (2, 3, 8)]
        assert [link.id for link in reader.links(every=True)] == [an_id(n, "link") for n in (1, 2, 3, 8)]


def test_links_are_found(filled: Store) -> None:
    """By reference, prefix and holder, each exactly."""
    with filled.writing() as writer:
        writer.add_link(a_link(9, received=AT + timedelta(days=1), reference=None, kind="file"))
        assert writer.link_with_reference("arag", a_link(2).reference or "") == a_link(2)
        assert writer.link_with_reference("vhv", a_link(2).reference or "") is None
        assert writer.links_with_prefix(a_link(2).id[:6]) == [a_link(2)]
        assert writer.open_links_of(an_id(1, "holder"))[0].id == an_id(9, "link")
        writer.update_link(a_link(2, state="gone"))
        assert a_link(2).id not in [link.id for link in writer.open_links_of(an_id(1, "holder"))]


def test_a_link_changes_as_it_may(filled: Store) -> None:
    """Holder, state, refusals, last attempt and pair change; what the mail said does not."""
    changed = a_link(1, holder=None, state="claimed", refusals=2, last_attempt=AT, pair=an_id(1))
    with filled.writing() as writer:
        writer.update_link(changed._replace(url="https://elsewhere.example/", deadline=None))
        assert writer.link(changed.id) == changed


@pytest.mark.parametrize("changed", [{"id": a_link(1).id}, {"reference": a_link(1).reference}], ids=str)
def test_a_link_that_is_there_is_refused(filled: Store, changed: dict[str, str]) -> None:
    """Id, and reference at a provider, are unique."""
    with pytest.raises(Fault), filled.writing() as writer:
        writer.add_link(a_link(9, **changed))


def test_changing_what_is_not_there_is_a_fault(store: Store) -> None:
    """Nothing is changed in silence."""
    with pytest.raises(Fault), store.writing() as writer:
        writer.update_link(a_link(1))
    with pytest.raises(Fault), store.writing() as writer:
        writer.set_state(an_id(1), "retired")


def test_a_parked_file_waits_with_its_link(filled: Store) -> None:
    """Parked, replaced and deleted; the link says whether there is one."""
    link = a_link(2).id
    with filled.writing() as writer:
        writer.park(link, SEALED)
        writer.park(link, SEALED[::-1])
        assert writer.parked(link) == SEALED[::-1]
        assert writer.link(link) == a_link(2, parked=True)
        writer.unpark(link)
        writer.unpark(link)
        assert writer.parked(link) is None
        assert writer.link(link) == a_link(2)


def test_unsettled_links(filled: Store) -> None:
    """Open ones with a deadline before the moment, none, or a parked file; and those whose file is gone."""
    with filled.writing() as writer:
        for number in (8, 9, 10, 11):
            writer.add_link(a_link(number, deadline=None if number == 8 else AT + timedelta(days=number)))
        writer.park(a_link(9).id, SEALED)
        writer.park(a_link(1).id, SEALED)
        writer.update_link(a_link(10, state="gone"))
        writer.update_link(a_link(2, state="discarded"))
    with filled.reading() as reader:
        found = [link.id for link in reader.unsettled_links(AT + timedelta(days=3, seconds=1))]
    assert sorted(found) == sorted(an_id(number, "link") for number in (1, 3, 8, 9, 10))


def test_holders_are_found_as_people_mean_them(store: Store) -> None:
    """By the beginnings of words of name and numbers, by the name in any writing, by address in any case."""
    rene = a_holder(
        1, name="Schäffer, René", addresses=("Rene@Example.org", "second@example.org"), numbers=("70-4711",)
    )
    max_ = a_holder(2, name="Max Schaefer")
    with store.writing() as writer:
        writer.add_holder(rene)
        writer.add_holder(max_)
    with store.reading() as reader:
        assert reader.holders_matching(["scha"]) == [max_, rene]
        assert reader.holders_matching(["scha", "ren"]) == [rene]
        assert reader.holders_matching(["4711"]) == [rene]
        assert reader.holders_matching(["scha", "nobody"]) == reader.holders_matching([]) == []
        assert reader.holders_named("rene schaffer") == [rene]
        assert reader.holder_with_address("rene@EXAMPLE.org") == rene
        assert reader.holder_with_address("nobody@example.org") is None
        assert reader.holders([rene.id, max_.id, "X", rene.id]) == {rene.id: rene, max_.id: max_}


def test_an_address_belongs_to_one_holder(store: Store) -> None:
    """The second holder who names an address does not get it."""
    with store.writing() as writer:
        writer.add_holder(a_holder(1))
        writer.add_holder(a_holder(2, addresses=a_holder(1).addresses))
        writer.add_address(a_holder(2).id, a_holder(1).addresses[0].upper())
        writer.add_address(a_holder(2).id, "new@example.org")
        assert writer.holder_with_address(a_holder(1).addresses[0]) == a_holder(1)
        assert writer.holder(a_holder(2).id) == a_holder(2, addresses=("new@example.org",))


def test_many_ids_at_once(store: Store) -> None:
    """A question about more ids than one statement takes is answered whole."""
    with store.writing() as writer:
        for number in range(1101):
            writer.add_holder(a_holder(number))
            writer.add_event(an_event(number + 1, pair=an_id(number)))
        assert len(writer.holders([an_id(number, "holder") for number in range(1101)])) == 1101
        found = writer.events_of_pairs([an_id(number) for number in reversed(range(1101))])
        assert [recorded.number for recorded in found] == list(range(1, 1102))


def test_events_stand_in_their_order(store: Store) -> None:
    """The head is the last event; a gap or a number that is taken is refused; details keep their order."""
    with store.writing() as writer:
        writer.add_event(an_event(1, pair=an_id(1)))
        writer.add_event(an_event(2, pair=an_id(1)))
        writer.add_event(an_event(3, pair=an_id(2)))
        assert writer.head() == Head(3, an_event(3).hash)
        assert writer.events_of_pairs([an_id(1)]) == [an_event(1, pair=an_id(1)), an_event(2, pair=an_id(1))]
    for number in (3, 5, 0, -1):
        with pytest.raises(Fault), store.writing() as writer:
            writer.add_event(an_event(number))


def test_pairs_are_found_by_a_text_of_the_log(store: Store) -> None:
    """Each pair once, the newest first; another name, another text and an event on no pair are none."""
    with store.writing() as writer:
        for number, pair, name, text in (
            (1, an_id(1), "file", "ä"),
            (2, an_id(2), "file", "ä"),
            (3, an_id(1), "path", "ä"),
            (4, an_id(3), "file", "b"),
            (5, None, "file", "ä"),
            (6, an_id(2), "file", "ä"),
        ):
            writer.add_event(an_event(number, pair=pair)._replace(texts=((name, bytes(32), text),)))
        assert writer.pairs_of_text("file", "ä") == [an_id(2), an_id(1)]
        assert writer.pairs_of_text("file", "c") == []


def test_how_far_a_mailbox_was_read(store: Store) -> None:
    """The last mark of each folder of each account; numbers that no server gives are refused."""
    with store.writing() as writer:
        assert writer.read_up_to("a", "INBOX") is None
        for last in (5, 4):
            writer.read_mailbox("a", "INBOX", ReadUpTo(4294967295, last))
        writer.read_mailbox("a", "x", ReadUpTo(1, 2))
        assert writer.read_up_to("a", "INBOX") == ReadUpTo(4294967295, 4)
        assert writer.read_up_to("b", "INBOX") is None
    with pytest.raises(CertvaultError), store.writing() as writer:
        writer.read_mailbox("a", "INBOX", ReadUpTo(-1, 4))


def test_the_password_of_an_account(store: Store) -> None:
    """Kept, replaced and forgotten, for exactly this account."""
    with store.writing() as writer:
        writer.keep_mail_password("a", MailPassword("1"))
        writer.keep_mail_password("a", MailPassword("2"))
        assert writer.mail_password("a") == MailPassword("2")
        assert writer.mail_password("A") is None
        writer.keep_mail_password("a", None)
        writer.keep_mail_password("a", None)
        assert writer.mail_password("a") is None


def test_settings_and_the_counter(store: Store) -> None:
    """A setting is what was put last; the counter of the slot file is kept."""
    with store.writing() as writer:
        assert writer.setting("timezone") is None
        writer.put_setting("timezone", "Europe/Berlin", bytes(32))
        writer.put_setting("timezone", "Europe/Vienna", bytes(32))
        assert writer.setting("timezone") == "Europe/Vienna"
        assert writer.slots_counter() == 1
        writer.set_slots_counter(2)
        assert writer.slots_counter() == 2


@pytest.mark.parametrize("value", ["\ud800", "a\0b", "'; DROP TABLE pair; --", "\u202eexe", "x" * 100_000, ""])
def test_hostile_text_is_kept_or_refused(filled: Store, value: str) -> None:
    """A subject of any kind comes back as it was, or is refused with an error of ours."""
    link = a_link(9, subject=value)
    try:
        with filled.writing() as writer:
            writer.add_link(link)
    except CertvaultError:
        return
    with filled.reading() as reader:
        assert reader.link(link.id) == link


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)))
@example(datetime(1, 1, 1, tzinfo=UTC))
@example(datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC))
def test_every_moment_comes_back(filled: Store, moment: datetime) -> None:
    """Years 1 to 9999, to the second, and their order."""
    with filled.writing() as writer:
        pair = a_pair(writer.count_current() + 10, not_before=moment, not_after=moment)
        writer.add_pair(pair, SEALED)
        assert writer.pair(pair.id) == pair
        assert (pair in writer.expiring(AT)) == (moment < AT)


def test_transactions_do_not_nest(store: Store) -> None:
    """A transaction inside another one is a fault of ours, told at once."""
    with store.reading(), pytest.raises(Fault), store.writing():
        pass


def test_what_is_put_away_is_deleted_with_its_event(filled: Store) -> None:
    """Since its last event that put it away; deleted it is gone, its link leads nowhere, and the rest is there."""
    with filled.writing() as writer:
        writer.set_state(an_id(1), "superseded", an_id(9))
        writer.add_pair(a_pair(9, lineage=a_pair(1).lineage), SEALED)
        writer.set_state(an_id(2), "retired")
        writer.add_event(an_event(1, what="pair-superseded", pair=an_id(1)))
        writer.add_event(an_event(2, what="pair-superseded", pair=an_id(1), at=AT + timedelta(days=1)))
        writer.add_event(an_event(3, what="pin-shown", pair=an_id(1), at=AT + timedelta(days=2)))
        writer.update_link(a_link(1, state="claimed", pair=an_id(1)))
    with filled.reading() as reader:
        found = sorted(reader.pairs_put_away())
        assert found == sorted([PutAway(an_id(1), an_id(9), AT + timedelta(days=1)), PutAway(an_id(2), None, None)])
    with pytest.raises(Fault), filled.writing() as writer:
        writer.delete_pair(an_id(2))
    with filled.writing() as writer:
        writer.add_event(an_event(4, what="purge", pair=an_id(1)))
        writer.delete_pair(an_id(1))
    filled.wipe()
    assert not filled.unwiped()
    with filled.reading() as reader:
        assert (reader.pair(an_id(1)), reader.link(a_link(1).id)) == (None, a_link(1, state="claimed"))
        assert (reader.sealed(an_id(9)), reader.head().number) == (SEALED, 4)


def test_the_last_event_on_a_record(filled: Store) -> None:
    """By its number, of each record that has any; on a holder those alone that are on nothing of his."""
    link, holder = an_id(1, "link"), a_holder(1).id
    later = AT + timedelta(days=1)
    with filled.writing() as writer:
        for one in (
            an_event(1, pair=an_id(1), holder=holder, what="pair-added"),
            an_event(2, holder=holder, what="holder-changed"),
            an_event(3, pair=an_id(1), at=later, what="exported"),
            an_event(4, link=link, holder=holder, what="link-recorded"),
        ):
            writer.add_event(one)
    with filled.reading() as reader:
        assert reader.last_events("pair", [an_id(1), an_id(2)]) == {an_id(1): (3, later)}
        assert reader.last_events("link", [link]) == {link: (4, AT)}
        assert reader.last_events("holder", [holder]) == {holder: (2, AT)}
        assert reader.last_event(("pair-added", "holder-changed")) == (2, AT)
        assert reader.last_event(("nothing",)) is None


def test_the_log_is_read_page_by_page(filled: Store) -> None:
    """Oldest first, from after a number, no more than asked for; every rule narrows, and all of them together."""
    link, holder = an_id(1, "link"), a_holder(1).id
    mine = an_event(2, actor=Actor("mine", "me"), at=AT + timedelta(days=1))
    all_of_them = [an_event(1, pair=an_id(1)), mine, an_event(3, link=link), an_event(4, pair=an_id(2))]
    with filled.writing() as writer:
        for one in all_of_them:
            writer.add_event(one)
        found = writer.link(link)
        assert found is not None
        writer.update_link(found._replace(holder=holder))

    def numbers(wanted: Wanted, after: int = 0, limit: int = 9) -> list[int]:
        with filled.reading() as reader:
            return [one.number for one in reader.events(wanted, after=after, limit=limit)]

    assert (numbers(Wanted()), numbers(Wanted(), 1, 2)) == ([1, 2, 3, 4], [2, 3])
    assert (numbers(Wanted(pair=an_id(2))), numbers(Wanted(pair=an_id(2)), 4)) == ([4], [])
    assert numbers(Wanted(holder=holder)) == [3]
    assert numbers(Wanted(actors=(Actor("mine", "me"),))) == numbers(Wanted(since=AT + timedelta(days=1))) == [2]
    assert (numbers(Wanted(actors=())), numbers(Wanted(until=AT))) == ([], [])
    assert numbers(Wanted(what=(mine.event.what,), until=AT + timedelta(days=1))) == [1, 3, 4]
    with filled.reading() as reader:
        assert Actor("mine", "me") in reader.actors()
        assert len(reader.actors()) == 2
        assert reader.pairs_in_events(an_id(2)[:15]) == [an_id(2)]
        everything = [(pair.id, sealed) for pair, sealed in reader.sealed_pairs()]
        assert everything == sorted((an_id(number), SEALED) for number in (1, 2, 3))
        told = sorted(one for one, _ in everything)
        assert sorted((pair.id, sealed) for pair, sealed in reader.sealed_of([*told, an_id(999)])) == everything
        assert reader.ids_told(after="", limit=99) == told
        assert reader.ids_told(after=told[0], limit=1) == told[1:2]
        values = reader.sealed_values(after=0, limit=9)
        assert [sealed for _, sealed in values] == [SEALED] * 3
        assert sorted(values) == values
        assert reader.sealed_values(after=values[0][0], limit=1) == values[1:2]
        assert reader.sealed_values(after=values[-1][0], limit=1) == []


def test_a_snapshot_is_the_store_as_it_stood(filled: Store, tmp_path: Path) -> None:
    """A copy in another file: what comes later is not in it, and it opens with its key and for its vault alone."""
    with filled.reading() as reader:
        assert (reader.first_added(), reader.count_pairs()) == (a_pair(3).added, 3)
    key = RegisterKey(b"k" * 32)
    filled.snapshot(tmp_path / "copy", key)
    with filled.writing() as writer:
        writer.set_state(a_pair(1).id, "retired")
    with closing(filled.another(tmp_path / "copy", key, "V")) as copy:
        copy.check()
        with copy.reading() as reader:
            assert [pair.id for pair in reader.pairs()] == [a_pair(1).id, a_pair(2).id, a_pair(3).id]
            assert reader.sealed(a_pair(2).id) == SEALED
    for wrong, vault in ((RegisterKey(bytes(32)), "V"), (key, "W")):
        with pytest.raises(CertvaultError):
            filled.another(tmp_path / "copy", wrong, vault)


def test_a_snapshot_overwrites_nothing(filled: Store, tmp_path: Path) -> None:
    """The file is a new one."""
    (tmp_path / "copy").write_text("mine")
    with pytest.raises(CertvaultError):
        filled.snapshot(tmp_path / "copy", RegisterKey(bytes(32)))
    assert (tmp_path / "copy").read_text() == "mine"


def test_an_empty_store_has_no_first_pair(store: Store) -> None:
    """Nothing to back up yet."""
    with store.reading() as reader:
        assert (reader.first_added(), reader.count_pairs()) == (None, 0)


def test_a_holder_is_forgotten_with_his_event(filled: Store) -> None:
    """He, his links with their files, and the texts of events on him are gone; events and the texts of others stay."""
    one, other = a_holder(1), a_holder(2)
    said = (("name", bytes(32), one.name), ("to", bytes([1]) * 32, "Zoë \udcff"))
    with filled.writing() as writer:
        writer.add_holder(other)
        writer.add_link(a_link(4, holder=other.id, state="claimed"))
        for number, holder in ((1, one), (2, other)):
            writer.add_event(an_event(number, what="holder-added", holder=holder.id)._replace(texts=said))
        for pair in (an_id(1), an_id(2), an_id(3)):
            writer.set_state(pair, "retired")
            writer.add_event(an_event(writer.head().number + 1, what="purge", pair=pair, holder=one.id))
            writer.delete_pair(pair)
        writer.park(a_link(1).id, SEALED)
    filled.wipe()
    with pytest.raises(Fault), filled.writing() as writer:
        writer.forget(one.id)
    with filled.writing() as writer:
        assert writer.links_of(one.id) == [writer.link(link) for link in sorted(a_link(n).id for n in (1, 2, 3))]
        writer.add_event(an_event(6, what="pseudonymised", holder=one.id))
        writer.forget(one.id)
    assert filled.unwiped()
    with filled.reading() as reader:
        assert (reader.holder(one.id), reader.holders_named(same_name(one.name))) == (None, [])
        assert (reader.holder_with_address(one.addresses[0]), reader.holders_matching(["701"])) == (None, [])
        assert [link.id for link in reader.links(every=True)] == [a_link(4).id]
        assert reader.parked(a_link(1).id) is None
        assert (reader.holder(other.id), reader.links_of(other.id)) == (
            other,
            [a_link(4, holder=other.id, state="claimed")],
        )
        assert reader.forgotten() == {one.id: 6}
        texts = [event.texts for event in reader.events(Wanted(), after=0, limit=9)]
        assert texts == [(), said, (), (), (), ()]


def test_all_that_is_known_of_a_holder_comes_back(store: Store) -> None:
    """Mobile, responsible, tags, addresses and numbers; changed as a whole, and found by the new words alone."""
    whole = a_holder(1, mobile="+49 170 1234567", responsible="Frau Kaya", tags=("nord", "groß"))
    with store.writing() as writer:
        writer.add_holder(whole)
        assert writer.holder(whole.id) == whole
        changed = whole._replace(name="Zylka", numbers=("0042",), addresses=("z@example.org",), tags=(), mobile="")
        writer.update_holder(changed)
        assert writer.holder(whole.id) == changed
        assert (writer.holders_matching(["zylka"]), writer.holders_matching(["0042"])) == ([changed], [changed])
        assert (writer.holders_matching(["makler"]), writer.holder_with_address(whole.addresses[0])) == ([], None)
        assert writer.every_holder() == [changed]


def merged_event(number: int, holder: str) -> Recorded:
    """The event that a holder was merged."""
    return an_event(number, what="holder-merged", holder=holder)


def test_who_was_merged_is_the_other(store: Store) -> None:
    """By id, name and words he is the one who stays; whoever was merged into him follows."""
    one, two, three = (a_holder(number, name=f"Name{number}", addresses=(), numbers=()) for number in (1, 2, 3))
    with store.writing() as writer:
        for holder in (one, two, three):
            writer.add_holder(holder)
        writer.add_event(merged_event(1, one.id))
        writer.add_event(merged_event(2, two.id))
        writer.merge_holder(one.id, two.id)
        writer.merge_holder(two.id, three.id)
        assert [writer.holder(holder.id) for holder in (one, two, three)] == [three] * 3
        assert writer.holders([one.id, three.id]) == {one.id: three, three.id: three}
        assert writer.holders_named("name1") == writer.holders_matching(["name2"]) == writer.every_holder() == [three]
        assert sorted(writer.merged_into(three.id)) == sorted([(one.id, "Name1"), (two.id, "Name2")])
        assert writer.names() == [(three.id, name) for name in ("Name1", "Name2", "Name3")]


def test_nobody_is_merged_without_the_event_or_with_pairs(filled: Store) -> None:
    """Nor into somebody who was merged himself."""
    with filled.writing() as writer:
        writer.add_holder(a_holder(2))
    with pytest.raises(Fault), filled.writing() as writer:
        writer.merge_holder(a_holder(2).id, a_holder(1).id)
    with filled.writing() as writer:
        writer.add_event(merged_event(1, a_holder(1).id))
    with pytest.raises(Fault), filled.writing() as writer:
        writer.merge_holder(a_holder(1).id, a_holder(2).id)


def moved_event(number: int, pair: str, holder: str) -> Recorded:
    """The event that a pair was moved."""
    return an_event(number, what="pair-moved", pair=pair, holder=holder)


def test_what_holders_have_for_a_table_of_them(filled: Store) -> None:
    """Holders by name as people sort it, the providers in use, and of named holders what is current or not claimed."""
    zeta, oe = a_holder(2, name="Zeta"), a_holder(3, name="Öztürk")
    with filled.writing() as writer:
        for holder in (zeta, oe, a_holder(4, name="makler 0")):
            writer.add_holder(holder)
        writer.add_pair(a_pair(7, holder=oe.id, provider="vhv"), SEALED)
        writer.add_pair(a_pair(8, holder=oe.id, provider="gone", state="retired"), SEALED)
        writer.add_link(a_link(7, holder=oe.id, provider="tgic", state="gone"))
        writer.add_link(a_link(8, holder=oe.id, provider="used", state="claimed"))
        writer.add_link(a_link(9, holder=None, provider="open"))
        assert writer.holders_by_name() == [an_id(4, "holder"), an_id(1, "holder"), oe.id, zeta.id]
        assert writer.providers_in_use() == ["arag", "open", "vhv"]
        assert writer.current_of([oe.id, zeta.id]) == [a_pair(7, holder=oe.id, provider="vhv")]
        assert len(writer.current_of([an_id(1, "holder"), oe.id])) == 4
        assert [link.id for link in writer.unclaimed_links_of([oe.id])] == [an_id(7, "link")]
        assert (writer.current_of([]), writer.unclaimed_links_of([zeta.id])) == ([], [])


def test_a_pair_moves_with_a_new_seal_and_its_event(filled: Store) -> None:
    """Holder, lineage, purpose and sealed value change together, right after the event that says so, or not at all."""
    other = a_holder(2)
    moved = a_pair(1, holder=other.id, lineage=an_id(77, "lineage"), purpose="new")
    with filled.writing() as writer:
        writer.add_holder(other)
        writer.add_event(moved_event(1, moved.id, other.id))
        writer.move_pair(moved, SEALED[::-1])
        assert (writer.pair(moved.id), writer.sealed(moved.id)) == (moved, SEALED[::-1])
        assert writer.pairs_of_holder(other.id) == [moved]
        assert writer.counts_of_holders() == {other.id: 1, a_holder(1).id: 2}
    back = moved._replace(holder=a_holder(1).id)

    def move(writer: Writer, event: Recorded | None, pair: Pair, sealed: bytes) -> None:
        if event is not None:
            writer.add_event(event)
        writer.move_pair(pair, sealed)

    for event, pair, sealed in (
        (None, back, SEALED),
        (moved_event(2, moved.id, back.holder), back, SEALED[::-1]),
        (moved_event(2, an_id(2), back.holder), back, SEALED),
        (moved_event(2, moved.id, other.id), moved, SEALED),
    ):
        with pytest.raises(Fault), filled.writing() as writer:
            move(writer, event, pair, sealed)


def test_requests_activations_and_notes_are_kept(filled: Store) -> None:
    """Each replaces what was there of the same, and comes with whose it is; what is settled does not come."""
    pair, link, holder = a_pair(1).id, a_link(1).id, a_holder(1).id
    noted = Ack("link-deletion", link, AT + timedelta(days=3), AT, "clerk")
    with filled.writing() as writer:
        for at in (AT, AT + timedelta(days=1)):
            writer.put_request(Request(pair, None, at))
        writer.put_request(Request(None, link, AT))
        writer.put_activation(pair, AT)
        writer.put_activation(pair, AT + timedelta(days=1))
        writer.put_ack(noted._replace(by="another"))
        writer.put_ack(noted)
    with filled.writing() as writer:
        of_link = Request(None, link, AT, "arag", holder)
        assert writer.requests() == [of_link, Request(pair, None, AT + timedelta(days=1), "arag", holder)]
        assert writer.activations() == [Activation(pair, AT, "arag", holder)]
        assert writer.acks(AT) == {("link-deletion", link): noted}
        assert writer.acks(noted.until) == {}
        writer.set_state(pair, "retired")
        writer.update_link(a_link(1, state="claimed"))
        assert (writer.requests(), writer.activations()) == ([], [])
        assert (writer.end_activation(pair), writer.end_activation(pair)) == (True, False)
        assert [writer.end_request(one) for one in (link, pair, pair)] == [True, True, False]
        assert (writer.end_ack("link-deletion", link), writer.end_ack("link-deletion", link)) == (True, False)
        writer.add_event(an_event(1, what="purge", pair=pair))
        writer.delete_pair(pair)


def test_settings_are_found_by_how_their_names_begin(store: Store) -> None:
    """Those and no others, with their values."""
    with store.writing() as writer:
        for name in ("warn-days", "warn-days holder H", "warn-days provider P", "zone"):
            writer.put_setting(name, name.upper(), bytes(32))
        found = writer.settings_beginning("warn-days ")
    assert found == {name: name.upper() for name in ("warn-days holder H", "warn-days provider P")}


def test_what_people_were_told_and_the_last_look_are_kept(store: Store) -> None:
    """Reminders by their records, each once; failures by channel and recipient, since the first; a run by its key."""
    pair = a_pair(1)
    crossing = Crossing("certificate-expiry", pair.id, AT, 14)
    told = [
        Reminder(crossing, "a@b.example", "mail"),
        Reminder(crossing._replace(threshold=-7), "a@b.example", "mail"),
        Reminder(crossing, "", "chat"),
    ]
    run = Run("Nachtlauf", AT, 7, AT + timedelta(days=1), 3)
    with store.writing() as writer:
        for _again in range(2):
            writer.add_reminders(told, AT)
        writer.add_reminders([told[0]._replace(crossing=crossing._replace(id="other"))], AT)
        writer.put_outage("mail", "a@b.example", AT)
        writer.put_outage("mail", "a@b.example", AT + timedelta(days=1))
        writer.put_run(run._replace(events=1, fewer=AT))
        writer.put_run(run)
        writer.put_run(run._replace(slot="Abend", fewer=AT))
        writer.add_event(an_event(1, what="purge"))
        writer.add_event(an_event(2))
    with store.writing() as writer:
        assert sorted(writer.reminders([pair.id])) == sorted(told)
        assert writer.outages() == {("mail", "a@b.example"): AT}
        assert (writer.run("Nachtlauf"), writer.run("nobody")) == (run, None)
        assert writer.runs() == [run._replace(slot="Abend", fewer=AT), run]
        assert (writer.count_events("purge", after=0), writer.count_events("purge", after=1)) == (1, 0)
        writer.end_outage("mail", "a@b.example")
        assert writer.outages() == {}
