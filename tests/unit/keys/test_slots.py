"""``keyslots.json`` is hostile until proven otherwise: read strictly, bounded, and never half."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.slots import PASSPHRASE, keys
from vault.errors import CannotUnlock, Damaged, NewerVersion, SlotsDamaged
from vault.keys.slots import LONGEST, MOST_SLOTS, KeySlots
from vault.keys.unlocking import unlock_root
from vault.secret import Passphrase, RecoveryCode

KEYS = keys()
FILE = KEYS.slots.to_bytes()
Tree = dict[str, Any]


def read(data: bytes) -> KeySlots:
    """The slots of a file."""
    return KeySlots.from_bytes(data, "there/keyslots.json")


def changed(change: Callable[[Tree], object]) -> bytes:
    """The file after one change."""
    tree = json.loads(FILE)
    change(tree)
    return json.dumps(tree).encode()


def setting(name: str, value: object) -> Callable[[Tree], object]:
    """A change of a field of the file."""
    return lambda tree: tree.__setitem__(name, value)


def slot_setting(name: str, value: object, slot: int = 0) -> Callable[[Tree], object]:
    """A change of a field of a slot."""
    return lambda tree: tree["slots"][slot].__setitem__(name, value)


def wrap_setting(name: str, value: object, slot: int = 0) -> Callable[[Tree], object]:
    """A change of how a slot is wrapped: slot 0 has a passphrase, 1 a recovery code, 2 a watch key."""
    return lambda tree: tree["slots"][slot]["wrap"].__setitem__(name, value)


def test_round_trip() -> None:
    """What was written is read again, all of it, and written the same."""
    found = read(FILE)
    assert found._replace(path=KEYS.slots.path) == KEYS.slots
    assert found.to_bytes() == FILE


def test_ascii_and_line_end() -> None:
    """The file is ASCII whatever the names are, and ends in a line feed."""
    assert FILE.isascii()
    assert FILE.endswith(b"}\n")


HOSTILE = {
    "unknown field": setting("more", 1),
    "missing field": lambda tree: tree.pop("counter"),
    "other format": setting("format", "keepass"),
    "no version": lambda tree: tree.pop("version"),
    "version zero": setting("version", 0),
    "version true": setting("version", True),
    "version in words": setting("version", "1"),
    "vault id too short": setting("vault", "0123"),
    "vault id of other letters": setting("vault", "0123456789abcdeu"),
    "generation zero": setting("generation", 0),
    "register generation zero": setting("register_generation", 0),
    "no register generation": lambda tree: tree.pop("register_generation"),
    "generation too large": setting("generation", 2**53),
    "counter true": setting("counter", True),
    "counter broken": setting("counter", 1.5),
    "counter missing": setting("counter", None),
    "database elsewhere": setting("database", "../other.db"),
    "database absolute": setting("database", "/etc/passwd"),
    "database on a drive": setting("database", "C:x"),
    "database with a backslash": setting("database", "a\\b"),
    "database hidden": setting("database", ".db"),
    "database empty": setting("database", ""),
    "database with a line end": setting("database", "a.db\n"),
    "database with a dot at the end": setting("database", "a.db."),
    "database too long": setting("database", "a" * 65),
    "database of other letters": setting("database", "dätenbank.db"),
    "no slots": setting("slots", []),
    "slots not a list": setting("slots", {}),
    "too many slots": lambda tree: tree["slots"].extend(tree["slots"][:1] * MOST_SLOTS),
    "a slot twice": lambda tree: tree["slots"].append(tree["slots"][0]),
    "a slot not an object": lambda tree: tree["slots"].append(7),
    "short MAC": setting("mac", "AAAA"),
    "MAC not in base64": setting("mac", "!" * 44),
    "MAC not canonical": lambda tree: tree.__setitem__("mac", "A" * 42 + "B="),
    "slot with an unknown field": slot_setting("more", 1),
    "slot without a name": lambda tree: tree["slots"][0].pop("name"),
    "name too long": slot_setting("name", "x" * 201),
    "name no text": slot_setting("name", 1),
    "kind in capitals": slot_setting("kind", "PASSPHRASE"),
    "kind with an escape": slot_setting("kind", "\u001b[2J"),
    "created without zone": slot_setting("created", "2026-11-22T07:40:00"),
    "created no time": slot_setting("created", "yesterday"),
    "created in another zone": slot_setting("created", "2026-11-22T07:40+01:00"),
    "public too short": slot_setting("public", "AAAA"),
    "private too long": slot_setting("private", "A" * 68),
    "sealed of another kind": slot_setting("sealed", "A" * 64),
    "sealed too long": slot_setting("sealed", "A" * 100_000),
    "base64 with blanks": lambda tree: slot_setting("public", " " + tree["slots"][0]["public"])(tree),
    "base64 without padding": lambda tree: slot_setting("public", tree["slots"][0]["public"].rstrip("="))(tree),
    "wrap not an object": slot_setting("wrap", []),
    "wrap without method": lambda tree: tree["slots"][0]["wrap"].pop("method"),
    "wrap with an unknown field": wrap_setting("more", 1),
    "recovery wrap with an unknown field": wrap_setting("more", 1, slot=1),
    "watch wrap with a short salt": wrap_setting("salt", "AAAA", slot=2),
    "Argon2id with too much memory": wrap_setting("memory_kib", 1024 * 1024 + 1),
    "Argon2id with too little memory": wrap_setting("memory_kib", 7),
    "Argon2id with too many passes": wrap_setting("passes", 17),
    "Argon2id without passes": wrap_setting("passes", 0),
    "Argon2id with too many lanes": wrap_setting("lanes", 17),
    "Argon2id without lanes": wrap_setting("lanes", 0),
    "Argon2id with broken passes": wrap_setting("passes", 1.0),
    "Argon2id with true passes": wrap_setting("passes", True),
    "Argon2id with a long salt": wrap_setting("salt", "A" * 44),
}


@pytest.mark.parametrize("change", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_files_are_refused(change: Callable[[Tree], object]) -> None:
    """What the program would not write is refused when it is read, before any work is done for it."""
    with pytest.raises(SlotsDamaged) as caught:
        read(changed(change))
    assert caught.value.fields["path"] == "there/keyslots.json"
    assert "{" not in str(caught.value)


NO_FILES = {
    "nothing": b"",
    "no JSON": b"keys",
    "no object": b"[]",
    "no UTF-8": b"\xff\xfe{}",
    "cut short": FILE[:-3],
    "more behind": FILE + b"{}",
    "a key twice": FILE.replace(b'"counter"', b'"counter": 1, "counter"', 1),
    "not a number": FILE.replace(b'"generation": 1', b'"generation": NaN'),
    "a number without end": FILE.replace(b'"generation": 1', b'"generation": 1' + b"0" * 5000),
    "nested without end": b"[" * LONGEST,
    "too large": FILE + b" " * LONGEST,
}


@pytest.mark.parametrize("data", NO_FILES.values(), ids=NO_FILES.keys())
def test_what_is_no_such_file_is_refused(data: bytes) -> None:
    """Anything that is not the one JSON object is damage, never a traceback."""
    with pytest.raises(SlotsDamaged):
        read(data)


def unlocks(data: bytes, secret: Passphrase | RecoveryCode) -> bool:
    """Whether a file that says something else than ours is read, and unlocked by ``secret``."""
    try:
        found = read(data)
        return found.body() + found.mac != KEYS.slots.body() + KEYS.slots.mac and bool(unlock_root(found, secret))
    except (Damaged, CannotUnlock):
        return False


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_any_changed_octet_is_found(place: int, change: int) -> None:
    """One octet changed anywhere, and no secret unlocks the file, unless it says the same in other white space."""
    data = bytearray(FILE)
    data[place] ^= change
    assert not unlocks(bytes(data), PASSPHRASE)
    assert not unlocks(bytes(data), KEYS.code)


def test_a_newer_format_is_named() -> None:
    """A file of a later program is not called damaged, whatever else it has in it."""
    with pytest.raises(NewerVersion) as caught:
        read(b'{"format": "certvault-keyslots", "version": 2, "new": {}}')
    assert (caught.value.fields["found"], caught.value.fields["known"]) == (2, 1)


def test_together_the_slots_are_bounded_too() -> None:
    """Thirty slots, each as costly as one may be, would keep a wrong passphrase busy for minutes: refused unread."""

    def costly(tree: Tree) -> None:
        one = tree["slots"][0]
        one["wrap"] |= {"memory_kib": 1024 * 1024, "passes": 16}
        tree["slots"].append(one | {"id": "0" * 16})

    with pytest.raises(SlotsDamaged, match="more work"):
        read(changed(costly))


def test_kinds_of_later_versions_are_carried() -> None:
    """A slot of an unknown kind is listed and written again as it was, and cannot be used here."""

    def later(tree: Tree) -> None:
        wrap = {"method": "pcr", "bank": "sha256", "index": 7}
        tree["slots"].append(tree["slots"][0] | {"id": "0" * 16, "kind": "tpm2", "wrap": wrap, "sealed": "A" * 200})

    found = read(changed(later))
    assert not found.slots[-1].usable()
    assert found.slots[-1].wrap == {"method": "pcr", "bank": "sha256", "index": 7}
    assert read(found.to_bytes()) == found


def test_a_known_kind_with_a_later_method_is_carried() -> None:
    """A watch key that lies in a keyring is a watch slot all the same; this version does not open it."""
    found = read(changed(slot_setting("wrap", {"method": "keyring", "service": "certvault"}, slot=2)))
    assert not found.slots[2].usable()


@pytest.mark.parametrize(
    "wrap",
    [
        {"method": "x", "much": "y" * 2000},
        {"method": "x", "deep": {}},
        {"method": "x", "negative": -1},
        {"method": "x", "n" * 33: 1},
        {"method": "x"} | {f"n{i}": i for i in range(16)},
    ],
    ids=["long", "deep", "negative", "long name", "many"],
)
def test_what_is_carried_is_bounded(wrap: Tree) -> None:
    """Even what is not understood has bounds."""
    with pytest.raises(SlotsDamaged):
        read(changed(lambda tree: tree["slots"][0].update({"kind": "later", "wrap": wrap})))
