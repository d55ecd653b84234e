"""Every key is for one purpose of one generation of one vault."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vault.crypto import hpke
from vault.keys.derive import events_key, inbox_key, pairs_key, register_key, watch_keys
from vault.secret import RootKey

ROOT = RootKey(bytes(range(32)))
VAULT = "0123456789ABCDEF"


def all_keys(root: RootKey, vault: str, generation: int) -> list[bytes]:
    """The clear octets of the four keys."""
    return [derive(root, vault, generation).reveal() for derive in (register_key, pairs_key, inbox_key, events_key)]


@given(st.integers(1, 1000), st.integers(1, 1000))
def test_no_two_keys_are_the_same(one: int, other: int) -> None:
    """Purposes, generations, vaults and root keys never share a key."""
    keys = (
        all_keys(ROOT, VAULT, one) + all_keys(ROOT, "FEDCBA9876543210", one) + all_keys(RootKey(bytes(32)), VAULT, one)
    )
    if other != one:
        keys += all_keys(ROOT, VAULT, other)
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_the_same_again() -> None:
    """The same root key gives the same keys for ever."""
    assert all_keys(ROOT, VAULT, 1) == all_keys(ROOT, VAULT, 1)


def test_a_watch_gets_the_register_key_and_a_public_half() -> None:
    """A watch's keys are the register key and the public half of the inbox: no private half, no other key."""
    register, public = watch_keys(ROOT, VAULT, 3, 3)
    assert register == register_key(ROOT, VAULT, 3)
    assert hpke.unseal(inbox_key(ROOT, VAULT, 3).reveal(), hpke.seal(public, b"text", b""), b"") == b"text"
