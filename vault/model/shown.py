"""What comes from outside, made safe to look at.

Every foreign string (subject, file name, page text, mail header, certificate field, TOML) passes :func:`shown`
before it reaches a terminal, mail, page or calendar: an escape sequence in a subject must not repaint the
screen, and a right-to-left override must not turn a file name round.
"""

from __future__ import annotations

import unicodedata

LONGEST = 200
"""Characters that one foreign string may take by default."""


def shown(text: str, longest: int = LONGEST) -> str:
    """``text`` in one line with control, format, private and unassigned characters as ``<U+XXXX>``, bounded in length.

    Tabs and line breaks become blanks. That covers bidirectional overrides and zero-width characters (category Cf)
    and lone surrogates (Cs), so the result can always be encoded.
    """
    cut = text if len(text) <= longest else text[: longest - 1] + "…"
    return cut if cut.isprintable() else "".join(map(_visible, cut))


def _visible(char: str) -> str:
    if char in "\t\r\n":
        return " "
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
        return f"<U+{ord(char):04X}>"
    return char
