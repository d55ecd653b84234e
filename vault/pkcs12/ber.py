"""Reading ASN.1 in BER, of which DER is a part (ITU-T X.690), with bounds on depth and number.

A PKCS#12 may be written in BER: lengths left open, octet strings in pieces. Nothing is believed here: a length beyond
the data, more than :data:`DEEPEST` levels or more than :data:`MOST` elements in one place end in :class:`BerError`.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

SEQUENCE = 0x10
SET = 0x11
BOOLEAN = 0x01
INTEGER = 0x02
BITS = 0x03
OCTETS = 0x04
OID = 0x06
UTF8 = 0x0C
PRINTABLE = 0x13
T61 = 0x14
IA5 = 0x16
UTC_TIME = 0x17
GENERAL_TIME = 0x18
UNIVERSAL = 0x1C
BMP = 0x1E
CONTEXT_0 = 0x80

DEEPEST = 24
"""Levels of elements of open length, or of pieces of a string, inside one another."""
MOST = 20_000
"""Elements side by side."""


class BerError(ValueError):
    """These bytes are not what they should be."""


class CutShort(BerError):
    """An element is longer than the bytes that are there. ``expected`` and ``found`` count them from its start."""

    def __init__(self, expected: int, found: int) -> None:
        super().__init__("cut short")
        self.expected = expected
        self.found = found


class Node(NamedTuple):
    """One element. ``tag`` is class and number without the bit that says constructed; ``whole`` has the header too."""

    tag: int
    constructed: bool
    body: bytes
    whole: bytes


def first(data: bytes) -> Node:
    """The element at the start of ``data``; what follows is not looked at. Raises BerError."""
    return _read(data, 0, 0)[0]


def children(node: Node) -> list[Node]:
    """The elements inside ``node``, in their order. Raises BerError, also for a primitive one."""
    if not node.constructed:
        raise BerError("not constructed")
    return elements(node.body)


def elements(data: bytes) -> list[Node]:
    """The elements that ``data`` consists of. Raises BerError."""
    found: list[Node] = []
    at = 0
    while at < len(data):
        node, at = _read(data, at, 0)
        found.append(node)
        if len(found) > MOST:
            raise BerError("too many elements")
    return found


def at_least(node: Node, number: int) -> list[Node]:
    """The elements inside ``node``, ``number`` of them or more. Raises BerError."""
    inside = children(node)
    if len(inside) < number:
        raise BerError("something is missing")
    return inside


def octets(node: Node, depth: int = 0) -> bytes:
    """The value of an octet string, put together where it is in pieces. Raises BerError."""
    if not node.constructed:
        return node.body
    if depth > DEEPEST:
        raise BerError("nested too deeply")
    return b"".join(octets(expect(piece, OCTETS), depth + 1) for piece in elements(node.body))


def expect(node: Node, tag: int) -> Node:
    """``node``, which must have ``tag``. Raises BerError."""
    if node.tag != tag:
        raise BerError(f"tag {node.tag:#x} where {tag:#x} was expected")
    return node


def integer(node: Node) -> int:
    """The value of an INTEGER of at most 8 bytes. Raises BerError."""
    body = expect(node, INTEGER).body
    if not 0 < len(body) <= 8:
        raise BerError("an integer of unlikely length")
    return int.from_bytes(body, signed=True)


def oid(node: Node) -> str:
    """The value of an OBJECT IDENTIFIER in dots. Raises BerError."""
    return _dotted(expect(node, OID).body)


@functools.lru_cache(maxsize=256)
def _dotted(body: bytes) -> str:
    if not 0 < len(body) <= 64 or body[-1] & 0x80:
        raise BerError("an object identifier of unlikely length")
    arcs: list[int] = []
    value = 0
    for octet in body:
        value = value << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(value)
            value = 0
    top = min(arcs[0] // 40, 2)
    return ".".join(map(str, (top, arcs[0] - 40 * top, *arcs[1:])))


def _read(data: bytes, start: int, depth: int) -> tuple[Node, int]:
    if depth > DEEPEST:
        raise BerError("nested too deeply")
    tag, length, body = _header(data, start)
    constructed = tag & 0x20 != 0
    if length is None:
        inner, end = _end_of_contents(data, body, depth)
    else:
        inner = end = body + length
        if end > len(data):
            raise CutShort(end - start, len(data) - start)
    number = tag & ~0x20
    return Node(number, constructed, data[body:inner], data[start:end]), end


def _header(data: bytes, start: int) -> tuple[int, int | None, int]:
    """Tag, length (None where it is left open) and where the contents begin."""
    head = data[start : start + 2]
    if len(head) < 2:
        raise CutShort(2, len(head))
    tag, length = head
    if tag & 0x1F == 0x1F:
        raise BerError("a tag of several bytes")
    if length < 0x80:
        return tag, length, start + 2
    if length == 0x80:
        if not tag & 0x20:
            raise BerError("a primitive element of open length")
        return tag, None, start + 2
    size = length & 0x7F
    if size > 16:
        raise BerError("a length of unlikely size")
    digits = data[start + 2 : start + 2 + size]
    if len(digits) < size:
        raise CutShort(2 + size, 2 + len(digits))
    return tag, int.from_bytes(digits), start + 2 + size


def _end_of_contents(data: bytes, at: int, depth: int) -> tuple[int, int]:
    """Where the contents of an element of open length end, and where the next element begins."""
    for _ in range(MOST):
        if data[at : at + 2] == b"\0\0":
            return at, at + 2
        at = _read(data, at, depth + 1)[1]
    raise BerError("too many elements")
