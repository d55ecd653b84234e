"""What waits in the inbox for its other half: a file that the portal or a mail brought, or a PIN that came first."""

from __future__ import annotations

import base64
import json
from typing import NamedTuple

from vault.model.canonical import canonical
from vault.model.pin import LONGEST
from vault.model.pin import pin as checked
from vault.secret import Pin

ROOM = 2 + 4 * LONGEST
"""Octets of a PIN that waits: two that say its length, itself in UTF-8, zeros."""


class ParkedFile(NamedTuple):
    """A file that the portal sent, and the PIN for which it was released (None where it asked for none).

    Sealed as a whole to the inbox key, so that only the root key opens it.
    """

    pkcs12: bytes
    released_for: Pin | None

    def to_bytes(self) -> bytes:
        """The clear form that is sealed: canonical JSON."""
        pin = self.released_for.reveal() if self.released_for else None
        return canonical({"pin": pin, "pkcs12": base64.b64encode(self.pkcs12).decode()})

    @classmethod
    def from_bytes(cls, data: bytes) -> ParkedFile:
        """The inverse of :meth:`to_bytes`. Raises ValueError where it was not written by it: ``data`` is hostile."""
        try:
            fields = json.loads(data)
            pin, pkcs12 = fields["pin"], base64.b64decode(fields["pkcs12"], validate=True)
        except (KeyError, TypeError, RecursionError) as wrong:
            raise ValueError from wrong
        if pin is not None and not isinstance(pin, str):
            raise ValueError
        return cls(pkcs12, None if pin is None else Pin(pin))


def pin_to_bytes(pin: Pin) -> bytes:
    """What is sealed of a PIN that waits: always :data:`ROOM` octets, so that nobody sees how long it is."""
    text = pin.reveal().encode()
    return len(text).to_bytes(2) + text + bytes(ROOM - 2 - len(text))


def pin_from_bytes(data: bytes) -> Pin:
    """The inverse of :func:`pin_to_bytes`. Raises ValueError and BadPin: ``data`` is hostile."""
    size = int.from_bytes(data[:2])
    if len(data) != ROOM or size > ROOM - 2 or any(data[2 + size :]):
        raise ValueError
    return checked(data[2 : 2 + size].decode(), exact=True)
