"""Writing ASN.1 in DER (ITU-T X.690): the few types that a PKCS#12 needs."""

from __future__ import annotations

from vault.pkcs12 import ber

_CONSTRUCTED = 0x20
NULL = b"\x05\x00"


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of ``parts``, which are encoded already."""
    return _tagged(ber.SEQUENCE | _CONSTRUCTED, b"".join(parts))


def set_of(*parts: bytes) -> bytes:
    """A SET OF ``parts``, in the order that DER wants."""
    return _tagged(ber.SET | _CONSTRUCTED, b"".join(sorted(parts)))


def explicit(*parts: bytes) -> bytes:
    """``parts`` under the context's tag 0."""
    return _tagged(ber.CONTEXT_0 | _CONSTRUCTED, b"".join(parts))


def implicit(body: bytes) -> bytes:
    """The octets of a string under the context's tag 0."""
    return _tagged(ber.CONTEXT_0, body)


def octets(body: bytes) -> bytes:
    """An OCTET STRING."""
    return _tagged(ber.OCTETS, body)


def text(value: str) -> bytes:
    """A BMPString, with surrogate pairs for what is beyond the basic plane."""
    return _tagged(ber.BMP, value.encode("utf-16-be", "surrogatepass"))


def integer(value: int) -> bytes:
    """An INTEGER that is not negative."""
    return _tagged(ber.INTEGER, value.to_bytes(value.bit_length() // 8 + 1))


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER, from its numbers in dots."""
    first, second, *rest = map(int, dotted.split("."))
    return _tagged(ber.OID, b"".join(map(_base_128, (40 * first + second, *rest))))


def _base_128(value: int) -> bytes:
    """Seven bits to an octet, the highest first; all octets but the last have their eighth bit set."""
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(value & 0x7F | 0x80)
    return bytes(reversed(found))


def _tagged(tag: int, body: bytes) -> bytes:
    size = len(body)
    if size < 0x80:
        return bytes([tag, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 | len(length)]) + length + body
