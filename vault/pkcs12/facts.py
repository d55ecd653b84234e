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
        return Certificate(
            subject=_text(lambda: read.certificate.subject, read.subject),
            issuer=_text(lambda: read.certificate.issuer, read.issuer),
            serial=f"{serial:x}",
            fingerprint=hashlib.sha256(read.der).hexdigest(),
            not_before=not_before,
            not_after=not_after,
            common_name=_common_name(read.certificate),
        )


def is_authority(read: Read) -> bool:
    """Whether it says that it is an authority's; one of version 1 cannot, and is where it signed itself."""
    with quiet():
        try:
            return read.certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except x509.ExtensionNotFound:
            return read.certificate.version is x509.Version.v1 and read.subject == read.issuer
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


def _text(name: Callable[[], x509.Name], der: bytes) -> str:
    try:
        return name().rfc4514_string()
    except Exception:  # noqa: BLE001 - as RFC 4514, section 2.4, has it for a value that cannot be text: # and hex
        return "#" + der.hex()


def _common_name(certificate: x509.Certificate) -> str | None:
    try:
        names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    except Exception:  # noqa: BLE001 - a name that cannot be read has none
        return None
    return next((each.value for each in names if isinstance(each.value, str)), None)
