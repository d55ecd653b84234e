"""The facts of an X.509 certificate, as the register keeps them."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.x509.oid import NameOID

from vault.model.certificate import Certificate
from vault.model.times import utc
from vault.pkcs12 import ber

_ENCODINGS = {
    ber.UTF8: "utf-8",
    ber.PRINTABLE: "utf-8",
    ber.T61: "utf-8",
    ber.IA5: "utf-8",
    ber.UNIVERSAL: "utf-32-be",
    ber.BMP: "utf-16-be",
}
"""The types of strings in names (RFC 5280, section 4.1.2.4), and how they are tried first."""


class Read(NamedTuple):
    """A certificate that the library has read; ``der`` as the file has it, and its two names in DER."""

    certificate: x509.Certificate
    der: bytes
    subject: bytes
    issuer: bytes


def read(der: bytes) -> Read | None:
    """The certificate in ``der``, or None where it cannot be read. An odd name does not hinder it."""
    with quiet():
        try:
            certificate = x509.load_der_x509_certificate(der)
            _dates_and_serial(certificate)
            subject, issuer = _names(der)
        except Exception:  # noqa: BLE001 - whatever the library raises, it is one bad certificate
            return None
    return Read(certificate, der, subject, issuer)


def facts(read: Read) -> Certificate:
    """What the certificate says. The fingerprint is of the bytes as the file has them."""
    with quiet():
        not_before, not_after, serial = _dates_and_serial(read.certificate)
        subject = _name(lambda: read.certificate.subject, read.subject)
        issuer = _name(lambda: read.certificate.issuer, read.issuer)
        return Certificate(
            subject=_text(subject, read.subject),
            issuer=_text(issuer, read.issuer),
            serial=f"{serial:x}",
            fingerprint=hashlib.sha256(read.der).hexdigest(),
            not_before=not_before,
            not_after=not_after,
            common_name=_common_name(subject),
        )


def is_authority(read: Read) -> bool:
    """Whether it says that it is an authority's; an old root does not, but it signed itself."""
    with quiet():
        try:
            return read.certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except x509.ExtensionNotFound:
            return read.subject == read.issuer
        except Exception:  # noqa: BLE001 - extensions that the library cannot read say nothing
            return False


class quiet(warnings.catch_warnings):  # noqa: N801 - reads as what it does
    """The library warns about serial numbers and country codes of others: nothing a person here could act on."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore")


def _dates_and_serial(certificate: x509.Certificate) -> tuple[datetime, datetime, int]:
    return utc(certificate.not_valid_before_utc), utc(certificate.not_valid_after_utc), certificate.serial_number


def _names(der: bytes) -> tuple[bytes, bytes]:
    """Subject and issuer in DER: RFC 5280, section 4.1, where only the version may be missing before them."""
    fields = ber.children(ber.children(ber.first(der))[0])
    _serial, _signature, issuer, _validity, subject = fields[fields[0].tag == ber.CONTEXT_0 :][:5]
    return subject.whole, issuer.whole


def _name(parsed: Callable[[], x509.Name], der: bytes) -> x509.Name | None:
    """A name as the library reads it, else as it was meant; None for what is no text."""
    for reading in (parsed, lambda: _meant(der)):
        try:
            return reading()
        except Exception:  # noqa: BLE001, S112 - whatever the library raises, it cannot read this name
            continue
    return None


def _meant(der: bytes) -> x509.Name:
    """Values that are not of the string type they claim to be.

    The usual ones are umlauts of Latin-1 in a T61String, which the library takes for UTF-8.
    """
    parts = [[_attribute(each) for each in ber.children(part)] for part in ber.children(ber.first(der))]
    return x509.Name(map(x509.RelativeDistinguishedName, parts))


def _attribute(node: ber.Node) -> x509.NameAttribute[str]:
    kind, value = ber.at_least(node, 2)[:2]
    return x509.NameAttribute(x509.ObjectIdentifier(ber.oid(kind)), _string(value))


def _string(value: ber.Node) -> str:
    if value.tag not in _ENCODINGS:
        raise ber.BerError("no string")
    try:
        return value.body.decode(_ENCODINGS[value.tag])
    except UnicodeDecodeError:
        return value.body.decode("latin-1")


def _text(name: x509.Name | None, der: bytes) -> str:
    """RFC 4514, where section 2.4 has # and hex for what cannot be text."""
    return "#" + der.hex() if name is None else name.rfc4514_string()


def _common_name(name: x509.Name | None) -> str | None:
    names = name.get_attributes_for_oid(NameOID.COMMON_NAME) if name is not None else []
    return next((each.value for each in names if isinstance(each.value, str)), None)
