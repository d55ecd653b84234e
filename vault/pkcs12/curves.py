"""EC keys whose curve is written out instead of named (RFC 3279, section 2.3.5), which the library mostly refuses.

Only curves over prime fields. What is shown here is that a private key has the public key that a certificate names; no
signature is made and none is trusted, so nothing has to be known of the curve.
"""

from __future__ import annotations

from typing import NamedTuple

from vault.pkcs12 import ber

EC_PUBLIC_KEY = "1.2.840.10045.2.1"
_PRIME_FIELD = "1.2.840.10045.1.1"
_MOST_BITS = 1024

_Affine = tuple[int, int] | None
"""A point; None is the one at infinity."""


class Point(NamedTuple):
    """The public key, as every encoding of a point has it."""

    x: int
    odd: bool


class _Curve(NamedTuple):
    p: int
    a: int
    generator: tuple[int, int]


def of_certificate(public_key: bytes) -> Point | None:
    """The point of a SubjectPublicKeyInfo in DER; None for a key of another kind. Raises BerError."""
    algorithm, bits = ber.at_least(ber.first(public_key), 2)[:2]
    if ber.oid(ber.at_least(algorithm, 1)[0]) != EC_PUBLIC_KEY:
        return None
    return _point(ber.expect(bits, ber.BITS).body[1:])


def of_private_key(pkcs8: bytes) -> Point | None:
    """The point that belongs to a private key (PKCS#8, DER) with its curve written out, reckoned from its secret half.

    None for a key of another kind. Raises BerError.
    """
    _version, algorithm, octets = ber.at_least(ber.first(pkcs8), 3)[:3]
    name, *parameters = ber.at_least(algorithm, 1)
    if ber.oid(name) != EC_PUBLIC_KEY or not parameters or parameters[0].tag != ber.SEQUENCE:
        return None
    secret = ber.at_least(ber.first(ber.octets(ber.expect(octets, ber.OCTETS))), 2)[1]
    curve = _curve(parameters[0])
    reckoned = _times(curve, _number(ber.octets(ber.expect(secret, ber.OCTETS))), curve.generator)
    if reckoned is None:
        raise ber.BerError("a key that is no key")
    return Point(reckoned[0], bool(reckoned[1] & 1))


def _curve(parameters: ber.Node) -> _Curve:
    _version, field, equation, base = ber.at_least(parameters, 4)[:4]
    kind, prime = ber.at_least(field, 2)[:2]
    if ber.oid(kind) != _PRIME_FIELD:
        raise ber.BerError("a curve over another field")
    p = _number(ber.expect(prime, ber.INTEGER).body)
    if p < 3 or p % 2 == 0:
        raise ber.BerError("no prime")
    a = _number(ber.octets(ber.expect(ber.at_least(equation, 2)[0], ber.OCTETS)))
    return _Curve(p, a, _coordinates(ber.octets(ber.expect(base, ber.OCTETS))))


def _coordinates(encoded: bytes) -> tuple[int, int]:
    """Both coordinates (SEC 1, section 2.3.4), where both are there."""
    size = len(encoded) // 2
    if encoded[:1] not in (b"\4", b"\6", b"\7") or len(encoded) != 1 + 2 * size:
        raise ber.BerError("no point, or a compressed one")
    return _number(encoded[1 : 1 + size]), _number(encoded[1 + size :])


def _point(encoded: bytes) -> Point:
    if encoded[:1] in (b"\2", b"\3"):
        return Point(_number(encoded[1:]), encoded[0] == 3)
    x, y = _coordinates(encoded)
    return Point(x, bool(y & 1))


def _number(digits: bytes) -> int:
    number = int.from_bytes(digits)
    if number.bit_length() > _MOST_BITS:
        raise ber.BerError("a number of unlikely length")
    return number


def _times(curve: _Curve, factor: int, point: _Affine) -> _Affine:
    product: _Affine = None
    try:
        for digit in f"{factor:b}":
            product = _sum(curve, product, product)
            if digit == "1":
                product = _sum(curve, product, point)
    except ValueError as singular:
        raise ber.BerError("no curve over a prime field") from singular
    return product


def _sum(curve: _Curve, one: _Affine, other: _Affine) -> _Affine:
    """The sum of two points (SEC 1, section 2.2.1). Raises ValueError where the field is none."""
    if one is None or other is None:
        return one or other
    (x1, y1), (x2, y2), p = one, other, curve.p
    if x1 == x2 and (y1 + y2) % p == 0:
        return None
    slope = (3 * x1 * x1 + curve.a) * pow(2 * y1, -1, p) if one == other else (y2 - y1) * pow(x2 - x1, -1, p)
    x = (slope * slope - x1 - x2) % p
    return x, (slope * (x1 - x) - y1) % p
