"""What was purged is gone: from the register, and from every page of the database's file."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import pytest

from tests.stand_in.register import AT, a_holder, a_pair, an_event, an_id
from tests.support.pages import pages, remains
from vault.secret import RegisterKey
from vault.store.store import create, open_store

KEY = RegisterKey(bytes(range(32)))


@pytest.mark.parametrize(("seed", "least", "most"), [(4, 49, 300), (9, 49, 300), (3, 49, 9000)])
def test_no_byte_of_a_deleted_pair_stays_in_the_file(tmp_path: Path, seed: int, least: int, most: int) -> None:
    """Whatever their sizes and their order: not 16 bytes in a row of a sealed value, in no page, used or free.

    With the first two seeds SQLite moves a cell before it is deleted, and overwriting alone leaves a copy of it.
    """
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    path = tmp_path / "vault.db"
    living: dict[int, bytes] = {}
    deleted: list[bytes] = []
    with closing(create(path, KEY, vault_id="V", at=AT, slots_counter=1)) as store:
        with store.writing() as writer:
            writer.add_holder(a_holder(1))
        for _round in range(8):
            with store.writing() as writer:
                for number in range(len(living) + len(deleted), len(living) + len(deleted) + 15):
                    living[number] = chance.randbytes(chance.randrange(least, most))
                    writer.add_pair(a_pair(number, state="retired"), living[number])
            with store.writing() as writer:
                for number in chance.sample(sorted(living), 10):
                    writer.add_event(an_event(len(deleted) + 1, what="purge", pair=an_id(number)))
                    writer.delete_pair(an_id(number))
                    deleted.append(living.pop(number))
        before = b"".join(pages(path, KEY.reveal()))
        assert all(remains(before, value) for value in living.values())
        store.wipe()
        assert not store.unwiped()
        clear = b"".join(pages(path, KEY.reveal()))
        assert not [value for value in deleted if remains(clear, value)]
        with store.reading() as reader:
            assert {number: reader.sealed(an_id(number)) for number in living} == living
    assert list(tmp_path.iterdir()) == [path]


def test_the_smallest_remains_are_not_forgotten(tmp_path: Path) -> None:
    """A pair that leaves no free page behind: the store knows all the same that it is to be wiped, also opened anew."""
    path = tmp_path / "vault.db"
    with closing(create(path, KEY, vault_id="V", at=AT, slots_counter=1)) as store, store.writing() as writer:
        writer.add_holder(a_holder(1))
        for number in (1, 2):
            writer.add_pair(a_pair(number, state="retired"), bytes([number]) * 49)
        writer.add_event(an_event(1, what="purge", pair=an_id(1)))
        assert not store.unwiped()
        writer.delete_pair(an_id(1))
    with closing(open_store(path, KEY, vault_id="V")) as store:
        assert store.unwiped()
        store.wipe()
    with closing(open_store(path, KEY, vault_id="V")) as store:
        assert not store.unwiped()
