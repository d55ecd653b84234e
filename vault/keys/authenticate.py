"""What only somebody with the root key could have written: MACs under the events key.

Each is HMAC-SHA-256 over a label, a line feed and canonical JSON (``docs/format.md``). They catch what was written
past the program by somebody who has the register key alone.
"""

from __future__ import annotations

from vault.crypto.hashing import mac
from vault.crypto.hkdf import hkdf
from vault.model.canonical import canonical
from vault.secret import EventsKey, RegisterKey


def slots_mac(key: EventsKey, body: bytes) -> bytes:
    """The MAC of a slot file, whose ``body`` is everything in it but the MAC."""
    return _mac(key, "slots", body)


def event_auth(key: EventsKey, hash_: bytes, number: int) -> bytes:
    """The authentication of the event with this :func:`vault.model.chain.event_hash` and ``number``."""
    return _mac(key, "event", canonical({"hash": hash_.hex(), "number": number}))


def setting_auth(key: EventsKey, vault: str, name: str, value: str) -> bytes:
    """The authentication of a setting that could silence a warning."""
    return _mac(key, "setting", canonical({"name": name, "value": value, "vault": vault}))


def backup_auth(key: EventsKey, signed: bytes) -> bytes:
    """The authentication of a backup that only somebody with the root key can have made."""
    return _mac(key, "backup", signed)


def backup_register_auth(key: RegisterKey, vault: str, signed: bytes) -> bytes:
    """The authentication of a backup that whoever has the register key can have made."""
    own = hkdf(key.reveal(), salt=vault.encode(), info=b"certvault/1/backup")
    return mac(own, b"certvault/1/mac/backup\n" + signed)


def same(one: bytes, other: bytes) -> bool:
    """Whether two MACs are equal, compared in constant time."""
    import hmac  # loads the system's OpenSSL; a watch key compares nothing

    return hmac.compare_digest(one, other)


def _mac(key: EventsKey, purpose: str, message: bytes) -> bytes:
    return mac(key.reveal(), f"certvault/1/mac/{purpose}\n".encode() + message)
