"""What every keyring promises: the one in memory and a real Secret Service."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.stand_in.keyring import MemoryKeyring, secret_service
from vault.keyring import SystemKeyring
from vault.ports.keyring import Keyring
from vault.secret import KeyringKey, MailPassword


@pytest.fixture(params=["memory", "Secret Service"])
def ring(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyring]:
    """An empty keyring of each kind."""
    if request.param == "memory":
        yield MemoryKeyring()
        return
    with secret_service() as environment:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        yield SystemKeyring(patience=20)


def test_a_keyring_keeps_a_key_for_each_slot(ring: Keyring) -> None:
    """Put in, read, replaced, forgotten; those of other slots and other vaults stay."""
    one, other, third = (KeyringKey(os.urandom(32)) for _ in range(3))
    assert ring.get("VAULT", "A") is None
    ring.put("VAULT", "A", one)
    ring.put("VAULT", "B", other)
    ring.put("ELSEWHERE", "A", third)
    assert (ring.get("VAULT", "A"), ring.get("VAULT", "B"), ring.get("ELSEWHERE", "A")) == (one, other, third)
    ring.put("VAULT", "A", other)
    assert ring.get("VAULT", "A") == other
    ring.remove("VAULT", "A")
    ring.remove("VAULT", "A")
    assert ring.get("VAULT", "A") is None
    assert (ring.get("VAULT", "B"), ring.get("ELSEWHERE", "A")) == (other, third)


def test_a_keyring_keeps_a_password_for_each_account(ring: Keyring) -> None:
    """Put in, read, replaced, forgotten; those of other accounts stay."""
    one, other = MailPassword("Geheim ä1"), MailPassword("x")
    assert ring.password("smtp://a@b") is None
    ring.keep("smtp://a@b", one)
    ring.keep("smtp://c@b", other)
    assert ring.password("smtp://a@b") == one
    ring.keep("smtp://a@b", other)
    assert ring.password("smtp://a@b") == other
    ring.forget("smtp://a@b")
    ring.forget("smtp://a@b")
    assert ring.password("smtp://a@b") is None
    assert ring.password("smtp://c@b") == other
