"""The header section of a mail: its fields as text, and what its Content fields say."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import tzinfo
from email.message import Message
from itertools import groupby

from vault.mail.decoding import decoded
from vault.mail.genuine import author
from vault.mail.heads import Claims, Heads, heads

LONGEST_SECTION = 1 << 20
"""Bytes of a header section that are read."""
_LONGEST_FIELD = 20_000
_LONGEST_PARAMETERS = 2_000

_FIELD = re.compile(rb"(?m)^([!-9;-~]{1,76})[ \t]*:((?:.|\r?\n[ \t])*)")
_WORD = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\r\n]{0,2000})\?=")
_KINDS = {"from": "from", "to": "to", "cc": "cc", "subject": "subject", "date": "date", "resent-to": "delivered"}
_KINDS |= dict.fromkeys(("delivered-to", "x-original-to", "envelope-to", "x-envelope-to"), "delivered")
_OURS = {
    *_KINDS,
    "sender",
    "received",
    "authentication-results",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
}
_TELLTALE = {
    "received",
    "message-id",
    "mime-version",
    "content-type",
    "return-path",
    "dkim-signature",
    "date",
    "x-mailer",
}
_RESULTS, _AS_IT_IS = "authentication-results", "as it is"
"""What must not be decoded: an encoded word holds no address, and may look as if it did (RFC 2047 section 5)."""
_START = re.compile(rb"(?:From [^\r\n]{1,200}\r?\n|\d{1,9}[ \t]*\r?\n)?(?=[!-9;-~]{1,76}[ \t]*:)")

Fields = dict[str, list[str]]


def opening(source: bytes) -> int | None:
    """Where the header section of the mail ``source`` begins, or None if it is no mail as it is sent.

    An mbox's ``From`` line and the byte count of Apple Mail's ``.emlx`` may stand in front. A pasted text that begins
    with ``From:`` and ``Sent:`` is no mail in this sense: one of the fields that only a true mail has must be there.
    """
    blank = len(source[:4096]) - len(source[:4096].lstrip())
    start = _START.match(source, blank)
    if start is None:
        return None
    section = source[start.end() : start.end() + LONGEST_SECTION].partition(b"\n\n")[0].partition(b"\n\r\n")[0]
    names = {name.decode("ascii").lower() for name, _ in _FIELD.findall(section[:65536])}
    return start.end() if names & _TELLTALE and names & {"from", "received", "subject", "content-type"} else None


def fields(section: bytes) -> Fields:
    """The fields of a header section that matter here, by small name, decoded, in their order."""
    found: Fields = {}
    for name, value in _FIELD.findall(section[:LONGEST_SECTION]):
        key = name.decode("ascii").lower()
        if key in _OURS:
            text = decoded(value[:_LONGEST_FIELD]).replace("\r", "").replace("\n", "")
            found.setdefault(key, []).append(_words_decoded(text).replace("\0", "").strip())
            if key in {"from", _RESULTS}:
                found.setdefault(f"{key} {_AS_IT_IS}", []).append(text.strip())
    return found


def heads_of(section: Fields, zone: tzinfo) -> Heads:
    """The head of a mail, with what it claims of its origin. Without a usable Date that of the newest Received line."""
    joined: dict[str, str] = {}
    for name, kind in _KINDS.items():
        values = section.get(name, [])
        joined[kind] = ", ".join(
            filter(None, (joined.get(kind), *(values if kind in {"to", "cc", "delivered"} else values[:1])))
        )
    if not joined.get("from"):
        joined["from"] = ", ".join(section.get("sender", [])[:1])
    results = section.get(f"{_RESULTS} {_AS_IT_IS}", [""])[0]
    claims = Claims(author(section.get(f"from {_AS_IT_IS}", [])), results)
    made = heads(joined, zone)._replace(claims=claims)
    if made.date is None and (received := section.get("received")):
        return made._replace(date=heads({"date": received[0].rpartition(";")[2]}, zone).date)
    return made


def content(section: Fields) -> Message:
    """The Content fields alone, for asking their parameters."""
    message = Message()
    for name in ("content-type", "content-disposition"):
        for value in section.get(name, [])[:1]:
            message[name] = value[:_LONGEST_PARAMETERS].encode("ascii", "replace").decode()
    return message


def file_name(section: Fields) -> str:
    """What a part calls the file that it is, or nothing; its folders are left out. Hostile text."""
    message = Message()
    for name in ("content-type", "content-disposition"):
        for value in section.get(name, [])[:1]:
            message[name] = value[:_LONGEST_PARAMETERS]
    name = str(message.get_filename("") or "")
    return name.replace("\\", "/").rpartition("/")[2].strip()


def _words_decoded(text: str) -> str:
    """``text`` with its RFC 2047 encoded words decoded; blanks between two of them are dropped.

    Neighbours in one charset are joined before they are decoded: some programs cut letters in two.
    """
    if "=?" not in text:
        return text
    pieces = list(_pieces(text))
    keep = [p for i, p in enumerate(pieces) if p[0] or p[1].strip() or not _between(pieces, i)]
    out = ""
    for charset, group in groupby(keep, key=lambda p: p[0]):
        data = [value for _, value in group]
        out += decoded(b"".join(v.encode("latin-1") for v in data), charset) if charset else "".join(data)
    return out


def _between(pieces: list[tuple[str, str]], i: int) -> bool:
    return 0 < i < len(pieces) - 1 and bool(pieces[i - 1][0]) and bool(pieces[i + 1][0])


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """Pairs of charset (empty for plain text) and text, where the bytes of an encoded word stand as Latin-1."""
    last = 0
    for word in _WORD.finditer(text):
        yield "", text[last : word.start()]
        yield word[1].lower(), _word(word[2], word[3]).decode("latin-1")
        last = word.end()
    yield "", text[last:]


def _word(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data, header=True)
    return unbase64(data)


def unbase64(data: bytes) -> bytes:
    """The bytes that ``data`` encodes, whatever else stands in it and however it ends."""
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    return base64.b64decode(kept[: len(kept) - (len(kept) % 4 == 1)] + b"=" * (-len(kept) % 4)) if kept else b""
