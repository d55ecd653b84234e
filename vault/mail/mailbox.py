"""The mails in a mailbox file, as Thunderbird, Apple Mail and mail servers write them (RFC 4155).

A mailbox may have gigabytes: it is read piece by piece, and no more than one mail of it is in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from vault.mail.reading import LONGEST

_FROM = re.compile(
    rb"From (?:(?<=\AFrom )|(?<=\n\nFrom )|(?<=\n\r\nFrom ))[^\r\n]{1,200}\r?\n(?=[!-9;-~]{1,76}[ \t]{0,9}:)"
)
"""It begins with plain letters, because those are searched for ten times as fast."""
_LONGEST_START = 400
"""Bytes that tell where a mail begins: the blank line, the line with ``From``, the name of a field."""
_PIECE = 1 << 20


class Mail(NamedTuple):
    """One mail with its ``From`` line; ``data`` is None where it is longer than a mail can be. ``end`` is where it ends
    in the file."""

    data: bytes | None
    end: int


def is_mailbox(beginning: bytes) -> bool:
    """Whether what begins so, in its first few hundred bytes, is a mailbox: of one mail or of many."""
    return _FROM.match(beginning) is not None


def mails(file: BinaryIO) -> Iterator[Mail]:
    """The mails that follow one another in ``file``; all of it as one if it is no mailbox. Raises OSError.

    Only after a blank line, and only in front of a header field, does a line with ``From`` begin a mail.
    """
    beginning = file.read(_LONGEST_START)
    mail = _Growing(beginning)
    while piece := file.read(_PIECE):
        mail.grow(piece)
        yield from mail.finished()
    yield from mail.finished()
    yield mail.rest()


class _Growing:
    """The mail that is being read, and perhaps the beginning of the next."""

    def __init__(self, beginning: bytes) -> None:
        self._data = bytearray(beginning)
        self._is_mailbox = is_mailbox(beginning)
        self._searched = 1
        self._end = 0
        self._too_long = False

    def grow(self, piece: bytes) -> None:
        """``piece`` follows."""
        self._data += piece

    def finished(self) -> Iterator[Mail]:
        """Those mails that another one follows."""
        begin = 0
        for start in self._starts():
            yield self._cut(begin, start)
            begin = start
        del self._data[:begin]
        if len(self._data) > LONGEST:
            self._too_long = True
            self._end += len(self._data) - _LONGEST_START
            del self._data[:-_LONGEST_START]
        self._searched = max(1, len(self._data) - _LONGEST_START)

    def rest(self) -> Mail:
        """The last one."""
        return self._cut(0, len(self._data))

    def _starts(self) -> list[int]:
        """Where mails begin in what was not searched before, apart from the first."""
        return (
            [found.start() for found in _FROM.finditer(self._data, max(1, self._searched))] if self._is_mailbox else []
        )

    def _cut(self, begin: int, end: int) -> Mail:
        self._end += end - begin
        data = None if self._too_long or end - begin > LONGEST else bytes(self._data[begin:end])
        self._too_long = False
        return Mail(data, self._end)
