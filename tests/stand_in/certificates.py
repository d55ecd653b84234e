"""Certificates for tests and the demonstration: an authority that nobody trusts, its servers, and PKCS#12 files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from asn1crypto import pkcs12 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
Flavour = Literal["modern", "legacy", "open"]

_CURVE = ec.SECP256R1()
_DAY = timedelta(days=1)


class Authority(NamedTuple):
    """A certificate authority: its key and its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        """What ``SSL_CERT_FILE`` wants."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)


def make_authority(name: str = "ARAG Stand-in CA", *, at: datetime | None = None) -> Authority:
    """A new authority, valid for ten years around ``at`` (now, unless given)."""
    key = ec.generate_private_key(_CURVE)
    moment = at or datetime.now(UTC)
    subject = _name(name)
    certificate = (
        _builder(subject, subject, key.public_key(), moment - 1825 * _DAY, moment + 1825 * _DAY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Authority(key, certificate)


def make_server(authority: Authority, hosts: tuple[str, ...]) -> bytes:
    """Key and certificate of a TLS server for ``hosts``, in one PEM."""
    key = ec.generate_private_key(_CURVE)
    moment = datetime.now(UTC)
    issuer = authority.certificate.subject
    certificate = (
        _builder(_name(hosts[0]), issuer, key.public_key(), moment - _DAY, moment + 30 * _DAY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(_authority_id(authority), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return _key_pem(key) + certificate.public_bytes(serialization.Encoding.PEM)


def make_pair(
    holder: str,
    pin: str,
    *,
    not_after: datetime | None = None,
    not_before: datetime | None = None,
    key: Literal["ec", "rsa"] = "ec",
    organisation: str = "Stand-in Makler",
    serial: int | None = None,
    flavour: Flavour = "modern",
    authority: Authority | None = None,
    with_authority: bool = True,
) -> bytes:
    """A PKCS#12 for ``holder`` that opens with ``pin``, made as an insurer would make it.

    Valid for a year until ``not_after`` (a year from now, unless given). ``modern`` is AES-256 with a SHA-256 MAC,
    ``legacy`` 3DES with a SHA-1 MAC, ``open`` neither encrypted nor authenticated. The subject of one ``holder`` and
    ``organisation`` is always the same, so two calls make a pair and its successor.
    """
    issuer = authority or make_authority()
    private: Key = ec.generate_private_key(_CURVE) if key == "ec" else rsa.generate_private_key(65537, 2048)
    last = not_after or datetime.now(UTC).replace(microsecond=0) + 365 * _DAY
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "DE"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, holder),
        ]
    )
    first = not_before or last - 365 * _DAY
    certificate = (
        _builder(subject, issuer.certificate.subject, private.public_key(), first, last, serial)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
        .add_extension(_authority_id(issuer), critical=False)
        .sign(issuer.key, hashes.SHA256())
    )
    chain = [issuer.certificate] if with_authority else None
    made = pkcs12.serialize_key_and_certificates(
        holder.encode(), private, certificate, chain, _encryption(flavour, pin)
    )
    return _without_mac(made) if flavour == "open" else made


def _without_mac(made: bytes) -> bytes:
    """The library authenticates what it does not encrypt with an empty PIN."""
    found = asn1.Pfx.load(made)
    return bytes(asn1.Pfx({"version": found["version"], "auth_safe": found["auth_safe"]}).dump())


def _encryption(flavour: Flavour, pin: str) -> serialization.KeySerializationEncryption:
    if flavour == "open":
        return serialization.NoEncryption()
    builder = serialization.PrivateFormat.PKCS12.encryption_builder().kdf_rounds(2048)
    if flavour == "legacy":
        chosen = builder.key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(hashes.SHA1())  # noqa: S303
    else:
        chosen = builder.key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC).hmac_hash(hashes.SHA256())
    return chosen.build(pin.encode())


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    first: datetime,
    last: datetime,
    serial: int | None = None,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(last)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _authority_id(authority: Authority) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key())


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
