"""One byte string for one value: the JSON form that is authenticated and hashed.

Keys sorted, no white space, ASCII with ``\\uXXXX`` escapes, no floating point numbers (``docs/format.md``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping

Value = str | int | bool | None
Tree = Value | list["Tree"] | Mapping[str, "Tree"]


def canonical(value: Tree) -> bytes:
    """The canonical JSON of ``value``."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode()
