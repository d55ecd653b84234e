"""What operations ask of a certificate store of this machine."""

from __future__ import annotations

from typing import Protocol

from vault.secret import Pin


class Installer(Protocol):
    """One certificate store. No secret gets onto an argument line, into an environment, or into a file on a disk."""

    @property
    def place(self) -> str:
        """Which store it is, as a person would name it."""
        ...

    def check(self) -> None:
        """Raise NotOffered or NoStore where nothing can be installed there."""
        ...

    def holds(self, fingerprint: str) -> bool:
        """Whether the certificate with this SHA-256 fingerprint is there with its private key. Raises NotInstalled."""
        ...

    def put(self, pkcs12: bytes, pin: Pin, fingerprint: str) -> None:
        """Put the pair in, whose certificate has this fingerprint. Raises NotInstalled unless it is there then."""
        ...
