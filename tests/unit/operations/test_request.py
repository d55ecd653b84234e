"""Asking providers and holders, over a real register."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.stand_in.register import SEALED, a_holder, a_link, a_pair
from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody, Watch
from vault.errors import NoRoom, NothingAsked, NothingToAsk, WouldOverwrite
from vault.model.event import Wanted
from vault.model.link import Link
from vault.model.pair import Pair
from vault.operations import request
from vault.operations.ack import ack
from vault.operations.due import due
from vault.operations.request import Draft
from vault.operations.settings import MAILBOX, OFFICE, change

DAY = timedelta(days=1)
SPAN = timedelta(days=60)
CONTACT = "webservice-zertifikat@arag.de"


def stored(custody: Custody, number: int, *, days: float, **fields: Any) -> Pair:
    """A current pair of the holder with this number that runs out in so many days."""
    holder = a_holder(number)
    pair = a_pair(
        number,
        not_after=NOW + days * DAY,
        not_before=NOW - 300 * DAY,
        **{"holder": holder.id, "added": NOW - 100 * DAY, **fields},
    )
    with custody.writing() as writer:
        if writer.holder(holder.id) is None:
            writer.add_holder(holder)
        writer.add_pair(pair, SEALED)
    return pair


def mailed(custody: Custody, number: int, holder: int, **fields: Any) -> Link:
    """A link of this holder's."""
    link = a_link(number, holder=a_holder(holder).id, **{"deadline": NOW + 21 * DAY, "received": NOW, **fields})
    with custody.writing() as writer:
        if writer.holder(a_holder(holder).id) is None:
            writer.add_holder(a_holder(holder))
        writer.add_link(link)
    return link


def ask(watch: Watch, folder: Path, *records: Pair | Link, at: datetime = NOW) -> Draft:
    """A draft about all of them."""
    folder.mkdir(exist_ok=True)
    wishes = request.wishes(watch, records, at=at)
    draft = Draft(folder / f"{at:%j}-{records[0].id}.eml", b"mail", CONTACT, wishes)
    request.ask(watch, draft, at=at)
    return draft


def wanted(watch: Watch, at: datetime = NOW, provider: str | None = None) -> list[str]:
    """The ids of what is due and not asked for."""
    found = request.wishes_due(watch, at=at, within=SPAN, windows={}, provider=provider)
    return [one.record.id for one in found]


def test_what_was_asked_is_asked_no_more_until_it_is_withdrawn(custody: Custody, tmp_path: Path) -> None:
    """The file is there, an event for each, and a second withdrawal has nothing to take back."""
    one, other = stored(custody, 1, days=9), stored(custody, 2, days=40)
    stored(custody, 3, days=90)
    assert wanted(custody) == [one.id, other.id]
    draft = ask(custody, tmp_path / "out", one, other, one)
    assert draft.path.read_bytes() == b"mail"
    assert [wish.record.id for wish in draft.wishes] == [one.id, other.id]
    assert wanted(custody) == []
    with custody.reading() as reader:
        events = [each.event for each in reader.events(Wanted(what=("renewal-requested",)), after=0, limit=9)]
    assert {(each.pair, dict(each.details)["to"]) for each in events} == {(one.id, CONTACT), (other.id, CONTACT)}
    assert [wish.asked for wish in request.wishes(custody, [one], at=NOW + DAY)] == [NOW]
    request.withdraw(custody, [one], at=NOW)
    assert wanted(custody) == [one.id]
    with pytest.raises(NothingAsked):
        request.withdraw(custody, [other, one], at=NOW)
    assert wanted(custody) == [one.id]


