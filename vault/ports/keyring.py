"""What operations ask of the keyring of the system."""

from __future__ import annotations

from typing import Protocol

from vault.secret import KeyringKey, MailPassword


class Keyring(Protocol):
    """Keys of vaults and passwords of mail accounts, kept by the system for whoever is logged in. Each method
    raises KeyringUnusable, at once or after a bounded time; never does one wait for a person who is not there.
    """

    def put(self, vault: str, slot: str, key: KeyringKey) -> None:
        """Keep ``key`` for a slot of a vault, in the place of what was there."""
        ...

    def get(self, vault: str, slot: str) -> KeyringKey | None:
        """The key that is kept for this slot, or None."""
        ...

    def remove(self, vault: str, slot: str) -> None:
        """Forget the key of this slot; one that is not there is no error."""
        ...

    def keep(self, account: str, password: MailPassword) -> None:
        """Keep the password of a mail account (``smtp://user@host``), in the place of what was there."""
        ...

    def password(self, account: str) -> MailPassword | None:
        """The password that is kept for this account, or None."""
        ...

    def forget(self, account: str) -> None:
        """Forget the password of this account; one that is not there is no error."""
        ...
