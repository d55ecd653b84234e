"""How the private half of a slot is wrapped by what its owner has.

Each wrap has a fresh salt, so its wrapping key seals one value in its life. What is wrapped is bound to vault, slot
and kind, and not to the generation: it outlives the root key, so that a rotation asks nobody for a passphrase.
"""

from collections.abc import Mapping
from typing import NamedTuple

from vault.crypto.aead import seal_once, unseal
from vault.crypto.hkdf import hkdf
from vault.errors import N_, TooLittleMemory, Usage
from vault.keys import strict
from vault.keys.strict import Malformed
from vault.model.canonical import canonical
from vault.model.ids import Random
from vault.secret import KeyringKey, Passphrase, RecoveryCode, WatchKey

Wrap = Mapping[str, str | int]
"""``method``, and what the method needs: a salt in base64, and for Argon2id its profile and parameters."""

METHODS = {"passphrase": "argon2id", "recovery": "recovery-code", "keyring": "keyring", "watch": "key-file"}
"""The kinds of slot that this version opens, and how what their owner has becomes a key."""

MOST_MEMORY_KIB, MOST_PASSES, MOST_LANES = 1024 * 1024, 16, 16
"""The most that a slot may ask of Argon2id."""
LONGEST_PASSPHRASE = 1024

_ARGON2_SALT, _SALT = 16, 32


class Argon2Profile(NamedTuple):
    """Parameters of Argon2id (RFC 9106) under a name. They stand in the slot; the name is for people."""

    name: str
    memory_kib: int
    passes: int
    lanes: int


PROFILE = Argon2Profile("2026", memory_kib=128 * 1024, passes=4, lanes=4)
"""The profile of new passphrase slots: about 0.3 s on two cores of a server (more than RFC 9106's second choice)."""


def argon2_wrap(profile: Argon2Profile, random: Random) -> Wrap:
    """A fresh wrap for a passphrase."""
    return {
        "method": METHODS["passphrase"],
        "profile": profile.name,
        "memory_kib": profile.memory_kib,
        "passes": profile.passes,
        "lanes": profile.lanes,
        "salt": strict.base64(random(_ARGON2_SALT)),
    }


def salted_wrap(kind: str, random: Random) -> Wrap:
    """A fresh wrap for what is random already: a recovery code, or a key in a keyring or a file."""
    return {"method": METHODS[kind], "salt": strict.base64(random(_SALT))}


def checked_wrap(kind: str, value: object) -> Wrap:
    """``value`` as the wrap of a slot of ``kind``, its costs bounded. Raises Malformed.

    A wrap that this version does not know is carried: at most 16 strings and whole numbers under short names.
    """
    found = strict.any_fields(value)
    method = strict.text(found, "method", 32)
    if METHODS.get(kind) != method:
        return _carried(found)
    if method != METHODS["passphrase"]:
        strict.octets(strict.fields(value, frozenset({"method", "salt"})), "salt", _SALT, _SALT)
        return _carried(found)
    strict.fields(value, frozenset({"method", "profile", "memory_kib", "passes", "lanes", "salt"}))
    strict.text(found, "profile", 32)
    strict.whole(found, "passes", 1, MOST_PASSES)
    lanes = strict.whole(found, "lanes", 1, MOST_LANES)
    strict.whole(found, "memory_kib", 8 * lanes, MOST_MEMORY_KIB)
    strict.octets(found, "salt", _ARGON2_SALT, _ARGON2_SALT)
    return _carried(found)


def work(wrap: Wrap) -> int:
    """What one try of a checked wrap costs: KiB times passes, nothing for all but passphrases."""
    return int(wrap["memory_kib"]) * int(wrap["passes"]) if wrap["method"] == METHODS["passphrase"] else 0


def wrapping_key(wrap: Wrap, owner: Passphrase | RecoveryCode | KeyringKey | WatchKey) -> bytes:
    """The key that what the ``owner`` has gives under a checked ``wrap``. Raises TooLittleMemory."""
    method = str(wrap["method"])
    salt = strict.octets(wrap, "salt", 1, 64)
    if isinstance(owner, Passphrase):
        return _stretched(wrap, owner, salt)
    return hkdf(_octets(owner), salt=salt, info=f"certvault/1/wrap/{method}".encode())


def wrapped(key: bytes, private: bytes, vault: str, slot: str, kind: str) -> bytes:
    """A slot's ``private`` half under a wrapping ``key``: 48 octets."""
    return seal_once(key, private, _bound(vault, slot, kind))


def unwrapped(key: bytes, sealed: bytes, vault: str, slot: str, kind: str) -> bytes:
    """The inverse of :func:`wrapped`. Raises NotAuthentic."""
    return unseal(key, sealed, _bound(vault, slot, kind))


def check_passphrase(passphrase: Passphrase) -> None:
    """Refuse what could not be typed again: nothing, too much, or broken characters. Raises Usage."""
    text = passphrase.reveal()
    if not text or len(text) > LONGEST_PASSPHRASE:
        raise Usage(what=N_("a passphrase has between 1 and 1024 characters"))
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise Usage(what=N_("the passphrase has a broken character in it; mind the terminal's character set"))


def _stretched(wrap: Wrap, passphrase: Passphrase, salt: bytes) -> bytes:
    from vault.crypto.argon2 import argon2id  # a watch key never needs it

    cost = {name: int(wrap[name]) for name in ("memory_kib", "passes", "lanes")}
    try:
        return argon2id(_normal(passphrase), salt=salt, **cost)
    except MemoryError:
        raise TooLittleMemory(mebibytes=cost["memory_kib"] // 1024) from None


def _octets(owner: RecoveryCode | KeyringKey | WatchKey) -> bytes:
    if isinstance(owner, (KeyringKey, WatchKey)):
        return owner.reveal()
    from vault.keys.recovery import code_bytes

    return code_bytes(owner)


def _normal(passphrase: Passphrase) -> bytes:
    import unicodedata

    # NFC, because one keyboard sends ä as one character and another as two.
    return unicodedata.normalize("NFC", passphrase.reveal()).encode("utf-8", "surrogatepass")


def _bound(vault: str, slot: str, kind: str) -> bytes:
    return canonical({"label": "certvault/1/slot-private", "vault": vault, "slot": slot, "kind": kind})


def _carried(found: Mapping[str, object]) -> Wrap:
    if len(found) > 16:
        raise Malformed(N_("a slot's wrap has too many fields"))
    carried: dict[str, str | int] = {}
    for name, value in found.items():
        if len(name) > 32:
            raise Malformed(N_("a slot's wrap has a name that is too long"))
        is_number = isinstance(value, int)
        carried[name] = strict.whole(found, name, 0, 2**53 - 1) if is_number else strict.text(found, name, 1024)
    return carried
