"""A pair: the PKCS#12 exactly as delivered, with its PIN: one record."""

from datetime import datetime
from typing import Literal, NamedTuple

from vault.secret import Pin

State = Literal["current", "superseded", "retired"]
Proof = Literal["file", "portal"]


class Pair(NamedTuple):
    """The public half of a pair's row: what the register knows without opening anything.

    ``holder`` is a holder's id. ``proof`` says how it was proven that the PIN belongs to the file: ``file`` (by the
    file's own MAC or key encryption) or ``portal`` (released for this very PIN).
    """

    id: str
    provider: str
    holder: str
    lineage: str
    purpose: str
    subject: str
    issuer: str
    serial: str
    fingerprint: str
    not_before: datetime
    not_after: datetime
    state: State
    proof: Proof
    added: datetime
    superseded_by: str | None = None


class Contents(NamedTuple):
    """What a sealed record holds: the two halves that belong together for ever."""

    pkcs12: bytes
    pin: Pin
