"""The facts of an X.509 certificate, as the register keeps them."""

from __future__ import annotations

import hashlib
import warnings

from cryptography import x509
from cryptography.x509.oid import NameOID

from vault.model.certificate import Certificate
from vault.model.times import utc


def read(der: bytes) -> x509.Certificate | None:
    """The certificate in ``der``, or None where the library cannot read it."""
    with quiet():
        try:
            return x509.load_der_x509_certificate(der)
        except Exception:  # noqa: BLE001 - whatever the library raises, it is one bad certificate
            return None


def facts(certificate: x509.Certificate, der: bytes) -> Certificate:
    """What ``certificate`` says. The fingerprint is of ``der``, the bytes as the file has them."""
    with quiet():
        return Certificate(
            subject=_name(certificate.subject),
            issuer=_name(certificate.issuer),
            serial=f"{certificate.serial_number:x}",
            fingerprint=hashlib.sha256(der).hexdigest(),
            not_before=utc(certificate.not_valid_before_utc),
            not_after=utc(certificate.not_valid_after_utc),
            common_name=_common_name(certificate.subject),
        )


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it says that it is an authority's; one of version 1 cannot, and is where it signed itself."""
    with quiet():
        try:
            return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
        except x509.ExtensionNotFound:
            return certificate.version is x509.Version.v1 and certificate.subject == certificate.issuer
        except Exception:  # noqa: BLE001 - extensions that the library cannot read say nothing
            return False


class quiet(warnings.catch_warnings):  # noqa: N801 - reads as what it does
    """The library warns about serial numbers and country codes of others: nothing a person here could act on."""

    def __enter__(self) -> None:
        super().__enter__()
        warnings.simplefilter("ignore")


def _name(name: x509.Name) -> str:
    try:
        return name.rfc4514_string()
    except Exception:  # noqa: BLE001 - RFC 4514, section 2.4: what cannot be written as text is a # and its bytes in hex
        return "#" + name.public_bytes().hex()


def _common_name(name: x509.Name) -> str | None:
    for attribute in name.get_attributes_for_oid(NameOID.COMMON_NAME):
        return attribute.value if isinstance(attribute.value, str) else None
    return None
