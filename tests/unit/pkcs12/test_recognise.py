"""What a file is, by its content."""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs7,
)
from cryptography.x509.oid import NameOID

from vault.errors import FileDamaged, NotPkcs12
from vault.pkcs12 import recognise

HERE = Path(__file__).parents[2] / "vectors" / "pkcs12"
KEY = ec.generate_private_key(ec.SECP256R1())
NAME = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test")])
START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
CERTIFICATE = x509.CertificateBuilder(NAME, NAME, KEY.public_key(), 7, START, END).sign(KEY, SHA256())
DER = CERTIFICATE.public_bytes(Encoding.DER)
CERTIFICATE_PEM = CERTIFICATE.public_bytes(Encoding.PEM)
KEY_PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
REVOCATIONS = x509.CertificateRevocationListBuilder(NAME, START, END).sign(KEY, SHA256())
P12 = (HERE / "ec.p12").read_bytes()


SECRETS = {
    "base64": [],
    "pkey": ["-passin", "pass:x", "-passout", "pass:test"],
    "pkcs12": ["-passin", "pass:test", "-passout", "pass:test"],
}
"""What openssl asks a person for, by its command."""


def zipped() -> bytes:
    """A ZIP archive with one file."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("a.txt", "a")
    return target.getvalue()


KINDS: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "empty file", "once more"),
    "blank": (b"\r\n \r\n", "empty file", "once more"),
    "zeros": (bytes(3000), "empty file", "once more"),
    "html": (b"\xef\xbb\xbf \r\n<!DOCTYPE html><html><body>PIN</body></html>", "HTML page", "download button"),
    "html-fragment": (b"<div class='error'>Link abgelaufen</div>", "HTML page", "download button"),
    "html-utf-16": ("<html><body>PIN</body></html>".encode("utf-16"), "HTML page", "download button"),
    "xhtml": (b"<?xml version='1.0'?><!DOCTYPE html><html><body/></html>", "HTML page", "download button"),
    "xml": (b"<?xml version='1.0'?><Envelope/>", "XML document", ".p12"),
    "pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "PDF document", ".p12"),
    "zip": (zipped(), "ZIP archive", "Unpack"),
    "bks": (b"\0\0\0\2\0\0\0\x14" + bytes(40), "BouncyCastle", "export the key"),
    "jks": ((HERE / "keytool-jks.p12").read_bytes(), "Java keystore (JKS)", "keytool -importkeystore"),
    "jceks": ((HERE / "keytool-jceks.p12").read_bytes(), "Java keystore (JCEKS)", "-srcstoretype JCEKS"),
    "png": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG picture", ".p12"),
    "jpeg": (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG picture", ".p12"),
    "outlook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "Outlook mail", "ingest"),
    "mail": (b"Return-Path: <a@example.org>\r\nFrom: a@example.org\r\nSubject: x\r\n\r\nhello\r\n", "mail", "ingest"),
    "text": ("Bitte wenden Sie sich an Müller".encode(), "plain text", ".p12"),
    "text-latin-1": ("Bitte wenden Sie sich an Müller".encode("latin-1"), "plain text", ".p12"),
    "pem-both": (KEY_PEM + CERTIFICATE_PEM, "certificate and private key", "-export -in FILE -out FILE.p12"),
    "pem-certificate": (b"subject=CN=x\n" + CERTIFICATE_PEM, "certificate without", "-in FILE -inkey KEYFILE"),
    "pem-key": (KEY_PEM, "private key without", "-inkey FILE -in CERTFILE"),
    "pem-pkcs7": (
        pkcs7.serialize_certificates([CERTIFICATE], Encoding.PEM), "PKCS#7 text", "openssl pkcs7 -in FILE"
    ),
    "pem-unknown": (b"-----BEGIN SOMETHING-----\nAAAA\n-----END SOMETHING-----\n", "PEM text", ".p12"),
    "der-certificate": (DER, "certificate without its private key (DER)", "-in FILE -inkey KEYFILE"),
    "der-key": (KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), "private key", "-inform DER"),
    "der-ec-key": (
        KEY.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption()), "private key", "-inform DER"
    ),
    "der-encrypted-key": (
        KEY.private_bytes(Encoding.DER, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")), "private key", "-inkey"
    ),
    "der-pkcs7": (pkcs7.serialize_certificates([CERTIFICATE], Encoding.DER), "PKCS#7 file", "-inform DER"),
    "der-request": (
        x509.CertificateSigningRequestBuilder(NAME).sign(KEY, SHA256()).public_bytes(Encoding.DER), "request", ".p12"
    ),
    "der-revocations": (REVOCATIONS.public_bytes(Encoding.DER), "revoked", ".p12"),
    "base64": (base64.encodebytes(P12), "base64 text with", "openssl base64 -d -in FILE -out FILE.p12"),
    "base64-line": (base64.b64encode(P12) + b"\n", "base64 text with", "openssl base64 -d -A -in FILE -out FILE.p12"),
    "pem-pkcs12": (
        b"-----BEGIN PKCS12-----\n" + base64.encodebytes(P12) + b"-----END PKCS12-----\n", "base64 text with", "-d -in"
    ),
    "unknown": (b"\x01\x02\x03\x04", "unknown kind", ".p12"),
    "asn1-unknown": (b"\x30\x03\x01\x01\xff", "unknown kind", ".p12"),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_what_it_is_instead(name: str) -> None:
    """What is no PKCS#12 is named, with the line that helps."""
    data, is_a, hint = KINDS[name]
    with pytest.raises(NotPkcs12) as refused:
        recognise.check(data)
    assert is_a in str(refused.value)
    assert hint in refused.value.hint


