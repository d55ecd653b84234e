"""The JSON forms: one document on standard output, ASCII only, dates in UTC. No secret ever is in one of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping


def put(document: Mapping[str, object]) -> None:
    """Write ``document`` as the one answer of a command."""
    sys.stdout.write(json.dumps(document, ensure_ascii=True) + "\n")


def put_list(
    name: str,
    items: Iterable[Mapping[str, object]],
    after: Callable[[], Mapping[str, object]] = dict,
    **before: object,
) -> None:
    """Write ``{name: [items]}``, item by item, so that a long list need not be held in memory; ``before`` it, these,
    and behind it what ``after`` gives once all of it is written."""
    first = "".join(f"{json.dumps(key)}: {json.dumps(value)}, " for key, value in before.items())
    sys.stdout.write(f"{{{first}{json.dumps(name)}: [")
    for number, item in enumerate(items):
        sys.stdout.write((",\n" if number else "\n") + json.dumps(item, ensure_ascii=True))
    last = "".join(f",\n{json.dumps(key)}: {json.dumps(value)}" for key, value in after().items())
    sys.stdout.write(f"\n]{last}}}\n")
