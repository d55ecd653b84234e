"""What a provider can be asked for, and why: pure rules over a pair or link and a moment."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal

from vault.model.link import Link
from vault.model.pair import Pair

Reason = Literal["runs-out", "ran-out", "file-deleted", "pin-lost", "link-missing"]
"""``link-missing``: the PIN came, and its link or file did not."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@(?:[A-Za-z0-9-]{{1,63}}\.)+[A-Za-z0-9-]{{2,63}}", re.ASCII)
LONGEST_ADDRESS = 254
"""Characters of a mail address (RFC 5321, 4.5.3.1.3)."""


def reason(record: Pair | Link, at: datetime) -> Reason | None:
    """Why something is asked for in place of ``record``; None where it is settled or put away."""
    if isinstance(record, Pair):
        if record.state != "current":
            return None
        return "ran-out" if record.not_after <= at else "runs-out"
    needs = record.needs_at(at)
    return None if needs is None else _NEEDS[needs]


def mail_address(text: str) -> str:
    """``text`` where it is one mail address that every mail program takes (RFC 5322, dot-atom), else nothing.

    A profile may say in words whom to ask, and what stands in the register may be anything.
    """
    plain = text.strip()
    return plain if len(plain) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(plain) else ""


_NEEDS: dict[str, Reason] = {"new-link": "file-deleted", "pin": "pin-lost", "file": "link-missing"}
