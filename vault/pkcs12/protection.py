"""How a PKCS#12 is protected, said without its PIN. Nothing is derived and nothing decrypted.

The structure is a hint, never a gate: where it cannot be read, that is said, and a program may open the file all the
same.
"""

from __future__ import annotations

from vault.model.protection import Name, Protection, Seal
from vault.pkcs12 import ber, derivation, encryption, limits, mac, structure
from vault.pkcs12.derivation import Unknown

MOST = 100
"""So many ways of encrypting are told apart in one file; real ones have one or two."""

_NAMES: dict[str, Name] = {"RC2-40": "rc2-40", "3DES": "3des"}
"""By the derivation of RFC 7292; under PBES2 nobody but AES is in general use."""


def protection(pkcs12: bytes) -> Protection:
    """How ``pkcs12`` is protected. Raises TooCostly for a file beyond all bounds, and nothing else."""
    limits.check_size(pkcs12)
    try:
        pfx = structure.read(pkcs12)
        keys: list[Seal] = []
        sealed_keys = open_keys = open_certificates = 0
        for bag in (bag for safe in pfx.safes if isinstance(safe, bytes) for bag in structure.bags(safe)):
            open_keys += bag.kind == structure.KEY_BAG
            open_certificates += bag.kind == structure.CERTIFICATE_BAG
            if bag.kind == structure.SHROUDED_KEY_BAG:
                sealed_keys += 1
                keys.append(_seal(structure.sealed(bag.value).algorithm))
        safes = [_seal(safe.algorithm) for safe in pfx.safes if isinstance(safe, structure.Sealed)]
        safes += [Seal(kind, "other") for kind in pfx.others]
        seal = None if pfx.mac is None else _integrity(pfx.mac)
    except ber.BerError:
        return Protection(understood=False)
    return Protection(_each(keys), _each(safes), seal, sealed_keys, open_keys, open_certificates)


def open_certificates(pkcs12: bytes) -> list[bytes]:
    """The certificates (DER) that lie in ``pkcs12`` unencrypted. Raises TooCostly."""
    limits.check_size(pkcs12)
    try:
        plain = [safe for safe in structure.read(pkcs12).safes if isinstance(safe, bytes)]
        bags = [bag for safe in plain for bag in structure.bags(safe) if bag.kind == structure.CERTIFICATE_BAG]
        return [der for bag in bags if (der := structure.certificate(bag)) is not None]
    except ber.BerError:
        return []


def _each(seals: list[Seal]) -> tuple[Seal, ...]:
    return tuple(dict.fromkeys(seals))[:MOST]


def _seal(algorithm: structure.Algorithm) -> Seal:
    """An encryption; of one that is not known or not well-formed what can be said."""
    try:
        title = encryption.title(algorithm)
        if title is None or algorithm.parameters is None:
            return Seal(algorithm.oid, "other")
        if algorithm.oid != encryption.PBES2:
            salt, rounds = ber.at_least(algorithm.parameters, 2)[:2]
            length = len(ber.octets(ber.expect(salt, ber.OCTETS)))
            return Seal(title, _NAMES.get(title, "other"), "pkcs12", "sha1", ber.integer(rounds), length)
        made = encryption.pbkdf2(algorithm.parameters)
    except (Unknown, ber.BerError):
        return Seal(algorithm.oid, "other")
    name: Name = "aes" if title.startswith("AES") else "other"
    return Seal(title, name, "pbkdf2", made.hash, made.iterations, len(made.salt))


def _integrity(seal: structure.Mac) -> Seal:
    try:
        if seal.algorithm.oid == mac.PBMAC1:
            made, hash_ = mac.pbmac1(seal.algorithm)
            return Seal(f"PBMAC1, {_titled(hash_)}", "pbmac1", "pbkdf2", made.hash, made.iterations, len(made.salt))
        name = derivation.known(derivation.HASHES, seal.algorithm.oid)
    except (Unknown, ber.BerError):
        return Seal(seal.algorithm.oid, "pbmac1" if seal.algorithm.oid == mac.PBMAC1 else "other")
    known: dict[str, Name] = {"sha1": "3des", "sha256": "aes", "sha384": "aes", "sha512": "aes"}
    return Seal(_titled(name), known.get(name, "other"), "pkcs12", name, seal.iterations, len(seal.salt))


def _titled(name: str) -> str:
    """``sha256`` as people write it: SHA-256."""
    return name.upper().replace("_", "/").replace("SHA", "SHA-", 1).replace("SHA-3/", "SHA3-")
