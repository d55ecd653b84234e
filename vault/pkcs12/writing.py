"""Writing a pair anew: as a PKCS#12 of a named flavour, or as PEM.

Private key and certificates stay what they are to the octet, and the names that the file gave them stay with them. What
was written is opened again, by the crypto library's reader where it knows such keys and certificates, which shares
nothing with this writer, before it is given away. Only for bytes that were proven before: what stands in a sealed pair.
"""

from __future__ import annotations

import base64
import textwrap
from collections.abc import Iterator
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from vault.crypto.hashing import sha256
from vault.errors import CertvaultError, Fault
from vault.pkcs12 import belonging, ber, der, derivation, encryption, facts, inside, library, passwords, structure, x509
from vault.pkcs12.contents import Contents, Item
from vault.pkcs12.flavours import Flavour, Salts, Writer
from vault.pkcs12.limits import Budget
from vault.secret import Pin

_DIFFERENT = "what was written does not open as what it was made of"


class Pem(NamedTuple):
    """A pair as PEM, ASCII: the private key (PKCS#8), the certificate, and its chain, the nearest first.

    ``key`` is a secret where it is not encrypted.
    """

    key: bytes
    certificate: bytes
    chain: bytes

    @property
    def certificates(self) -> bytes:
        """The certificate, then its chain: as curl, nginx and Python take them out of one file."""
        return self.certificate + self.chain

    def __repr__(self) -> str:
        return "<Pem>"


class _Parts(NamedTuple):
    """What a pair consists of. ``chain`` begins with who issued the certificate, as far as that is in the file."""

    key: Item
    certificate: Item
    chain: tuple[Item, ...]

    def __repr__(self) -> str:
        return "<Parts>"


def encoded(pkcs12: bytes, pin: Pin, *, flavour: Flavour, new_pin: Pin | None = None, name: str | None = None) -> bytes:
    """The pair of ``pkcs12`` as a PKCS#12 of ``flavour``, under ``new_pin`` or else the same PIN.

    ``name`` is its friendly name, else the one that it has. The same call gives the same bytes. Further keys that the
    file may hold beside the pair stay behind. Raises what :func:`vault.pkcs12.inside.prove` does; Fault where
    the new file does not open as what it was made of.
    """
    parts = _parts(pkcs12, pin)
    secret = new_pin or pin
    called = name or parts.key.friendly_name or parts.certificate.friendly_name
    writer = _writer(parts, secret, flavour, called or "")
    tie = sha256(parts.certificate.der)[:20]
    leaf = parts.certificate._replace(friendly_name=called, local_key_id=tie)
    certificates = der.sequence(*map(_certificate_bag, (leaf, *parts.chain)))
    key = der.sequence(_key_bag(parts.key._replace(friendly_name=called, local_key_id=tie), writer))
    safes = der.sequence(_encrypted_data(certificates, writer), _data(key))
    made = der.sequence(der.integer(3), _data(safes), writer.mac(safes))
    _prove(_found(made, secret), parts)
    return made


def pem(pkcs12: bytes, pin: Pin, *, key_pin: Pin | None) -> Pem:
    """The pair of ``pkcs12`` as PEM; the key encrypted under ``key_pin`` (PBES2, AES-256), or not at all.

    The same call gives the same bytes. Raises as :func:`encoded` does.
    """
    parts = _parts(pkcs12, pin)
    if key_pin is None:
        key = _pem("PRIVATE KEY", parts.key.der)
    else:
        algorithm, sealed = _writer(parts, key_pin, "aes", "pem").sealed(parts.key.der)
        key = _pem("ENCRYPTED PRIVATE KEY", der.sequence(algorithm, der.octets(sealed)))
    made = Pem(key, _pems((parts.certificate,)), _pems(parts.chain))
    _prove(Contents([_key_of(made.key, key_pin)], [parts.certificate, *parts.chain], protected=True), parts)
    return made


def anew(pkcs12: bytes, pin: Pin, flavour: str, secret: Pin | None) -> tuple[bytes, ...]:
    """What :class:`vault.ports.opener.Rewriter` says, in this process. Raises as :func:`encoded` does."""
    if flavour == "pem":
        made = pem(pkcs12, pin, key_pin=secret)
        return made.key, made.certificates
    return (encoded(pkcs12, pin, flavour="3des" if flavour == "3des" else "aes", new_pin=secret),)


def _parts(pkcs12: bytes, pin: Pin) -> _Parts:
    contents = inside.decrypted(pkcs12, pin, ()).contents
    chosen = belonging.choose(contents)
    certificate = chosen.certificate.item._replace(der=chosen.certificate.read.der)
    return _Parts(chosen.key.item, certificate, tuple(_chain(chosen.certificate.read, contents.certificates)))


