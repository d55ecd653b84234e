"""What ``ingest`` is given: paths, a link, standard input, the clipboard."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from cli import prompt
from cli.texts import _
from vault.errors import N_, Usage
from vault.operations.sources import Source, in_paths, in_stream


def named(sources: Sequence[str], *, clipboard: bool) -> Iterator[Source]:
    """The sources that a person names, in their order. Raises Usage where there is none."""
    if not sources and not clipboard:
        raise Usage(
            what=N_("Nothing is named that could be taken in."),
            hint=N_("Name mails or folders, - for standard input, or say --clipboard."),
        )
    return _each(sources, clipboard=clipboard)


def _each(sources: Sequence[str], *, clipboard: bool) -> Iterator[Source]:
    if clipboard:
        yield from _pasted()
    for source in sources:
        if source == "-":
            yield from _stdin()
        elif "://" in source:
            yield Source(source, source.encode, by_hand=True)
        else:
            yield from in_paths([Path(source)])


def _stdin() -> Iterator[Source]:
    if sys.stdin.isatty():
        prompt.tell(_("Paste the mail, then end with Ctrl-D (on Windows: Ctrl-Z and the return key)."))
    return in_stream(_("standard input"), sys.stdin.buffer, by_hand=True)


def _pasted() -> Iterator[Source]:
    from vault.clipboard import pasted

    return in_stream(_("clipboard"), io.BytesIO(pasted().encode()), by_hand=True)
