"""What is an event by which somebody could know a secret, and what only the root key can do."""

from __future__ import annotations

KEYS = frozenset({"key-added", "key-removed", "key-changed", "rotated", "watch-rotated"})
HANDED_OUT = frozenset({"pin-attempt", "pin-shown", "export-attempt", "exported", "install-attempt", "install-done"})
FETCHED = frozenset(
    {
        "fetch-attempted",
        "file-received",
        "pin-refused",
        "link-gone",
        "link-claimed",
        "page-not-understood",
        "outcome-unknown",
        "parked-file-needs-pin",
        "pin-matched",
    }
)
PAIRS = frozenset(
    {
        "pair-added",
        "pair-superseded",
        "pair-retired",
        "pair-reinstated",
        "pair-moved",
        "holder-merged",
        "purge",
        "pair-rescued",
        "pair-lost",
        "text-lost",
    }
)

SECRETS = HANDED_OUT | FETCHED | KEYS | {"pin-waiting", "pair-added", "backup-made", "restored", "rescued"}
"""Everything by which somebody could know a PIN or have a file: typed, fetched, shown, exported; keys and backups."""

ROOT_ONLY = (
    HANDED_OUT
    | FETCHED
    | KEYS
    | PAIRS
    | {
        "sheet-written",
        "offboarded",
        "vault-created",
        "setting-changed",
        "setting-unset",
        "provider-trusted",
        "restored",
        "rescued",
        "pseudonymised",
    }
)
"""What takes the root key: such an event without authentication was written past the program."""
