"""A pair opens as it was stored, in its own row, in its own vault; or it does not open."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.crypto import hpke
from vault.errors import PairDamaged, PairDiffers, ParkedDamaged
from vault.keys.derive import inbox_key, pairs_key, register_key, watch_keys
from vault.model.pair import Contents, Pair
from vault.sealing import Inbox, Letterbox, Sealer
from vault.secret import PairsKey, Pin, RootKey

VAULT, OTHER_VAULT = "0123456789ABCDEF", "FEDCBA9876543210"
ROOT = RootKey(bytes(range(32)))
SEALER = Sealer(pairs_key(ROOT, VAULT, 1), VAULT)
PAIR = Pair(
    id="PAIR000000000000",
    provider="arag",
    holder="H0LDER0000000000",
    lineage="11NEAGE000000000",
    purpose="",
    subject="CN=Schäffer\\, René,O=Makler",
    issuer="CN=ARAG Webservice CA",
    serial="0a1b",
    fingerprint="f" * 64,
    not_before=datetime(2026, 11, 1, tzinfo=UTC),
    not_after=datetime(2027, 11, 1, 23, 59, 59, tzinfo=UTC),
    state="current",
    proof="file",
    added=datetime(2026, 11, 22, 7, 40, tzinfo=UTC),
)
CONTENTS = Contents(b"\x30\x82 a file", Pin("geheim-Pin-4711"))
SEALED = SEALER.seal(PAIR, CONTENTS, os.urandom)

BOUND: dict[str, Any] = {
    "id": "PAIR000000000001",
    "subject": "CN=Other",
    "issuer": "CN=Other",
    "serial": "0a1c",
    "fingerprint": "e" * 64,
    "not_before": PAIR.not_before - timedelta(seconds=1),
    "not_after": PAIR.not_after + timedelta(days=30),
}
INSIDE: dict[str, Any] = {
    "provider": "tgic",
    "holder": "H0LDER0000000001",
    "lineage": "11NEAGE000000001",
    "purpose": "test",
    "proof": "portal",
    "added": PAIR.added + timedelta(seconds=1),
}


@given(st.binary(max_size=300), st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=30))
def test_round_trip(pkcs12: bytes, pin: str) -> None:
    """The very octets and the very PIN come out again."""
    contents = Contents(pkcs12, Pin(pin))
    assert SEALER.open(PAIR, SEALER.seal(PAIR, contents, os.urandom)) == contents


@pytest.mark.parametrize("place", range(len(SEALED)))
def test_every_changed_octet_is_damage(place: int) -> None:
    """One octet changed anywhere in the sealed value: the pair does not open, and nothing of it is told."""
    changed = bytearray(SEALED)
    changed[place] ^= 1 << place % 8
    with pytest.raises(PairDamaged) as caught:
        SEALER.open(PAIR, bytes(changed))
    assert caught.value.fields == {"pair": PAIR.id}


@pytest.mark.parametrize("length", [0, 1, 33, 48, 49, len(SEALED) - 1])
def test_cut_short_is_damage(length: int) -> None:
    """A sealed value that is cut short does not open."""
    with pytest.raises(PairDamaged):
        SEALER.open(PAIR, SEALED[:length])


@pytest.mark.parametrize("field", BOUND)
def test_the_certificates_columns_are_bound(field: str) -> None:
    """A date, a subject or another public fact changed in the row: the pair does not open."""
    with pytest.raises(PairDamaged):
        SEALER.open(PAIR._replace(**{field: BOUND[field]}), SEALED)


@pytest.mark.parametrize("field", INSIDE)
def test_what_stands_inside_is_compared(field: str) -> None:
    """A holder, provider or lineage changed in the row is named, with what was sealed."""
    changed = PAIR._replace(**{field: INSIDE[field]})
    with pytest.raises(PairDiffers) as caught:
        SEALER.open(changed, SEALED)
    fields = caught.value.fields
    assert fields["field"] == field
    assert fields["row"] != fields["sealed"]
    assert str(fields["row"]) in str(caught.value)
    assert str(fields["sealed"]) in str(caught.value)
    assert CONTENTS.pin.reveal() not in f"{caught.value} {fields}"


def test_every_column_is_guarded_or_free_on_purpose() -> None:
    """Each column of a pair is bound or sealed, but for its state, which changes in its life."""
    assert set(Pair._fields) - set(BOUND) - set(INSIDE) == {"state", "superseded_by"}
    for changed in (PAIR._replace(state="superseded", superseded_by="X" * 16), PAIR._replace(state="retired")):
        assert SEALER.open(changed, SEALED) == CONTENTS


def test_other_vault_and_other_keys() -> None:
    """A sealed value that is carried to another vault, or met with another key, the register's too, does not open."""
    others = [
        Sealer(pairs_key(ROOT, VAULT, 1), OTHER_VAULT),
        Sealer(pairs_key(ROOT, OTHER_VAULT, 1), VAULT),
        Sealer(pairs_key(ROOT, VAULT, 2), VAULT),
        Sealer(PairsKey(register_key(ROOT, VAULT, 1).reveal()), VAULT),
    ]
    for other in others:
        with pytest.raises(PairDamaged):
            other.open(PAIR, SEALED)


