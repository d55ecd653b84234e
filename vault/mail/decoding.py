"""From bytes to text, whatever the mail says about its own encoding."""

from __future__ import annotations

import codecs
import re

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
)
_BOMS += ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WINDOWS = {"iso8859-1", "ascii"}
_CHARSETS = re.compile(
    r"utf-(?:8|16|32)(?:-[bl]e)?|iso8859-\d+|cp\d+|koi8-[rut]|mac-\w+|big5\w*|gb\w+|euc_\w+|shift_\w+"
)


def decoded(data: bytes, charset: str | None = None) -> str:
    """``data`` as text: by its byte-order mark, as ``charset``, as UTF-8, as UTF-16, or else as Windows-1252.

    Never fails. A charset that is unknown, or that the bytes contradict, is passed over; ISO-8859-1 and ASCII are read
    as Windows-1252 where they hold its letters, as mail programs and the WHATWG encoding standard do.
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    for codec in (_known(charset), "utf-8"):
        text = _strictly(data, codec) if codec else None
        if text is not None:
            return text
    return _windows(data)


def guessed(data: bytes) -> str:
    """``data`` that nobody said anything about: a pasted text or a saved file."""
    sample = data[:4096]
    if sample.count(0) * 4 > len(sample):
        name = "utf-16-be" if sample[::2].count(0) > sample[1::2].count(0) else "utf-16-le"
        return (
            decoded(data)
            if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            else data.decode(name, "replace")
        )
    return decoded(data)


def _known(charset: str | None) -> str | None:
    """Python's name of ``charset`` if it is a character set: some of Python's codecs are slow, or no text at all."""
    try:
        name = codecs.lookup(charset or "utf-8").name
    except (LookupError, ValueError):
        return None
    return name if _CHARSETS.fullmatch(name) and name not in _WINDOWS else None


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def _windows(data: bytes) -> str:
    """Windows-1252, where its five holes stand for the control characters of ISO-8859-1."""
    return _strictly(data, "cp1252") or data.decode("latin-1")