CHANGED = {
    "byte-order-mark": b"\xef\xbb\xbf" + P12,
    "line-before": b"\r\n" + P12,
    "http-head": b"HTTP/1.1 200 OK\r\nContent-Type: application/x-pkcs12\r\n\r\n" + P12,
    "as-latin-1": P12.decode("latin-1").encode(),
    "as-utf-8": P12.decode("utf-8", "replace").encode(),
    "line-end-in-the-length": P12[:2] + b"\r\n" + P12[3:],
}


@pytest.mark.parametrize("name", CHANGED)
def test_changed_on_its_way(name: str) -> None:
    """A PKCS#12 that a program took for text, or put something before, is damaged and not of an unknown kind."""
    with pytest.raises(FileDamaged, match="changed on its way"):
        recognise.check(CHANGED[name])


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
@pytest.mark.parametrize("name", ["base64", "base64-line", "pem-pkcs12", "pem-both", "der-key", "der-encrypted-key"])
def test_the_line_works(name: str, tmp_path: Path) -> None:
    """The line of a hint, copied, makes a PKCS#12 of the file."""
    (tmp_path / "FILE").write_bytes(KINDS[name][0])
    (tmp_path / "CERTFILE").write_bytes(CERTIFICATE_PEM)
    kind = recognise.recognised(KINDS[name][0])
    assert kind is not None
    for line in kind.hint.split(": ")[1].split(", then "):
        call = [*line.split(), *(SECRETS[line.split()[1]])]
        subprocess.run(call, cwd=tmp_path, check=True, capture_output=True)
    assert recognise.recognised((tmp_path / "FILE.p12").read_bytes()) is None


NONE_OF_THEM = ("keytool-jks", "keytool-jceks", "line-ends-changed", "text-in-utf-8")
"""Vectors that are something else, or visibly no longer what was sent."""


@pytest.mark.parametrize("path", sorted(p.name for p in HERE.glob("*.p12") if p.stem not in NONE_OF_THEM))
def test_a_pkcs12_passes(path: str) -> None:
    """What could be a PKCS#12 passes, however odd or damaged."""
    recognise.check((HERE / path).read_bytes())


def test_a_beginning_passes() -> None:
    """A PKCS#12 that is cut short is damaged, and not something else."""
    for length in range(8, len(P12)):
        assert recognise.recognised(P12[:length]) is None
