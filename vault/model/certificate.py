"""What an X.509 end-entity certificate says."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple


class Certificate(NamedTuple):
    """The facts of a certificate that stand in the register.

    ``subject`` and ``issuer`` are RFC 4514 strings, ``serial`` and ``fingerprint`` (SHA-256 of the DER) lower-case
    hex, ``not_before`` and ``not_after`` UTC. ``common_name`` is the subject's first CN, or None; it is not stored.
    """

    subject: str
    issuer: str
    serial: str
    fingerprint: str
    not_before: datetime
    not_after: datetime
    common_name: str | None = None
