"""The facts of an X.509 certificate, as the register keeps them."""

from __future__ import annotations

import hashlib
import warnings
from datetime import datetime

from cryptography.x509 import (
    Name,
    NameAttribute,
    ObjectIdentifier,
    RelativeDistinguishedName,
    load_der_x509_certificate,
)
from cryptography.x509.oid import NameOID

from vault.model.certificate import Certificate
from vault.pkcs12 import ber, x509

_ENCODINGS = {
    ber.UTF8: "utf-8",
    ber.PRINTABLE: "utf-8",
    ber.T61: "utf-8",
    ber.IA5: "utf-8",
    ber.UNIVERSAL: "utf-32-be",
    ber.BMP: "utf-16-be",
}
"""The types of strings in names (RFC 5280, section 4.1.2.4), and how they are tried first."""


def facts(read: x509.Read, valid: tuple[datetime, datetime]) -> Certificate:
    """What the certificate says. The fingerprint is of the bytes as the file has them."""
    with quiet():
        subject, issuer = _names(read)
        return Certificate(
            subject=_text(subject, read.subject),
            issuer=_text(issuer, read.issuer),
            serial=f"{read.serial:x}",
            fingerprint=hashlib.sha256(read.der).hexdigest(),
            not_before=valid[0],
            not_after=valid[1],
            common_name=_common_name(subject),
        )


def subject(read: x509.Read) -> str:
    """Whose certificate it is, for a sentence."""
    with quiet():
        name = _names(read)[0]
        return _common_name(name) or _text(name, read.subject)


class quiet(warnings.catch_warnings):  # noqa: N801 - reads as what it does
    """The library warns about serial numbers and country codes of others: nothing a person here could act on."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore")


def _names(read: x509.Read) -> tuple[Name | None, Name | None]:
    """Subject and issuer as the library reads them, else as they were meant; None for what is no text."""
    return _parsed(read.der, "subject") or _meant(read.subject), _parsed(read.der, "issuer") or _meant(read.issuer)


def _parsed(der: bytes, field: str) -> Name | None:
    try:
        name: Name = getattr(load_der_x509_certificate(der), field)
    except Exception:  # noqa: BLE001 - whatever the library raises, it cannot read this certificate or this name
        return None
    return name


def _meant(der: bytes) -> Name | None:
    """Values that are not of the string type they claim to be.

    The usual ones are umlauts of Latin-1 in a T61String, which the library takes for UTF-8.
    """
    try:
        parts = [[_attribute(each) for each in ber.children(part)] for part in ber.children(ber.first(der))]
        return Name(map(RelativeDistinguishedName, parts))
    except (ValueError, TypeError):
        return None


def _attribute(node: ber.Node) -> NameAttribute[str]:
    kind, value = ber.at_least(node, 2)[:2]
    return NameAttribute(ObjectIdentifier(ber.oid(kind)), _string(value))


def _string(value: ber.Node) -> str:
    if value.tag not in _ENCODINGS:
        raise ber.BerError("no string")
    try:
        return value.body.decode(_ENCODINGS[value.tag])
    except UnicodeDecodeError:
        return value.body.decode("latin-1")


def _text(name: Name | None, der: bytes) -> str:
    """RFC 4514, where section 2.4 has # and hex for what cannot be text."""
    return "#" + der.hex() if name is None else name.rfc4514_string()


def _common_name(name: Name | None) -> str | None:
    names = name.get_attributes_for_oid(NameOID.COMMON_NAME) if name is not None else []
    return next((each.value for each in names if isinstance(each.value, str)), None)
