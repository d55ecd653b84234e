"""RTF cut into its tokens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from vault.mail.outlook.bounds import Bounds

_TOKEN = re.compile(
    rb"\\(?:'([0-9a-fA-F]{2})|([a-zA-Z]{1,32})(-?\d{1,9})? ?|([^a-zA-Z]))|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\", re.DOTALL
)


class Token(NamedTuple):
    """One token: a control ``word`` with its number, a control ``symbol``, a ``brace``, or ``data``, which are bytes of
    text; what it is not is empty."""

    word: bytes = b""
    number: int | None = None
    symbol: bytes = b""
    brace: bytes = b""
    data: bytes = b""


def tokens(rtf: bytes, bounds: Bounds) -> Iterator[Token]:
    """The tokens of ``rtf`` without its line breaks and binary data. Raises SourceNotReadable beyond the bounds."""
    at = 0
    while found := _TOKEN.match(rtf, at):
        at = found.end()
        bounds.spend("tokens", 1)
        octet, word, number, symbol, brace, text = found.groups()
        value = None if number is None else int(number)
        if word == b"bin":
            at += max(0, value or 0)
        elif text or octet:
            yield Token(data=text or bytes.fromhex(octet.decode()))
        elif word or symbol or brace:
            yield Token(word or b"", value, symbol or b"", brace or b"")
