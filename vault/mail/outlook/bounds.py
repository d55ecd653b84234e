"""What all parts of one Outlook file may take together. They can share bytes, so the file's size bounds nothing."""

from __future__ import annotations

from typing import Literal

from vault.errors import N_, SourceNotReadable

What = Literal["bytes", "text", "tokens", "parts"]

MOST: dict[What, int] = {"bytes": 64 << 20, "text": 32 << 20, "tokens": 1_000_000, "parts": 1_000}
"""Bytes of all streams, bytes of all texts when they are unpacked, tokens of RTF, attachments of attachments."""
DEEPEST = 20
"""Messages inside messages."""


class Bounds:
    """What is left."""

    def __init__(self) -> None:
        self._left = dict(MOST)

    def spend(self, what: What, amount: int) -> None:
        """Take ``amount`` of what is left. Raises SourceNotReadable where that is less."""
        self._left[what] -= amount
        if self._left[what] < 0:
            raise SourceNotReadable(why=N_("it holds more than a mail can hold"))


def too_deep() -> SourceNotReadable:
    """The error for levels without end."""
    return SourceNotReadable(why=N_("it has too many parts inside parts"))


def damaged() -> SourceNotReadable:
    """The error for a file that is cut short, or that Outlook never wrote."""
    return SourceNotReadable(why=N_("its Outlook file (.msg) is damaged"))
