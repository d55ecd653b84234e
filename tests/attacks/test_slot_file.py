"""``keyslots.json`` in the hands of somebody who can write the folder."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.attacks.watcher import Watcher
from tests.support import vaults
from tests.support.vaults import NOW
from vault import opening
from vault.errors import CertvaultError
from vault.secret import Passphrase

Tree = dict[str, Any]

SPOILT: dict[str, Callable[[Tree], Tree]] = {
    "counter lowered": lambda tree: tree | {"counter": 1},
    "counter of none": lambda tree: tree | {"counter": 0},
    "counter as a text": lambda tree: tree | {"counter": "2"},
    "another generation": lambda tree: tree | {"generation": 2},
    "another generation of the register": lambda tree: tree | {"register_generation": 2},
    "another vault": lambda tree: tree | {"vault": "0" * 16},
    "database elsewhere": lambda tree: tree | {"database": "other.db"},
    "database in another folder": lambda tree: tree | {"database": "../other.db"},
    "database with a whole path": lambda tree: tree | {"database": "/etc/passwd"},
    "database is the slot file": lambda tree: tree | {"database": "keyslots.json"},
    "slots the other way round": lambda tree: tree | {"slots": tree["slots"][::-1]},
    "a slot left out": lambda tree: tree | {"slots": tree["slots"][:1]},
    "a slot twice": lambda tree: tree | {"slots": [*tree["slots"], tree["slots"][0]]},
    "no slots": lambda tree: tree | {"slots": []},
    "no MAC": lambda tree: {name: tree[name] for name in tree if name != "mac"},
    "a MAC of zeros": lambda tree: tree | {"mac": base64.b64encode(bytes(32)).decode()},
    "watch relabelled as passphrase": lambda tree: _with_slot(tree, 2, kind="passphrase"),
    "watch relabelled as recovery": lambda tree: _with_slot(tree, 2, kind="recovery"),
    "passphrase relabelled as watch": lambda tree: _with_slot(tree, 0, kind="watch"),
    "another name on a slot": lambda tree: _with_slot(tree, 0, name="Somebody else"),
    "cheaper derivation": lambda tree: _with_slot(tree, 0, wrap=tree["slots"][0]["wrap"] | {"passes": 2}),
    "endless derivation": lambda tree: _with_slot(tree, 0, wrap=tree["slots"][0]["wrap"] | {"passes": 2**40}),
    "seals of two slots swapped": lambda tree: _swapped(tree, "sealed"),
    "private halves swapped": lambda tree: _swapped(tree, "private"),
    "public halves swapped": lambda tree: _swapped(tree, "public"),
    "ids swapped": lambda tree: _swapped(tree, "id"),
    "vouchers swapped": lambda tree: _swapped(tree, "voucher"),
    "one field more": lambda tree: tree | {"more": 1},
    "version of tomorrow": lambda tree: tree | {"version": 2},
}
"""What somebody who can write the folder makes of ``keyslots.json``."""


def _with_slot(tree: Tree, index: int, **fields: object) -> Tree:
    slots = [dict(slot) for slot in tree["slots"]]
    slots[index] |= fields
    return tree | {"slots": slots}


def _swapped(tree: Tree, field: str) -> Tree:
    slots = [dict(slot) for slot in tree["slots"]]
    slots[0][field], slots[1][field] = slots[1][field], slots[0][field]
    return tree | {"slots": slots}


@pytest.mark.parametrize("name", SPOILT)
def test_a_slot_file_that_was_changed_opens_nothing_with_the_root_key(name: str, watcher: Watcher) -> None:
    """Damage, or a key that does not fit: never a vault."""
    path = watcher.folder / "keyslots.json"
    tree = json.loads(path.read_bytes())
    path.write_text(json.dumps(SPOILT[name](tree)))
    with pytest.raises(CertvaultError) as told, vaults.custody(watcher.folder):
        pass
    assert told.value.code in {3, 5}


@pytest.mark.parametrize("name", SPOILT)
def test_a_slot_file_that_was_changed_shows_a_watch_no_other_register(name: str, watcher: Watcher) -> None:
    """A watch cannot check the file's MAC; what its own slot says is true, or it is told."""
    path = watcher.folder / "keyslots.json"
    path.write_text(json.dumps(SPOILT[name](json.loads(path.read_bytes()))))
    try:
        with vaults.watch(watcher.folder, watcher.file) as watch:
            assert (watch.vault_id, watch.slots.database) == (watcher.slots.vault, watcher.slots.database)
            with watch.reading() as reader:
                assert reader.count_current() == 2
    except CertvaultError as told:
        if told.code not in {3, 5}:
            raise


def test_old_slots_put_back_and_slots_of_another_vault_are_told(watcher: Watcher, tmp_path: Path) -> None:
    """To the root key and to the watch: a key that was removed is not let in again, another vault is not this one."""
    path, other = watcher.folder / "keyslots.json", tmp_path / "other"
    older = path.read_bytes()
    vaults.new_watch_key(watcher.folder, tmp_path / "second.key", "second")
    vaults.new_vault(other)
    for contents in (older, (other / "keyslots.json").read_bytes()):
        path.write_bytes(contents)
        with pytest.raises(CertvaultError) as told, vaults.custody(watcher.folder):
            pass
        assert told.value.code == 5
        with pytest.raises(CertvaultError) as told, vaults.watch(watcher.folder, watcher.file):
            pass
        assert told.value.code in {3, 5}


def test_a_slot_of_another_vault_slipped_in_opens_nothing(watcher: Watcher, tmp_path: Path) -> None:
    """An attacker's own vault, whose slots he knows, in the place of a slot of this one."""
    other = tmp_path / "other"
    vaults.new_vault(other, Passphrase("the attacker's"))
    path = watcher.folder / "keyslots.json"
    tree, alien = json.loads(path.read_bytes()), json.loads((other / "keyslots.json").read_bytes())
    path.write_text(json.dumps(tree | {"slots": [*tree["slots"], alien["slots"][0]]}))
    for passphrase in (Passphrase("the attacker's"), vaults.PASSPHRASE):
        with (
            pytest.raises(CertvaultError) as told,
            opening.custody(watcher.folder, passphrase, user="x", at=NOW),
        ):
            pass
        assert told.value.code in {3, 5}
