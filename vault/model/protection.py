"""How a PKCS#12 is protected: what anybody sees who has the file, and not its PIN."""

from __future__ import annotations

from typing import Literal, NamedTuple

Name = Literal["rc2-40", "3des", "aes", "pbmac1", "none", "other"]
"""What a reader must know, oldest first.

``3des`` has an integrity check with SHA-1; one with SHA-2 is known to those alone that know ``aes``. ``none`` means
that a private key lies there unencrypted or that the integrity check is missing, ``other`` what has no name here.
"""


class Seal(NamedTuple):
    """One protection under the PIN: an encryption, or the integrity check of the whole file.

    ``algorithm`` is as people write it (``AES-256``), else an object identifier. ``derivation`` says how a key is made
    of the PIN (``pkcs12``, ``pbkdf2``; empty where that is not known), by ``hash`` (``sha256``) in so many ``rounds``.
    ``salt`` counts bytes.
    """

    algorithm: str
    name: Name
    derivation: str = ""
    hash: str = ""
    rounds: int | None = None
    salt: int | None = None


class Protection(NamedTuple):
    """How a file is protected, as far as it shows without its PIN.

    ``keys`` are the ways in which private keys that can be seen are encrypted, ``safes`` those of what can not be seen
    (certificates, as a rule), each way once. ``mac`` is the integrity check. What is not encrypted is counted:
    ``open_keys``, ``open_certificates``; ``sealed_keys`` counts the private keys that can be seen. ``understood`` is
    false where the structure could not be read: then nothing is known, and a program may open the file all the same.
    """

    keys: tuple[Seal, ...] = ()
    safes: tuple[Seal, ...] = ()
    mac: Seal | None = None
    sealed_keys: int = 0
    open_keys: int = 0
    open_certificates: int = 0
    understood: bool = True

    @property
    def seals(self) -> tuple[Seal, ...]:
        """Everything that a guessed PIN can be tried on."""
        return (*self.keys, *self.safes, *((self.mac,) if self.mac else ()))

    @property
    def names(self) -> frozenset[Name]:
        """What a program must know to read the file."""
        if not self.understood:
            return frozenset({"other"})
        bare: set[Name] = {"none"} if self.mac is None or self.open_keys else set()
        return frozenset({seal.name for seal in self.seals} | bare)
