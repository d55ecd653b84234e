"""Many pairs in one transaction: what that does not take is admitted alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from tests.stand_in.certificates import make_pair
from tests.support import vaults
from tests.support.vaults import NOW
from vault.custody import Custody
from vault.errors import Damaged, Fault
from vault.ledger import batch
from vault.ledger.batch import Entry, admit_each
from vault.ledger.pairs import Admission, Proven, Stored
from vault.model.link import Link
from vault.model.pair import Contents
from vault.model.succession import UNSAID
from vault.operations.waiting import wait
from vault.pkcs12.inside import opened
from vault.profiles import load_all
from vault.secret import Pin


@pytest.fixture
def custody(tmp_path: Path) -> Iterator[Custody]:
    """An empty vault."""
    vaults.new_vault(tmp_path / "vault")
    with vaults.custody(tmp_path / "vault") as custody:
        yield custody


def entry(name: str) -> Entry:
    """A proven pair for ``name``."""
    pin = Pin("Ab3x")
    file = make_pair(name, pin.reveal())
    return Entry(Proven(Contents(file, pin), opened(file, pin), "file"), Admission("arag", name, UNSAID))


def test_what_the_transaction_does_not_take_is_admitted_alone(
    custody: Custody, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault over one entry takes back the transaction, and then costs nobody his pair."""
    entries = [entry("Müller"), entry("Kaya"), entry("Otto")]

    def settle(_custody: object, _writer: object, pair: object, *_rest: object) -> None:
        if getattr(pair, "fingerprint", "") == entries[1].proven.opened.certificate.fingerprint:
            raise Fault(what="a fault in the middle")

    monkeypatch.setattr(batch, "settle", settle)
    results = admit_each(custody, entries, at=NOW, random=os.urandom)
    assert [isinstance(one, Stored) for one in results] == [True, True, True]
    with custody.reading() as reader:
        assert sum(reader.counts_of_holders().values()) == 3


def test_a_damaged_store_ends_all(custody: Custody, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then none of them is here."""

    def settle(*_all: object) -> NoReturn:
        raise Damaged(path="vault.db", why="x")

    monkeypatch.setattr(batch, "settle", settle)
    with pytest.raises(Damaged):
        admit_each(custody, [entry("Müller")], at=NOW, random=os.urandom)
    with custody.reading() as reader:
        assert not reader.every_holder()


def test_a_pin_that_waits_is_used_up_with_its_copies(tmp_path: Path) -> None:
    """For the pair's holder and for its provider or none that was said; another PIN, holder or provider waits on."""
    vaults.new_vault(tmp_path / "vault")
    key = vaults.new_watch_key(tmp_path / "vault", tmp_path / "watch.key")
    with vaults.watch(tmp_path / "vault", key) as watch:

        def noted(pin: str, holder: str = "Müller", provider: str = "arag") -> Link:
            of = {"holder": holder, "provider": provider}
            return wait(watch, Pin(pin), **of, profiles=load_all(), at=NOW, random=os.urandom).link

        used = {noted("Ab3x").id, noted("Ab3x", provider="generic").id}
        left = {noted("Ab3x", provider="vhv").id, noted("Ab3x", "Kaya").id, noted("Other1", "Kaya").id}
    with vaults.custody(tmp_path / "vault") as custody:
        (stored,) = admit_each(custody, [entry("Müller")], at=NOW, random=os.urandom)
        assert isinstance(stored, Stored)
        with custody.reading() as reader:
            links = {one.id: one for one in reader.links(every=True)}
    assert {links[id_].pair for id_ in used} == {stored.pair.id}
    assert {links[id_].state for id_ in used} == {"claimed"}
    assert {links[id_].state for id_ in left} == {"open"}
