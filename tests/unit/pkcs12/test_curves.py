"""EC keys whose curve is written out."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.makers import Makers
from tests.vectors.pkcs12 import build
from vault.pkcs12 import ber, curves, x509

P256 = {
    "p": 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF,
    "a": 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFC,
    "x": 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
    "y": 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
}
"""secp256r1, from SEC 2."""


def written_out(p: int, a: int, point: bytes) -> bytes:
    """ECParameters with a prime field."""
    field = build.sequence(build.oid("1.2.840.10045.1.1"), build.integer(p))
    equation = build.sequence(build.octets(a.to_bytes(32)), build.octets(bytes(32)))
    return build.sequence(build.integer(1), field, equation, build.octets(point), build.integer(7))


def private_key(secret: int, parameters: bytes) -> bytes:
    """A private key in PKCS#8."""
    inner = build.sequence(build.integer(1), build.octets(secret.to_bytes(32)))
    algorithm = build.sequence(build.oid(curves.EC_PUBLIC_KEY), parameters)
    return build.sequence(build.integer(0), algorithm, build.octets(inner))


GENERATOR = b"\4" + P256["x"].to_bytes(32) + P256["y"].to_bytes(32)
PARAMETERS = written_out(P256["p"], P256["a"], GENERATOR)


@given(st.integers(1, 2**255))
def test_as_the_library(secret: int) -> None:
    """The point that is reckoned is the public key that the library has for the same secret."""
    point = curves.of_private_key(private_key(secret, PARAMETERS))
    key = ec.derive_private_key(secret, ec.SECP256R1())
    assert point == curves.of_certificate(
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )
    compressed = key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    algorithm = build.sequence(build.oid(curves.EC_PUBLIC_KEY), PARAMETERS)
    assert point == curves.of_certificate(build.sequence(algorithm, build.der(0x03, b"\0" + compressed)))


def test_other_kinds() -> None:
    """A named curve, and a key that is not one of a curve, are left to others."""
    named = build.oid("1.2.840.10045.3.1.7")
    assert curves.of_private_key(private_key(7, named)) is None
    rsa = build.sequence(build.oid("1.2.840.113549.1.1.1"), build.NULL)
    assert curves.of_certificate(build.sequence(rsa, build.der(0x03, b"\0"))) is None


@pytest.mark.parametrize(
    "parameters",
    [
        written_out(P256["p"] + 1, P256["a"], GENERATOR),
        written_out(15, 1, GENERATOR),
        written_out(0, 1, GENERATOR),
        written_out(P256["p"], P256["a"], b"\2" + GENERATOR[1:33]),
        written_out(P256["p"], P256["a"], b""),
        written_out(2**1025 + 1, 5, GENERATOR),
        build.sequence(build.integer(1)),
    ],
)
def test_no_curve(parameters: bytes) -> None:
    """What is no curve, or a far too large one, ends at once."""
    with pytest.raises(ber.BerError):
        curves.of_private_key(private_key(2**200 + 12345, parameters))


def test_no_secret() -> None:
    """Nought is no private key."""
    with pytest.raises(ber.BerError):
        curves.of_private_key(private_key(0, PARAMETERS))


@pytest.mark.parametrize("curve", ["secp224r1", "brainpoolP320r1", "brainpoolP256t1", "secp160k1"])
def test_of_openssl(curve: str, tmp_path: Path) -> None:
    """For keys of openssl with the curve written out, the point is the one in their certificate."""
    made = Makers(tmp_path).key("EC", f"ec_paramgen_curve:{curve}", "ec_param_enc:explicit")
    key, certificate = (base64.b64decode(text) for text in re.findall(r"-----BEGIN [A-Z ]+-----([^-]+)-----END", made))
    found = curves.of_private_key(key)
    assert found is not None
    assert found == curves.of_certificate(x509.read(certificate).public_key)
