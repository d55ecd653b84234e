"""Names of files that every system takes, from whatever text."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 150
"""Bytes (UTF-8) of a name from :func:`safe_name`: with an ending, below the 255 of every usual file system."""

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)")
"""Names of devices on Windows, with any ending.

Source: Microsoft, "Naming Files, Paths, and Namespaces".
"""


def safe_name(text: str, longest: int = LONGEST_NAME) -> str:
    """``text`` as the name of a file on every system: umlauts stay (NFC), what is dangerous becomes ``_``.

    No separators, control, bidi or invisible characters, no leading dot, dash or blank, no trailing dot or blank, no
    device name of Windows, at most ``longest`` bytes, never empty.
    """
    plain = "".join(_safe(char) for char in unicodedata.normalize("NFC", text))
    name = " ".join(plain.split()).lstrip(".- ")
    name = name.encode()[:longest].decode(errors="ignore").rstrip(". ")
    if _RESERVED.match(name):
        name = f"_{name}"
    return name or "_"


def same_place(name: str) -> str:
    """A key that is equal for two names which some file system takes for one: by their case, or their marks."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _safe(char: str) -> str:
    if char.isspace():
        return " "
    bad = char in '<>:"/\\|?*' or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}
    return "_" if bad else char
