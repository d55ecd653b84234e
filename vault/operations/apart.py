"""A PIN and what it opens do not lie in one place, as far as the audit log knows where they were put."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from vault.custody import Watch
from vault.errors import PinBeside
from vault.model.pair import Pair
from vault.model.texts import said

FILES = frozenset({"exported", "sheet-written"})
LETTERS = frozenset({"pin-shown"})


def check(watch: Watch, pair: Pair, folder: Path, beside: frozenset[str]) -> None:
    """Raise PinBeside where what an event of the kinds ``beside`` has written of ``pair`` lies in ``folder``."""
    for path in _written(watch, pair, beside):
        if os.path.lexists(path) and os.path.realpath(path.parent) == os.path.realpath(folder):
            raise PinBeside(path=str(path))


def _written(watch: Watch, pair: Pair, kinds: frozenset[str]) -> Iterator[Path]:
    with watch.reading() as reader:
        events = [one for one in reader.events_of_pairs([pair.id]) if one.event.what in kinds]
    for one in events:
        path = said(one).get("path")
        if path:
            yield Path(path)