def _chain(leaf: x509.Read, items: list[Item]) -> Iterator[Item]:
    """The other certificates, each once: who issued the one before comes next, and what nobody issued so far last.

    One that nobody can read is left out, and so is another one for the same key, which the pair is not.
    """
    rest: dict[bytes, tuple[x509.Read, Item]] = {}
    for item in items:
        try:
            read = x509.read(item.der)
        except ber.BerError:
            continue
        if read.public_key != leaf.public_key:
            rest.setdefault(read.der, (read, item._replace(der=read.der)))
    last: x509.Read | None = leaf
    while rest:
        above = next((read for read, _ in rest.values() if last is not None and read.subject == last.issuer), None)
        taken = above or next(read for read, _ in rest.values())
        last = above
        yield rest.pop(taken.der)[1]


def _writer(parts: _Parts, pin: Pin, flavour: Flavour, *public: str) -> Writer:
    certificates = (each.der for each in (parts.certificate, *parts.chain))
    texts = (text.encode("utf-8", "surrogatepass") for text in (flavour, *public, pin.reveal()))
    names = ((each.friendly_name or "").encode("utf-8", "surrogatepass") for each in parts.chain)
    return Writer(flavour, passwords.standard(pin)[0], Salts(parts.key.der, *texts, *certificates, *names))


def _certificate_bag(item: Item) -> bytes:
    value = der.sequence(der.oid(structure.X509_CERTIFICATE), der.explicit(der.octets(item.der)))
    return der.sequence(der.oid(structure.CERTIFICATE_BAG), der.explicit(value), *_attributes(item))


def _key_bag(item: Item, writer: Writer) -> bytes:
    algorithm, sealed = writer.sealed(item.der)
    value = der.sequence(algorithm, der.octets(sealed))
    return der.sequence(der.oid(structure.SHROUDED_KEY_BAG), der.explicit(value), *_attributes(item))


def _attributes(item: Item) -> Iterator[bytes]:
    found = []
    if item.friendly_name:
        found.append(der.sequence(der.oid(structure.FRIENDLY_NAME), der.set_of(der.text(item.friendly_name))))
    if item.local_key_id:
        found.append(der.sequence(der.oid(structure.LOCAL_KEY_ID), der.set_of(der.octets(item.local_key_id))))
    if found:
        yield der.set_of(*found)


def _data(content: bytes) -> bytes:
    return der.sequence(der.oid(structure.DATA), der.explicit(der.octets(content)))


def _encrypted_data(content: bytes, writer: Writer) -> bytes:
    algorithm, sealed = writer.sealed(content)
    info = der.sequence(der.oid(structure.DATA), algorithm, der.implicit(sealed))
    return der.sequence(der.oid(structure.ENCRYPTED_DATA), der.explicit(der.sequence(der.integer(0), info)))


def _found(made: bytes, pin: Pin) -> Contents:
    """What another reader finds in the file; where it knows no such keys or certificates, our own."""
    try:
        return library.opened(made, pin)
    except library.Refused:
        try:
            return inside.decrypted(made, pin, ()).contents
        except CertvaultError:
            raise Fault(what=_DIFFERENT) from None


def _prove(found: Contents, parts: _Parts) -> None:
    """Raises Fault where ``found`` is not the pair: the key, its certificate, the chain."""
    try:
        chosen = belonging.choose(found)
    except CertvaultError:
        raise Fault(what=_DIFFERENT) from None
    certificates = {each.der for each in found.certificates}
    wanted = {each.der for each in (parts.certificate, *parts.chain)}
    if chosen.certificate.read.der != parts.certificate.der or certificates != wanted:
        raise Fault(what=_DIFFERENT)


def _key_of(made: bytes, pin: Pin | None) -> Item:
    """The private key of a PEM, as the library reads it, or we where it does not know such keys."""
    try:
        with facts.quiet():
            password = None if pin is None else pin.reveal().encode()
            private = load_pem_private_key(made, password, unsafe_skip_rsa_key_validation=True)
        return Item(private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), None)
    except Exception:  # noqa: BLE001 - whatever the library raises, it does not know this key
        return _key_read_here(base64.b64decode(b"".join(made.splitlines()[1:-1])), pin)


def _key_read_here(plain: bytes, pin: Pin | None) -> Item:
    if pin is None:
        return Item(plain, None)
    try:
        sealed = structure.sealed(ber.first(plain))
        return Item(encryption.decrypted(sealed, passwords.standard(pin)[0], Budget()), None)
    except (ber.BerError, encryption.Undecryptable, derivation.Unknown):
        raise Fault(what=_DIFFERENT) from None


def _pems(items: tuple[Item, ...]) -> bytes:
    return b"".join(_pem("CERTIFICATE", item.der) for item in items)


def _pem(label: str, data: bytes) -> bytes:
    """RFC 7468."""
    lines = textwrap.wrap(base64.b64encode(data).decode(), 64)
    return "\n".join((f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", "")).encode()
