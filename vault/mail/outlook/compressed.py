"""The compression of RTF in an Outlook file (MS-OXRTFCP)."""

from __future__ import annotations

import struct

from vault.mail.outlook.bounds import Bounds

_BEGINNING = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS "
    b"Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b"
    b"\\i\\u\\tab\\tx"
)
"""What the window of a packed text holds before it begins (section 2.1.3.1.1)."""
_WINDOW = 4096
_PACKED, _PLAIN = b"LZFu", b"MELA"


def unpacked(data: bytes, bounds: Bounds) -> bytes:
    """The RTF in ``data``, as far as it goes; nothing where it is no packed RTF. Its checksum is not looked at.

    Raises SourceNotReadable beyond the bounds.
    """
    if len(data) < 16:
        return b""
    kind = data[8:12]
    (size,) = struct.unpack_from("<I", data, 4)
    if kind == _PLAIN:
        return data[16 : 16 + size]
    return _unpacked(data, bounds)[:size] if kind == _PACKED else b""


def _unpacked(data: bytes, bounds: Bounds) -> bytes:
    """What was written follows the window as it was before; so every reference points a little back in ``out``."""
    out = bytearray(_WINDOW - len(_BEGINNING)) + _BEGINNING
    at, end = 16, len(data)
    while at < end:
        flags, before = data[at], len(out)
        at += 1
        for bit in range(8):
            if not flags >> bit & 1:
                out += data[at : at + 1]
                at += 1
                continue
            word = int.from_bytes(data[at : at + 2].ljust(2, b"\0"), "big")
            at += 2
            back = (len(out) + len(_BEGINNING) - (word >> 4)) % _WINDOW
            if not back:  # a reference to the place where it stands itself: the end
                return bytes(out[_WINDOW:])
            _repeat(out, back, (word & 15) + 2)
        bounds.spend("text", len(out) - before)
    return bytes(out[_WINDOW:])


def _repeat(out: bytearray, back: int, length: int) -> None:
    """Write ``length`` bytes again that stand ``back`` before the end, those being written among them."""
    start = len(out) - back
    piece = out[start : start + length]
    out += (piece * (length // len(piece) + 1))[:length]