def test_a_watch_opens_no_pair() -> None:
    """Neither of the two keys that a watch has opens a pair, as any kind of key."""
    register, public = watch_keys(ROOT, VAULT, 1, 1)
    for key in (register.reveal(), public):
        with pytest.raises(PairDamaged):
            Sealer(PairsKey(key), VAULT).open(PAIR, SEALED)


def test_sealed_twice_has_nothing_in_common() -> None:
    """Each seal has a salt, and so a key, of its own; nothing of the contents can be seen."""
    again = SEALER.seal(PAIR, CONTENTS, os.urandom)
    assert again[1:33] != SEALED[1:33]
    assert again[33:] != SEALED[33:]
    assert b"geheim" not in again
    assert CONTENTS.pkcs12 not in again


def test_inbox_round_trip() -> None:
    """What a watch puts into the inbox, whoever has the root key takes out."""
    letterbox = Letterbox(watch_keys(ROOT, VAULT, 1, 1).inbox_public, VAULT)
    inbox = Inbox(inbox_key(ROOT, VAULT, 1), VAULT)
    assert inbox.open("file", "L1NK", letterbox.seal("file", "L1NK", b"a file")) == b"a file"


def test_inbox_is_bound() -> None:
    """What waits with one link does not open with another, as another kind, in another vault or generation."""
    sealed = Letterbox(watch_keys(ROOT, VAULT, 1, 1).inbox_public, VAULT).seal("file", "L1NK", b"a file")
    inbox = Inbox(inbox_key(ROOT, VAULT, 1), VAULT)
    tries = [
        (inbox, "file", "0THER"),
        (inbox, "pin", "L1NK"),
        (Inbox(inbox_key(ROOT, VAULT, 1), OTHER_VAULT), "file", "L1NK"),
        (Inbox(inbox_key(ROOT, VAULT, 2), VAULT), "file", "L1NK"),
    ]
    for one, kind, link in tries:
        with pytest.raises(ParkedDamaged, match=link):
            one.open(kind, link, sealed)


def test_inbox_finds_every_change() -> None:
    """One octet changed anywhere: it does not open; nor does what is too short."""
    sealed = Letterbox(watch_keys(ROOT, VAULT, 1, 1).inbox_public, VAULT).seal("file", "L1NK", b"a file")
    inbox = Inbox(inbox_key(ROOT, VAULT, 1), VAULT)
    changed = [sealed[:i] + bytes([sealed[i] ^ 0x80]) + sealed[i + 1 :] for i in range(len(sealed))]
    for one in [*changed, b"", sealed[:1], sealed[:32], sealed[:-1]]:
        with pytest.raises(ParkedDamaged):
            inbox.open("file", "L1NK", one)
    assert len(sealed) == 1 + hpke.OVERHEAD + len(b"a file")
