"""What comes of the root key: one key for each capability.

HKDF-SHA-256 with the vault's id as salt and a label that names purpose and generation, so that two vaults, two
generations and two purposes never share a key (``docs/format.md``). The register key has a generation of its own,
because it can be renewed alone.
"""

from typing import NamedTuple

from vault.crypto import hpke
from vault.crypto.hkdf import hkdf
from vault.crypto.hpke import PublicKey
from vault.secret import EventsKey, InboxKey, PairsKey, RegisterKey, RootKey


class WatchKeys(NamedTuple):
    """All that a watch slot holds: who has it opens the register, puts into the inbox, and reads no pair."""

    register: RegisterKey
    inbox_public: PublicKey


def register_key(root: RootKey, vault: str, register_generation: int) -> RegisterKey:
    """The raw SQLCipher key."""
    return RegisterKey(_derived(root, vault, "register", register_generation))


def pairs_key(root: RootKey, vault: str, generation: int) -> PairsKey:
    """What seals and opens pairs."""
    return PairsKey(_derived(root, vault, "pairs", generation))


def inbox_key(root: RootKey, vault: str, generation: int) -> InboxKey:
    """The X25519 private half that takes out of the inbox."""
    return InboxKey(_derived(root, vault, "inbox", generation))


def events_key(root: RootKey, vault: str, generation: int) -> EventsKey:
    """What authenticates the slot file, settings and events."""
    return EventsKey(_derived(root, vault, "events", generation))


def watch_keys(root: RootKey, vault: str, generation: int, register_generation: int) -> WatchKeys:
    """What a watch slot is given."""
    public = hpke.public_of(inbox_key(root, vault, generation).reveal())
    return WatchKeys(register_key(root, vault, register_generation), public)


def _derived(root: RootKey, vault: str, purpose: str, generation: int) -> bytes:
    return hkdf(root.reveal(), salt=vault.encode(), info=f"certvault/1/{purpose}/{generation}".encode())
