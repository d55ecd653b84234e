"""What waits in the inbox for its other half: a file that the portal or a mail brought, or a PIN that came first."""

from __future__ import annotations

import base64
import json
from typing import NamedTuple

from vault.model.canonical import canonical
from vault.secret import Pin


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
