"""What a person should know of a pair that was stored all the same."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

Remark = Literal["expired", "not-yet-valid", "pin-otherwise-encoded"]


def remarks(
    not_before: datetime, not_after: datetime, *, otherwise_encoded: bool = False, at: datetime
) -> tuple[Remark, ...]:
    """What is to be said of a certificate at ``at``, and of a file that has its PIN in an encoding of its own."""
    told: list[Remark] = []
    if at > not_after:
        told.append("expired")
    if at < not_before:
        told.append("not-yet-valid")
    if otherwise_encoded:
        told.append("pin-otherwise-encoded")
    return tuple(told)
