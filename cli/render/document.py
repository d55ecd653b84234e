"""The JSON forms: one document on standard output, ASCII only, dates in UTC. No secret ever is in one of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping


def put(document: Mapping[str, object]) -> None:
    """Write ``document`` as the one answer of a command."""
    sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")


def put_list(name: str, items: Iterable[Mapping[str, object]]) -> None:
    """Write ``{name: [items]}``, item by item, so that a long list need not be held in memory."""
    sys.stdout.write(f"{{{json.dumps(name)}: [")
    for number, item in enumerate(items):
        sys.stdout.write((",\n" if number else "\n") + json.dumps(item, ensure_ascii=True))
    sys.stdout.write("\n]}\n")
