"""What a PKCS#12 holds, decrypted: private keys and certificates, not yet judged."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from vault.pkcs12 import ber, encryption, mac, structure
from vault.pkcs12.derivation import Unknown
from vault.pkcs12.limits import Budget
from vault.pkcs12.passwords import Password


class Item(NamedTuple):
    """A private key (PKCS#8) or a certificate (X.509), with its friendly name (hostile text) and its key's id."""

    der: bytes
    friendly_name: str | None
    local_key_id: bytes | None = None

    def __repr__(self) -> str:
        return "<Item>"


class Contents(NamedTuple):
    """Keys and certificates. ``protected`` is true where every key was encrypted.

    ``unknown`` is the object identifier of an algorithm that is not known here: what is sealed by it is missing.
    """

    keys: list[Item]
    certificates: list[Item]
    protected: bool
    unknown: str | None = None


def decrypted(pfx: structure.Pfx, password: Password, budget: Budget) -> Contents:
    """Everything in ``pfx`` that is sealed by a known algorithm.

    Raises Undecryptable where something does not decrypt under ``password``, TooCostly, BerError.
    """
    found = _Found([], [], password, budget)
    for safe in pfx.safes:
        plain = found.plain(safe) if isinstance(safe, structure.Sealed) else safe
        for bag in structure.bags(plain) if plain is not None else ():
            found.take(bag, sealed=isinstance(safe, structure.Sealed))
    return Contents(found.keys, found.certificates, found.protected, found.unknown)


@dataclass(slots=True)
class _Found:
    keys: list[Item]
    certificates: list[Item]
    password: Password
    budget: Budget
    protected: bool = True
    unknown: str | None = None

    def plain(self, sealed: structure.Sealed) -> bytes | None:
        """What is sealed, or None where the algorithm is not known."""
        try:
            return encryption.decrypted(sealed, self.password, self.budget)
        except Unknown as unknown:
            self.unknown = str(unknown)
            return None

    def take(self, bag: structure.Bag, *, sealed: bool) -> None:
        """Sort in what ``bag`` holds; ``sealed`` says that it was inside something encrypted."""
        if bag.kind == structure.KEY_BAG:
            self.keys.append(Item(bag.value.whole, bag.friendly_name, bag.local_key_id))
            self.protected &= sealed
        elif bag.kind == structure.SHROUDED_KEY_BAG:
            if (der := self.plain(structure.sealed(bag.value))) is not None:
                self.keys.append(Item(der, bag.friendly_name, bag.local_key_id))
        elif bag.kind == structure.CERTIFICATE_BAG and (der := structure.certificate(bag)) is not None:
            self.certificates.append(Item(der, bag.friendly_name, bag.local_key_id))


def visible_steps(pfx: structure.Pfx) -> int:
    """The steps of derivation that the file declares openly, added up; what is not understood counts nothing."""
    counted = [_declared(safe) for safe in pfx.safes if isinstance(safe, structure.Sealed)]
    counted += [_declared(sealed) for sealed in _visible_keys(pfx)]
    if pfx.mac is not None:
        try:
            counted.append(mac.steps(pfx.mac))
        except (Unknown, ber.BerError):
            pass
    return sum(counted)


def _visible_keys(pfx: structure.Pfx) -> Iterator[structure.Sealed]:
    for safe in pfx.safes:
        if isinstance(safe, bytes):
            try:
                for bag in structure.bags(safe):
                    if bag.kind == structure.SHROUDED_KEY_BAG:
                        yield structure.sealed(bag.value)
            except ber.BerError:
                continue


def _declared(sealed: structure.Sealed) -> int:
    try:
        return encryption.steps(sealed)
    except (Unknown, ber.BerError):
        return 0
