"""JSON from a file that anybody may have written: read strictly, in bounded size, and never guessed at."""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from datetime import datetime
from typing import NoReturn

from vault.errors import N_, Phrase
from vault.model import times
from vault.model.ids import ALPHABET, LENGTH

Fields = Mapping[str, object]


class Malformed(Exception):
    """What is wrong, as a translatable text. It stays inside ``vault.keys``."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def parsed(data: bytes, longest: int) -> object:
    """The value of a JSON text of at most ``longest`` octets, without floating point and without a key twice."""
    if len(data) > longest:
        raise Malformed(N_("it is too large"))
    try:
        return json.loads(data.decode(), object_pairs_hook=_once, parse_float=_refused, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise Malformed(N_("it is not JSON")) from None


def any_fields(value: object) -> Fields:
    """``value`` as an object."""
    if not isinstance(value, dict):
        raise Malformed(N_("an object is missing"))
    return value


def fields(value: object, names: frozenset[str]) -> Fields:
    """``value`` as an object with exactly these ``names``."""
    found = any_fields(value)
    if found.keys() != names:
        raise Malformed(N_("a field is missing, or one too many is there"))
    return found


def text(found: Fields, name: str, longest: int) -> str:
    """A string of at most ``longest`` characters."""
    value = found.get(name)
    if not isinstance(value, str) or len(value) > longest:
        raise _wrong(name)
    return value


def whole(found: Fields, name: str, least: int, most: int) -> int:
    """An integer within these bounds, both included."""
    value = found.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(name)
    return value


def mark(found: Fields, name: str) -> bool:
    """Whether a field is there that is true, and left out where it would not be."""
    if name in found and found[name] is not True:
        raise _wrong(name)
    return name in found


def octets(found: Fields, name: str, least: int, most: int) -> bytes:
    """Base64 (RFC 4648, section 4, padded, canonical) of between ``least`` and ``most`` octets."""
    written = text(found, name, 4 * (most // 3 + 1))
    try:
        value = binascii.a2b_base64(written.encode("ascii"), strict_mode=True)
    except ValueError:
        raise _wrong(name) from None
    if not least <= len(value) <= most or base64(value) != written:
        raise _wrong(name)
    return value


def record_id(found: Fields, name: str) -> str:
    """A record id: 16 characters of Crockford base32."""
    value = text(found, name, LENGTH)
    if len(value) != LENGTH or any(c not in ALPHABET for c in value):
        raise _wrong(name)
    return value


def moment(found: Fields, name: str) -> datetime:
    """A moment exactly as :func:`vault.model.times.text` writes it."""
    written = text(found, name, 20)
    try:
        value = times.moment(written)
    except ValueError:
        raise _wrong(name) from None
    if times.text(value) != written:
        raise _wrong(name)
    return value


def base64(value: bytes) -> str:
    """The inverse of :func:`octets`."""
    return binascii.b2a_base64(value, newline=False).decode()


def _wrong(name: str) -> Malformed:
    return Malformed(Phrase(N_("its field {name} is missing or has an impossible value"), name=name))


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands there twice")
    return found


def _refused(written: str) -> NoReturn:
    raise ValueError(f"not a whole number: {len(written)} characters")
