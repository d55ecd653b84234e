"""Names of folders as the protocol writes them: modified UTF-7 (RFC 3501 section 5.1.3)."""

from __future__ import annotations

import base64
import binascii
import re

_OTHERS = re.compile(r"[^ -~]+|&")
_CODED = re.compile(rb"&([^-]*)-")


def encoded(name: str) -> bytes:
    """``name`` for the server. What stands in quotes is left to the caller."""
    return _OTHERS.sub(lambda found: _run(found[0]), name).encode("ascii")


def decoded(name: bytes) -> str:
    """A name as the server writes it; one that breaks the rules as well as it can be read."""
    parts = []
    at = 0
    for coded in _CODED.finditer(name):
        parts += [name[at : coded.start()].decode("utf-8", "replace"), _letters(coded[1])]
        at = coded.end()
    return "".join([*parts, name[at:].decode("utf-8", "replace")])


def _run(text: str) -> str:
    if text == "&":
        return "&-"
    coded = base64.b64encode(text.encode("utf-16-be", "surrogatepass")).decode()
    return f"&{coded.rstrip('=').replace('/', ',')}-"


def _letters(coded: bytes) -> str:
    if not coded:
        return "&"
    try:
        data = binascii.a2b_base64(coded.replace(b",", b"/") + b"===")
    except binascii.Error:
        return f"&{coded.decode('ascii', 'replace')}-"
    return data.decode("utf-16-be", "replace")
