"""What a PKCS#12 shows before anything is decrypted (RFC 7292, section 4): its MAC, its safes, their bags.

Everything here raises :class:`vault.pkcs12.ber.BerError` and nothing else for bytes that are not what they should be.
That is a hint and not a verdict: the library may still read such a file.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vault.pkcs12 import ber

DATA = "1.2.840.113549.1.7.1"
ENCRYPTED_DATA = "1.2.840.113549.1.7.6"
_BAGS = "1.2.840.113549.1.12.10.1."
KEY_BAG = _BAGS + "1"
SHROUDED_KEY_BAG = _BAGS + "2"
CERTIFICATE_BAG = _BAGS + "3"
SAFE_CONTENTS_BAG = _BAGS + "6"
X509_CERTIFICATE = "1.2.840.113549.1.9.22.1"
FRIENDLY_NAME = "1.2.840.113549.1.9.20"
LOCAL_KEY_ID = "1.2.840.113549.1.9.21"
_DEEPEST_SAFE = 4


class Algorithm(NamedTuple):
    """An AlgorithmIdentifier: the object identifier in dots and the parameters, None where there are none."""

    oid: str
    parameters: ber.Node | None


class Mac(NamedTuple):
    """MacData: what the file says about its own integrity."""

    algorithm: Algorithm
    digest: bytes
    salt: bytes
    iterations: int


class Sealed(NamedTuple):
    """Something encrypted under the PIN."""

    algorithm: Algorithm
    ciphertext: bytes


class Bag(NamedTuple):
    """One bag of a safe: its kind (an object identifier), its value, its friendly name (hostile text), its key's id."""

    kind: str
    value: ber.Node
    friendly_name: str | None
    local_key_id: bytes | None


class Pfx(NamedTuple):
    """The outside of a file. ``authenticated`` is what the MAC covers; a safe is plain (bytes) or sealed.

    ``others`` are the kinds of those safes that no PIN opens: sealed for the key of a recipient, or unheard of.
    """

    authenticated: bytes
    mac: Mac | None
    safes: tuple[bytes | Sealed, ...]
    others: tuple[str, ...] = ()


class NotByPin(ber.BerError):
    """The file is protected by a signature or for a recipient's key, not by a PIN."""


def read(pkcs12: bytes) -> Pfx:
    """The outside of ``pkcs12``. Bytes after its end are ignored, as every reader does. Raises BerError."""
    version, content, *mac = ber.at_least(ber.expect(ber.first(pkcs12), ber.SEQUENCE), 2)
    ber.integer(version)
    kind, value = _content_info(content)
    if kind != DATA:
        raise NotByPin(kind)
    authenticated = ber.octets(ber.expect(value, ber.OCTETS))
    safes = ber.children(ber.expect(ber.first(authenticated), ber.SEQUENCE))
    infos = [_content_info(each) for each in safes]
    return Pfx(
        authenticated,
        _mac(mac[0]) if mac else None,
        tuple(_safe(kind, value) for kind, value in infos if kind in (DATA, ENCRYPTED_DATA)),
        tuple(kind for kind, _value in infos if kind not in (DATA, ENCRYPTED_DATA)),
    )


def bags(safe: bytes, depth: int = 0) -> Iterator[Bag]:
    """The bags of a plain (or decrypted) safe, those of safes inside it too. Raises BerError."""
    if depth > _DEEPEST_SAFE:
        raise ber.BerError("safes nested too deeply")
    for node in ber.children(ber.expect(ber.first(safe), ber.SEQUENCE)):
        bag = _bag(node)
        if bag.kind == SAFE_CONTENTS_BAG:
            yield from bags(bag.value.whole, depth + 1)
        else:
            yield bag


def sealed(node: ber.Node) -> Sealed:
    """An EncryptedPrivateKeyInfo (RFC 5958): the value of a shrouded key bag. Raises BerError."""
    algorithm_id, ciphertext = ber.at_least(node, 2)[:2]
    return Sealed(algorithm(algorithm_id), ber.octets(ber.expect(ciphertext, ber.OCTETS)))


def certificate(bag: Bag) -> bytes | None:
    """The DER of an X.509 certificate in a certificate bag, exactly as it is there; None for other kinds."""
    kind, value = ber.at_least(bag.value, 2)[:2]
    if ber.oid(kind) != X509_CERTIFICATE:
        return None
    return ber.octets(ber.expect(_explicit(value), ber.OCTETS))


def algorithm(node: ber.Node) -> Algorithm:
    """An AlgorithmIdentifier. Raises BerError."""
    name, *parameters = ber.at_least(ber.expect(node, ber.SEQUENCE), 1)
    return Algorithm(ber.oid(name), parameters[0] if parameters else None)


def _content_info(node: ber.Node) -> tuple[str, ber.Node]:
    kind, value = ber.at_least(ber.expect(node, ber.SEQUENCE), 2)[:2]
    return ber.oid(kind), _explicit(value)


def _safe(kind: str, value: ber.Node) -> bytes | Sealed:
    if kind == DATA:
        return ber.octets(ber.expect(value, ber.OCTETS))
    _version, content = ber.at_least(value, 2)[:2]
    _kind, algorithm_id, ciphertext = ber.at_least(content, 3)[:3]
    return Sealed(algorithm(algorithm_id), ber.octets(ber.expect(ciphertext, ber.CONTEXT_0)))


def _mac(node: ber.Node) -> Mac:
    digest_info, salt, *iterations = ber.at_least(ber.expect(node, ber.SEQUENCE), 2)
    algorithm_id, digest = ber.at_least(digest_info, 2)[:2]
    return Mac(
        algorithm(algorithm_id),
        ber.octets(ber.expect(digest, ber.OCTETS)),
        ber.octets(ber.expect(salt, ber.OCTETS)),
        ber.integer(iterations[0]) if iterations else 1,
    )


def _bag(node: ber.Node) -> Bag:
    kind, value, *more = ber.at_least(ber.expect(node, ber.SEQUENCE), 2)
    attributes = _attributes(more)
    names = [name.body for name in attributes.get(FRIENDLY_NAME, ()) if name.tag == ber.BMP]
    ids = [ber.octets(each) for each in attributes.get(LOCAL_KEY_ID, ()) if each.tag == ber.OCTETS]
    name = names[0].decode("utf-16-be", "replace") if names else None
    return Bag(ber.oid(kind), _explicit(value), name, ids[0] if ids else None)


def _attributes(more: list[ber.Node]) -> dict[str, list[ber.Node]]:
    pairs = [ber.at_least(attribute, 2)[:2] for attribute in (ber.children(more[0]) if more else ())]
    return {ber.oid(kind): ber.children(values) for kind, values in reversed(pairs)}


def _explicit(node: ber.Node) -> ber.Node:
    return ber.at_least(ber.expect(node, ber.CONTEXT_0), 1)[0]
