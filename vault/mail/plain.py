"""Plain text made ready to be read: quoting taken off, glued headers parted, soft breaks undone."""

from __future__ import annotations

import re

from vault.mail.markup import Page

_QUOTES = re.compile(r"(?m)^[ \t]?>[> \t]*")
_EMPTY = re.compile(r"\n{5,}")
_SOFT = re.compile(r"(?m)^(?!-- $)([^\n]*) \n")
_GLUED = re.compile(
    r"(?<!-)-{3,40} ?(?:\w{5,15} )?(?:Nachricht|[Mm]essage) ?-{3,40} ?(?=(?:Von|From): )([^\n]{1,4000})"
)
_LABEL = re.compile(r"(?<=\S)[ \t]*(?=(?:Von|From|An|To|CC|Cc|Gesendet|Sent|Betreff|Subject|Datum|Date): )")


def page(text: str, *, flowed: bool) -> Page:
    """``text`` without its quoting. ``flowed``: a blank at a line's end is a break inside a word (RFC 3676).

    Yahoo glues the header lines of a forwarded mail together; they are parted here.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
    plain = _EMPTY.sub("\n\n\n\n", _QUOTES.sub("", lines))
    if flowed:
        plain = _SOFT.sub(r"\1", plain)
    return Page(_GLUED.sub(lambda m: "\n" + _LABEL.sub("\n", m[1]), plain))
