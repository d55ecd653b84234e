"""The keys that scripts lean on."""

from __future__ import annotations

from typing import Any

FILE = {"path", "pair", "sha256", "unchanged", "target", "flavour"}
PAIR = {
    "id",
    "provider",
    "holder",
    "lineage",
    "purpose",
    "subject",
    "issuer",
    "serial",
    "fingerprint",
    "not_before",
    "not_after",
    "state",
    "proof",
    "added",
    "superseded_by",
}
DUE = {"kind", "id", "holder", "provider", "date", "days_left", "severity", "next"}


def stored(document: Any) -> dict[str, Any]:
    """The PAIR of an answer of ``fetch`` or ``add``, whose keys are exactly those that are promised."""
    assert document.keys() == {"pair", "supersedes", "remarks"}
    assert document["pair"].keys() == PAIR
    pair: dict[str, Any] = document["pair"]
    return pair