def test_without_the_file_nothing_was_asked_and_without_the_note_there_is_no_file(
    custody: Custody, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both or nothing; a file that is there is never written over."""
    pair = stored(custody, 1, days=9)
    draft = Draft(tmp_path / "a.eml", b"mail", "", request.wishes(custody, [pair], at=NOW))
    draft.path.write_bytes(b"another")
    with pytest.raises(WouldOverwrite):
        request.ask(custody, draft, at=NOW)
    assert (draft.path.read_bytes(), wanted(custody)) == (b"another", [pair.id])
    draft.path.unlink()

    def full(*_arguments: object, **_more: object) -> None:
        raise NoRoom(path="x", why="full")

    with monkeypatch.context() as patch:
        patch.setattr(request, "record", full)
        with pytest.raises(NoRoom):
            request.ask(custody, draft, at=NOW)
    assert (draft.path.exists(), wanted(custody)) == (False, [pair.id])


def test_what_is_settled_in_good_time_or_noted_is_not_asked_for(custody: Custody, tmp_path: Path) -> None:
    """By name it is refused; ``--due`` leaves it out."""
    retired = stored(custody, 1, days=9, state="retired")
    with pytest.raises(NothingToAsk):
        request.wishes(custody, [retired], at=NOW)
    noted, waits, gone = stored(custody, 2, days=9), mailed(custody, 3, 3), mailed(custody, 4, 4, state="gone")
    ack(custody, noted, windows={}, at=NOW)
    assert wanted(custody) == [gone.id]
    assert wanted(custody, provider="tgic") == []
    late = stored(custody, 5, days=50)
    found = request.wishes_due(custody, at=NOW, within=SPAN, windows={"arag": 30})
    assert late.id not in {one.record.id for one in found}
    assert [link.id for link in request.links_without_pin(custody, at=NOW, within=SPAN)] == [waits.id]


def test_a_link_that_comes_after_is_the_answer(custody: Custody, tmp_path: Path) -> None:
    """Of the same holder and provider, mailed after it; it is told once, and nothing of it is due."""
    one, other = stored(custody, 1, days=9), stored(custody, 2, days=9)
    ask(custody, tmp_path / "out", one, other, at=NOW - 20 * DAY)
    assert len([row for row in due(custody, at=NOW, within=SPAN) if row.due.kind == "request-unanswered"]) == 2
    before = mailed(custody, 1, 1, received=NOW - 30 * DAY, recorded=NOW - 25 * DAY)
    assert request.answers(custody, [before]) == {}
    link = mailed(custody, 2, 1, received=NOW - DAY, recorded=NOW)
    assert {id_: asked.pair for id_, asked in request.answers(custody, [link]).items()} == {link.id: one.id}
    rows = [row.due for row in due(custody, at=NOW, within=SPAN)]
    assert [row.id for row in rows if row.kind == "request-unanswered"] == [other.id]
    second = mailed(custody, 3, 1, received=NOW, recorded=NOW)
    assert request.answers(custody, [second]) == {}


def test_a_holder_is_asked_and_the_provider_is_not(custody: Custody, tmp_path: Path) -> None:
    """His PIN is missing: that is an event, and no request that an answer is awaited to."""
    link = mailed(custody, 1, 1)
    draft = Draft(tmp_path / "pin.eml", b"mail", "", request.wishes(custody, [link], at=NOW))
    request.ask_for_pin(custody, draft, at=NOW)
    assert draft.path.exists()
    with custody.reading() as reader:
        assert reader.requests() == []
        assert [one.event.link for one in reader.events(Wanted(what=("pin-requested",)), after=0, limit=9)] == [link.id]


def test_a_watch_key_is_enough(folder: Path, tmp_path: Path) -> None:
    """To ask, to see the answer, and to take it back."""
    with vaults.custody(folder) as custody:
        pair = stored(custody, 1, days=9)
        change(custody, MAILBOX, "kaputt@x post@agentur.example", at=NOW)
    key = vaults.new_watch_key(folder, tmp_path / "watch.key")
    with vaults.watch(folder, key) as watch:
        assert request.sender(watch) == "post@agentur.example"
        ask(watch, tmp_path / "out", pair)
        request.withdraw(watch, [pair], at=NOW)
        assert wanted(watch) == [pair.id]


def test_a_pair_is_no_answer_to_the_request_for_its_successor(custody: Custody, tmp_path: Path) -> None:
    """Also where it was asked for in the very second in which the pair came."""
    pair = stored(custody, 1, days=9, added=NOW)
    ask(custody, tmp_path / "out", pair)
    assert wanted(custody) == []


def test_the_office_writes_before_a_mailbox(custody: Custody) -> None:
    """Who is told of what is due signs what is asked for; without either nobody does."""
    assert request.sender(custody) == ""
    change(custody, MAILBOX, "eingang@agentur.example", at=NOW)
    change(custody, OFFICE, "office@agentur.example", at=NOW)
    assert request.sender(custody) == "office@agentur.example"
