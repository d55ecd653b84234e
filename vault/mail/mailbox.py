"""The mails in a mailbox file, as Thunderbird, Apple Mail and mail servers write them (RFC 4155)."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FROM = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\r\n]{1,200}\r?\n(?=[!-9;-~]{1,76}[ \t]*:)")


def mails(source: bytes) -> Iterator[bytes]:
    """The mails that follow one another in ``source``, each with its ``From`` line; ``source`` itself if it is one.

    Only after a blank line, and only in front of a header field, does a line with ``From`` begin a mail.
    """
    starts = [found.start() for found in _FROM.finditer(source)] if _FROM.match(source) else []
    if len(starts) < 2:
        yield source
        return
    for start, end in zip(starts, [*starts[1:], len(source)], strict=True):
        yield source[start:end]
