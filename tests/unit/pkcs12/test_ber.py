"""BER is read within bounds, and nothing but BerError comes out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.pkcs12 import build
from vault.pkcs12 import ber


def test_lengths() -> None:
    """Short, long, over-long and open lengths mean the same."""
    body = b"\x02\x01\x05"
    for header in (b"\x30\x03", b"\x30\x81\x03", b"\x30\x84\0\0\0\x03"):
        assert ber.children(ber.first(header + body)) == ber.children(ber.first(build.ber(0x30, body)))


def test_string_in_pieces() -> None:
    """An octet string in pieces, and in pieces of pieces, is put together."""
    pieces = build.ber(0x24, build.in_pieces(bytes(25)), build.octets(b"end"))
    assert ber.octets(ber.first(pieces)) == bytes(25) + b"end"


@pytest.mark.parametrize("value", [0, 1, -1, 127, 128, -128, -129, 2**31 - 1, 2**63 - 1])
def test_integer(value: int) -> None:
    """Integers keep their sign."""
    assert ber.integer(ber.first(build.integer(value))) == value


@pytest.mark.parametrize("dotted", ["1.2.840.113549.1.7.1", "2.16.840.1.101.3.4.2.10", "0.9.1", "2.999.3"])
def test_object_identifier(dotted: str) -> None:
    """Object identifiers come out in dots."""
    assert ber.oid(ber.first(build.oid(dotted))) == dotted


def test_cut_short() -> None:
    """What is missing is counted."""
    with pytest.raises(ber.CutShort) as short:
        ber.first(build.octets(bytes(300))[:100])
    assert (short.value.expected, short.value.found) == (304, 100)


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x80" * 100_000,
        b"\x24\x80" * 100_000,
        b"\x30\x80" + b"\x05\x00" * 100_000,
        b"\x30\xff" + b"\xff" * 200,
        b"\x1f\x81\x01\x00",
        b"\x04\x80\x00\x00",
        b"\x30",
        b"",
    ],
)
def test_hostile(data: bytes) -> None:
    """Depth, number and lengths are bounded."""
    with pytest.raises(ber.BerError):
        ber.first(data)


def test_pieces_are_bounded() -> None:
    """Pieces inside pieces of definite length end too."""
    data = build.octets(b"x")
    for _ in range(100):
        data = build.der(0x24, data)
    with pytest.raises(ber.BerError):
        ber.octets(ber.first(data))


@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    """Any bytes are read or refused; what is read lies within them."""
    try:
        node = ber.first(data)
        inside = ber.children(node)
    except ber.BerError:
        return
    assert data.startswith(node.whole)
    assert sum(len(each.whole) for each in inside) == len(node.body)
