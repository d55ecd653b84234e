"""Reading certificates."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key
from cryptography.x509 import BasicConstraints, ExtensionNotFound, load_der_x509_certificate, load_pem_x509_certificate
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.pkcs12 import build
from vault.pkcs12 import ber, x509
from vault.pkcs12.facts import facts, quiet

THEIRS = Path(cryptography_vectors.__file__).parent / "x509"
FILES = sorted(path for path in THEIRS.rglob("*") if path.suffix in (".der", ".crt", ".pem", ".cer"))


def certificate_in(path: Path) -> bytes | None:
    """The certificate in a file of the library's vectors, in DER; None for one that the library does not read."""
    data = path.read_bytes()
    try:
        if b"-----BEGIN CERTIFICATE" in data:
            return load_pem_x509_certificate(data).public_bytes(Encoding.DER)
        load_der_x509_certificate(data)
    except Exception:  # noqa: BLE001 - whatever it raises, it does not read it
        return None
    return data


def test_as_the_library() -> None:
    """Serial number, dates, names and public key of all certificates among the library's vectors are what it says."""
    compared = 0
    for path in FILES:
        with quiet():
            der = certificate_in(path)
            if der is None:
                continue
            theirs, ours = load_der_x509_certificate(der), x509.read(der)
            try:
                assert ours.subject == theirs.subject.public_bytes()
                assert ours.valid == (theirs.not_valid_before_utc, theirs.not_valid_after_utc)
                told = facts(ours, ours.valid)
                assert (told.subject, told.issuer) == (theirs.subject.rfc4514_string(), theirs.issuer.rfc4514_string())
            except ValueError:
                continue  # the library reads the whole, and not its names or dates
            assert ours.serial == theirs.serial_number
        compared += 1
    assert compared > 100


def test_authority_as_the_library() -> None:
    """Whose certificate it says that it is, is what the library reads in its basic constraints."""
    compared = 0
    for path in FILES:
        with quiet():
            if (der := certificate_in(path)) is None:
                continue
            try:
                theirs = load_der_x509_certificate(der).extensions.get_extension_for_class(BasicConstraints).value.ca
            except ExtensionNotFound:
                assert x509.read(der).authority is None
                continue
            except Exception:  # noqa: BLE001, S112 - whatever it raises, it does not read its extensions
                continue
        assert x509.read(der).authority is theirs
        compared += 1
    assert compared > 40


def test_public_key_as_the_library() -> None:
    """The public key is what stands in the certificate."""
    der = certificate_in(THEIRS / "custom" / "all_key_usages.pem") or certificate_in(THEIRS / "cryptography.io.pem")
    assert der is not None
    spki = load_der_public_key(x509.read(der).public_key)
    with quiet():
        theirs = load_der_x509_certificate(der).public_key()
    kind = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert spki.public_bytes(*kind) == theirs.public_bytes(*kind)


@pytest.mark.parametrize(
    ("tag", "written", "read"),
    [
        (ber.UTC_TIME, "491231235959Z", datetime(2049, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (ber.UTC_TIME, "500101000000Z", datetime(1950, 1, 1, tzinfo=UTC)),
        (ber.UTC_TIME, "2601010100+0100", datetime(2026, 1, 1, tzinfo=UTC)),
        (ber.UTC_TIME, "2512312300-0100", datetime(2026, 1, 1, tzinfo=UTC)),
        (ber.GENERAL_TIME, "99991231235959Z", datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        (ber.GENERAL_TIME, "20260101000000.25Z", datetime(2026, 1, 1, tzinfo=UTC)),
        (ber.GENERAL_TIME, "20260101000000", datetime(2026, 1, 1, tzinfo=UTC)),
        (ber.UTC_TIME, "20260101000000Z", None),
        (ber.GENERAL_TIME, "260101000000Z", None),
        (ber.UTC_TIME, "261301000000Z", None),
        (ber.UTC_TIME, "260230000000Z", None),
        (ber.UTC_TIME, "", None),
        (ber.UTC_TIME, "260101000000Z ", None),
        (ber.GENERAL_TIME, "00000101000000Z", None),
        (ber.GENERAL_TIME, "00010101000000+0100", None),
        (ber.OCTETS, "260101000000Z", None),
    ],
)
def test_times(tag: int, written: str, read: datetime | None) -> None:
    """A time is read as it was meant, or not at all."""
    valid = x509.read(certificate(build.der(tag, written.encode()))).valid
    assert valid == (None if read is None else (read, read))


def certificate(time: bytes) -> bytes:
    """A certificate with ``time`` as both its dates."""
    name, algorithm = build.sequence(), build.sequence(build.oid("1.2.3"))
    inner = build.sequence(build.integer(7), algorithm, name, build.sequence(time, time), name, algorithm)
    return build.sequence(inner, algorithm, build.der(0x03, b"\0"))


@given(st.data())
def test_any_bytes(data: st.DataObject) -> None:
    """Whatever was changed in a certificate, it is read or a BerError says that it is not."""
    changed = bytearray(certificate(build.der(ber.UTC_TIME, b"260101000000Z")))
    for _ in range(data.draw(st.integers(1, 4))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    try:
        x509.read(bytes(changed))
    except ber.BerError:
        pass
