"""All that is in a PKCS#12 that opened with its PIN, said of each key and certificate, whether it is a pair or not."""

from __future__ import annotations

import base64
import binascii
import re
from itertools import islice

from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from vault.errors import CertvaultError
from vault.pkcs12 import belonging, ber, facts, inside, recognise, structure, x509
from vault.pkcs12.belonging import Candidate
from vault.pkcs12.contents import Contents, Item
from vault.ports.opener import Inside, Within
from vault.secret import Pin

MOST = 50
"""So many certificates are told one by one, the others counted."""
_PEM = re.compile(rb"-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END")
_CURVES = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521"}


def look(pkcs12: bytes, pin: Pin, strangers: tuple[Pin, ...]) -> Inside:
    """What is in ``pkcs12``. Raises what :func:`vault.pkcs12.inside.prove` raises before it judges what it found."""
    found = inside.decrypted(pkcs12, pin, strangers)
    contents = found.contents
    chosen, refusal = _judged(contents)
    mine = None if chosen is None else chosen.certificate.item.der
    keys = [key for item in contents.keys if isinstance(key := belonging.key_in(item), belonging.Key)]
    told = [_told(item, keys, mine) for item in {each.der: each for each in contents.certificates}.values()]
    told.sort(key=lambda one: not one.chosen)
    names = [item.friendly_name for item in (*contents.keys, *contents.certificates)]
    return Inside(
        certificates=tuple(told[:MOST]),
        total=len(told),
        keys=len(contents.keys),
        friendly_name=next(filter(None, names), None),
        proven=found.proven,
        otherwise_encoded=found.otherwise,
        refusal=refusal,
    )


def certificate(der: bytes) -> Within | None:
    """What is said of a certificate that lies there in the clear, or None where it cannot be read."""
    return _read(der)[0]


def bare(data: bytes) -> list[Within]:
    """The certificates in a file that is no PKCS#12: one in DER, or those of a PEM text; at most :data:`MOST`."""
    found = [_decoded(body) for body in islice(_PEM.finditer(data[: recognise.LOOKED_AT]), MOST)]
    read = [certificate(der) for der in found or [data]]
    return [each for each in read if each is not None]


def _decoded(block: re.Match[bytes]) -> bytes:
    try:
        return base64.b64decode(b"".join(block[1].split()))
    except binascii.Error:
        return b""


def _judged(contents: Contents) -> tuple[belonging.Chosen | None, CertvaultError | None]:
    try:
        return belonging.choose(contents), None
    except CertvaultError as refusal:
        return None, refusal


def _told(item: Item, keys: list[belonging.Key], mine: bytes | None) -> Within:
    told, candidate = _read(item.der)
    if told is None or candidate is None:
        return Within(None, "", authority=False)
    has_key = any(key.public in candidate.publics for key in keys)
    return told._replace(has_key=has_key, chosen=item.der == mine)


def _read(der: bytes) -> tuple[Within | None, Candidate | None]:
    candidate = belonging.candidate_of(Item(der, None))
    valid = candidate and candidate.read.valid
    if candidate is None or valid is None:
        return None, candidate
    read = candidate.read
    return Within(facts.facts(read, valid), _kind_of_key(read), authority=read.is_authority()), candidate


def _kind_of_key(read: x509.Read) -> str:
    """``RSA 2048``, ``EC P-256``, ``Ed25519``: what people call the public key of a certificate."""
    try:
        with facts.quiet():
            public = load_der_public_key(read.public_key)
    except Exception:  # noqa: BLE001 - whatever the library raises, it does not know this key
        return _named(read.public_key)
    if isinstance(public, rsa.RSAPublicKey):
        return f"RSA {public.key_size}"
    if isinstance(public, ec.EllipticCurvePublicKey):
        return f"EC {_CURVES.get(public.curve.name, public.curve.name)}"
    if isinstance(public, dsa.DSAPublicKey):
        return f"DSA {public.key_size}"
    return type(public).__name__.lstrip("_").removesuffix("PublicKey")


def _named(public_key: bytes) -> str:
    """The object identifier of a public key that the library does not know."""
    try:
        return structure.algorithm(ber.at_least(ber.first(public_key), 2)[0]).oid
    except ber.BerError:
        return ""
