"""Documents on A4 as PDF: tagged, with their fonts inside, and the same bytes for the same words and moment.

Set by typst, in this process, with the one template beside this file and the fonts that typst brings: it opens no other
file, no font of the system, and no network. What comes is PDF/A-2a and PDF/UA-1, as far as typst checks that.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from vault.documents.blocks import Block, Code, Document
from vault.errors import Fault, NotPrintable
from vault.model.times import utc

TEMPLATE = Path(__file__).with_name("page.typ")
_LAST_LATIN = "\u024f"
_SIGNS = frozenset("–—‘’‚“”„…€\N{NARROW NO-BREAK SPACE}\N{OPEN BOX}")
"""What stands in documents beside Latin letters, and is in the fonts."""


def pdf(document: Document, *, at: datetime) -> bytes:
    """``document`` as a PDF that says it was made ``at``.

    Characters that none of the fonts has stand there as ``<U+XXXX>``. Raises NotPrintable where they are part of a
    :class:`~vault.documents.blocks.Code`, which would not be typed as it is meant.
    """
    made = _set(document, at)
    if made is None:
        plainer = document.changed(_coded)
        if any(_code(old) != _code(new) for old, new in zip(document.blocks, plainer.blocks, strict=True)):
            raise NotPrintable
        made = _set(plainer, at)
    if made is None:
        raise Fault(what="a document could not be set")
    return made


def _set(document: Document, at: datetime) -> bytes | None:
    """The PDF, or None where a character of it is in none of the fonts."""
    import typst  # 80 MB, which only documents need

    told = {**document._asdict(), "blocks": [_told(block) for block in document.blocks]}
    try:
        return typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=typst.Fonts(include_system_fonts=False),
            sys_inputs={"document": json.dumps(told)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(utc(at).timestamp()),
        )
    except typst.TypstError:  # what it says quotes the text
        return None


def _told(block: Block) -> dict[str, Any]:
    return {"kind": type(block).__name__.lower(), **block._asdict()}


def _code(block: Block) -> str:
    return block.text if isinstance(block, Code) else ""


def _coded(text: str) -> str:
    """``text`` with all that is not Latin as ``<U+XXXX>``."""
    return "".join(one if one <= _LAST_LATIN or one in _SIGNS else f"<U+{ord(one):04X}>" for one in text)
