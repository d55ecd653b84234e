"""What a slot opens, sealed to the slot's public half, and vouched for.

The seal (HPKE) lets somebody with the root key seal a new one to a slot whose owner is away. But anybody can seal to a
public half, and whoever writes the folder could slip an owner a root key of his own, and read every pair stored under
it. So each seal carries a voucher: a MAC under a key that only the slot's owner (it comes of the private half) and
whoever has the root key (a copy is kept under the events key) can know.
"""

from __future__ import annotations

from vault.crypto import hpke
from vault.crypto.aead import seal_once, unseal
from vault.crypto.failure import NotAuthentic
from vault.crypto.hashing import is_mac, mac
from vault.crypto.hkdf import hkdf
from vault.crypto.hpke import PublicKey
from vault.model.canonical import canonical
from vault.model.ids import Random
from vault.secret import EventsKey

_SALT = 32


def voucher_key(private: bytes, vault: str, slot: str) -> bytes:
    """The key of a slot's vouchers, which comes of its private half."""
    return hkdf(private, salt=vault.encode(), info=f"certvault/1/voucher/{slot}".encode())


def kept(key: bytes, events: EventsKey, vault: str, slot: str, random: Random) -> bytes:
    """A voucher ``key`` sealed for whoever has the root key: 80 octets."""
    salt = random(_SALT)
    return salt + seal_once(_keeping_key(events, salt), key, _kept_context(vault, slot))


def recalled(sealed: bytes, events: EventsKey, vault: str, slot: str) -> bytes:
    """The inverse of :func:`kept`. Raises NotAuthentic."""
    return unseal(_keeping_key(events, sealed[:_SALT]), sealed[_SALT:], _kept_context(vault, slot))


def sealed_for(
    public: PublicKey, held: bytes, key: bytes, *, vault: str, slot: str, kind: str, generation: int
) -> tuple[bytes, bytes]:
    """``held`` sealed to a slot's ``public`` half, and the voucher for it under the voucher ``key``."""
    context = _context(vault, slot, kind, generation)
    sealed = hpke.seal(public, held, context)
    return sealed, mac(key, _vouched(sealed, context))


def is_vouched(key: bytes, sealed: bytes, voucher: bytes, *, vault: str, slot: str, kind: str, generation: int) -> bool:
    """Whether ``voucher`` is the one of ``sealed`` under a voucher ``key``."""
    return is_mac(key, _vouched(sealed, _context(vault, slot, kind, generation)), voucher)


def unsealed(
    private: bytes, sealed: bytes, voucher: bytes, *, vault: str, slot: str, kind: str, generation: int
) -> bytes:
    """What a slot opens. Raises NotAuthentic where the seal or its voucher is not from somebody with the root key."""
    key, context = voucher_key(private, vault, slot), _context(vault, slot, kind, generation)
    if not is_vouched(key, sealed, voucher, vault=vault, slot=slot, kind=kind, generation=generation):
        raise NotAuthentic
    return hpke.unseal(private, sealed, context)


def _vouched(sealed: bytes, context: bytes) -> bytes:
    return b"certvault/1/mac/voucher\n" + context + b"\n" + sealed


def _context(vault: str, slot: str, kind: str, generation: int) -> bytes:
    return canonical(
        {"label": "certvault/1/slot-sealed", "vault": vault, "slot": slot, "kind": kind, "generation": generation}
    )


def _keeping_key(events: EventsKey, salt: bytes) -> bytes:
    return hkdf(events.reveal(), salt=salt, info=b"certvault/1/voucher-key")


def _kept_context(vault: str, slot: str) -> bytes:
    return canonical({"label": "certvault/1/voucher-key", "vault": vault, "slot": slot})
