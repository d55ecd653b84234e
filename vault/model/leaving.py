"""Foreign texts that leave the house, without anything that a mail program, a chat or a calendar makes a link of.

A holder is called what a mail says. A name that is a link would be clicked where a reminder is read, or fetched by a
preview; and that of the insurer's own file would be used up by one.
"""

from __future__ import annotations

import re

_NAME = r"(?-i:(?:[A-ZÄÖÜ][a-zäöü]{0,2}\.)+(?:KG|KGaA|OHG|[A-ZÄÖÜ][a-zäöüß]{2,})\b(?![.:-]\w))"
"""``Dr.Weber``, ``H.P.Klein``, ``Co.KG``: how people and firms are written without a blank. A host hardly ever is."""
_HOST = rf"(?<![\w@.-])(?!{_NAME})(?:[\w-]{{1,63}}\.){{1,10}}[^\W\d_]{{2,24}}"
_URL = re.compile(
    rf"(?:[a-z][a-z0-9+.-]{{0,30}})?://\S*|\bwww\.\S+|\bmailto:\S+|\\\\\S+|{_HOST}(?::\d+)?[/?#]\S*|\bdid=\S*",
    re.IGNORECASE,
)
"""With a scheme, without one, a share of Windows: programs make links of all. And what names a file at an insurer."""
_SIGNS = ("://", "www.", "mailto:", "\\\\", "did=")
_BARE = re.compile(rf"{_HOST}(?![\w@-]|\.\w)")


def without_urls(text: str) -> str:
    """``text``, which was made safe to look at, with ``<URL>`` in the place of each address of a page or file."""
    plain = text.lower()
    host_and_path = "." in plain and any(sign in plain for sign in "/?#")
    # most texts have no sign of one, and to look for that costs a twentieth
    return _URL.sub("<URL>", text) if host_and_path or any(sign in plain for sign in _SIGNS) else text


def unlinked(text: str) -> str:
    """The same for what people read in programs that make links by themselves: of ``evil.example`` comes
    ``evil[.]example``, which none of them opens. Mail addresses stay as they are."""
    return _BARE.sub(lambda found: found[0].replace(".", "[.]"), without_urls(text))
