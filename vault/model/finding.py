"""What ``doctor`` finds: what is wrong, how bad that is, what still works, and what to do."""

from typing import Literal, NamedTuple

Severity = Literal["damage", "warning", "note"]


class Finding(NamedTuple):
    """One finding. ``what``, ``works`` and ``hint`` are texts for people; ``subject`` names the file, pair or link.

    ``damage``: something is not what was written. ``warning``: nothing is lost, but somebody should act. ``note``: what
    could not be looked at.
    """

    severity: Severity
    what: str
    subject: str
    works: str = ""
    hint: str = ""


class Count(NamedTuple):
    """How many pairs there are, how many were opened and found right, and how many are damaged."""

    total: int = 0
    opened: int = 0
    damaged: int = 0


def damage(what: str, subject: str, works: str = "", hint: str = "") -> Finding:
    """Something that is not what was written."""
    return Finding("damage", what, subject, works, hint)
