"""The mails in what ``ingest`` is given: paths, a link, standard input, the clipboard."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from cli import prompt
from cli.texts import _
from vault.operations.sources import Source, in_paths, in_stream


def in_source(named: str) -> Iterator[Source]:
    """What a person names on the command line."""
    if named == "-":
        return _stdin()
    if "://" in named:
        return iter([Source(named, named.encode, by_hand=True)])
    return in_paths([Path(named)])


def in_clipboard() -> Iterator[Source]:
    """What was copied from the mail program. Raises ClipboardNotThere."""
    from vault.clipboard import pasted

    return in_stream(_("clipboard"), io.BytesIO(pasted().encode()), by_hand=True)


def _stdin() -> Iterator[Source]:
    if sys.stdin.isatty():
        prompt.tell(_("Paste the mail, then end with Ctrl-D (on Windows: Ctrl-Z and the return key)."))
    return in_stream(_("standard input"), sys.stdin.buffer, by_hand=True)
