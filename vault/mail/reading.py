"""A mail's tree of parts, cut by our own hand: bounded in depth and number, linear in size.

The standard library's parser asks every line about every open boundary and recurses without a bound, so a small hostile
mail keeps it busy for minutes. RFC 2046 section 5.1 needs no more than this.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import tzinfo
from email.message import Message
from typing import NamedTuple

from vault.errors import N_, SourceNotReadable
from vault.mail.decoding import decoded, guessed
from vault.mail.headers import Fields, content, fields, file_name, heads_of, opening, unbase64
from vault.mail.heads import Heads
from vault.mail.outlook import MAGIC as OUTLOOK
from vault.mail.outlook import as_mail as outlook_mail

LONGEST = 32 << 20
"""Bytes of a source."""
DEEPEST = 20
"""Levels of parts inside parts."""
MOST_PARTS = 1_000
LONGEST_ATTACHMENT = 1 << 20
"""Bytes of an attached text that is read: a longer one is no mail."""
MOST_FILES = 100
"""Certificate files of one source."""

_NEWLINE = 10
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_HTML = re.compile(r"\s*<(?:!doctype html|html|head|body|div|p|table|meta|span|a)\b", re.IGNORECASE)
_NO_MAIL = (b"%PDF-", b"// <!-- <mdb:mork")
"""What can do without a zero byte at its beginning: PDF, and the index that Thunderbird keeps beside a mailbox."""
_BEGINNING = 400
"""Characters of a part, in its transfer encoding, that tell whether it is a certificate file."""
_FILE_KINDS = {"application/x-pkcs12", "application/pkcs12", "application/pkcs-12"}
_FILE_NAMES = (".p12", ".pfx")
_FOLDED = {"text/calendar", "text/vcard", "text/x-vcard"}


class Text(NamedTuple):
    """A readable part: ``heads`` are those of the mails around it, the outermost first. ``flowed``: RFC 3676, DelSp."""

    text: str
    html: bool
    flowed: bool
    heads: tuple[Heads, ...]


class Attached(NamedTuple):
    """A certificate file: by its contents, or by what the mail calls it. ``name`` is hostile; ``heads`` as above."""

    name: str
    data: bytes
    heads: tuple[Heads, ...]


class Source(NamedTuple):
    """What was read: whether it is a mail as it is sent, the texts in it, and the certificate files."""

    is_mail: bool
    texts: tuple[Text, ...]
    files: tuple[Attached, ...] = ()


IsFile = Callable[[bytes], bool]
"""Whether what begins with these bytes is a certificate file with a key."""


def can_be_mail(beginning: bytes) -> bool:
    """Whether a file that begins so may hold a mail or a text: of other kinds there may be many, and large ones."""
    if not beginning.count(0) or beginning.startswith((OUTLOOK, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return not beginning.startswith(_NO_MAIL)
    return beginning.count(0) * 4 > len(beginning) or opening(beginning) is not None


def read(source: bytes, zone: tzinfo, is_file: IsFile) -> Source:
    """The readable texts and certificate files of a mail, of a saved page or of plain text; or one bare file.

    Raises SourceNotReadable for what is beyond :data:`LONGEST`, :data:`DEEPEST` or :data:`MOST_PARTS`, and for a
    damaged file of Outlook's.
    """
    if len(source) > LONGEST:
        raise SourceNotReadable(why=N_("it is larger than 32 MiB"))
    if is_file(source[:_BEGINNING]):
        return Source(False, (), (Attached("", source, ()),))
    reader = _Reader(zone, is_file)
    if source.startswith(OUTLOOK):
        mail = outlook_mail(source)
        texts = tuple(reader.mail(mail, (), 0)) if mail else ()
        return Source(mail is not None, texts, tuple(reader.files))
    source = source.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in source:
        source = source.replace(b"\r", b"\n")
    start = opening(source)
    if start is not None:
        texts = tuple(reader.mail(source[start:], (), 0))
        return Source(True, texts, tuple(reader.files))
    text = guessed(source)
    return Source(False, (Text(text, _HTML.match(text[:4096]) is not None, False, ()),))


class _Reader:
    """Walks one tree, counts its parts and keeps its certificate files."""

    def __init__(self, zone: tzinfo, is_file: IsFile) -> None:
        self.zone, self.parts, self.is_file = zone, 0, is_file
        self.files: list[Attached] = []

    def mail(self, data: bytes, around: tuple[Heads, ...], depth: int) -> Iterator[Text]:
        """The texts of a whole mail, which has a head of its own; one that cannot be read is an empty text."""
        section, body = _cut(data)
        heads = (*around, heads_of(section, self.zone))
        yield from list(self.part(section, body, heads, depth)) or [Text("", False, False, heads)]

    def part(self, section: Fields, body: bytes, around: tuple[Heads, ...], depth: int) -> Iterator[Text]:
        """The texts of one part, whatever it is."""
        self.parts += 1
        if depth > DEEPEST or self.parts > MOST_PARTS:
            raise SourceNotReadable(why=N_("it has too many parts inside parts"))
        about = content(section)
        kind = about.get_content_type()
        if kind.startswith("multipart/") and (boundary := about.get_boundary()):
            for piece in _pieces(body, boundary.encode("ascii", "replace")):
                yield from self.part(*_cut(piece), around, depth + 1)
            return
        name = str(about.get_filename("") or about.get_param("name", "") or "").lower()
        if kind in {"message/rfc822", "message/global"} or name.endswith(".eml"):
            yield from self.mail(_unwrapped(body, section).lstrip(b"\r\n"), around, depth + 1)
        elif kind == "application/vnd.ms-outlook" or name.endswith(".msg"):
            yield from self.outlook(_unwrapped(body, section), around, depth + 1)
        elif kind in _FILE_KINDS or name.endswith(_FILE_NAMES) or self.begins_a_file(section, body):
            self.keep(Attached(file_name(section), _unwrapped(body, section), around))
        elif (html := _is_html(kind, name)) is not None and not _is_ballast(about, body):
            charset = about.get_param("charset")
            delsp = str(about.get_param("delsp", "")).lower() == "yes"
            text = decoded(_unwrapped(body, section), charset if isinstance(charset, str) else None)
            yield Text(text, html, delsp, around)

    def begins_a_file(self, section: Fields, body: bytes) -> bool:
        """Whether a part is a certificate file, whatever its type and name say."""
        return self.is_file(_unwrapped(body[:_BEGINNING], section))

    def keep(self, file: Attached) -> None:
        """Keep one of the certificate files. Raises SourceNotReadable for more than :data:`MOST_FILES`."""
        if len(self.files) == MOST_FILES:
            raise SourceNotReadable(why=N_("it has more certificate files than a mail can have"))
        self.files.append(file)

    def outlook(self, data: bytes, around: tuple[Heads, ...], depth: int) -> Iterator[Text]:
        """The texts of an attached Outlook file. One that cannot be read costs no more than itself."""
        with suppress(SourceNotReadable):
            mail = outlook_mail(data)
            yield from list(self.mail(mail, around, depth)) if mail else ()


def _is_html(kind: str, name: str) -> bool | None:
    """Whether a part is HTML or plain text; None where it is neither, or is folded inside words (RFC 5545, 6350)."""
    if kind in {"text/html", "application/xhtml+xml"} or name.endswith((".htm", ".html")):
        return True
    is_text = (kind.startswith("text/") and kind not in _FOLDED) or name.endswith(".txt")
    return False if is_text else None


def _is_ballast(about: Message, body: bytes) -> bool:
    return about.get_content_disposition() == "attachment" and len(body) > LONGEST_ATTACHMENT


def _cut(data: bytes) -> tuple[Fields, bytes]:
    """Header section and body of a mail or a part."""
    if data.startswith((b"\n", b"\r\n")):
        return {}, data.lstrip(b"\r\n")
    blank = _BLANK_LINE.search(data)
    return (fields(data[: blank.start()]), data[blank.end() :]) if blank else (fields(data), b"")


def _pieces(body: bytes, boundary: bytes) -> Iterator[bytes]:
    """The bodies between the lines that are ``--boundary``, up to ``--boundary--`` or the end."""
    mark = b"--" + boundary.rstrip()
    start: int | None = None
    at = body.find(mark)
    while at >= 0:
        begins_a_line = at == 0 or body[at - 1] == _NEWLINE
        end = (body.find(b"\n", at) if begins_a_line else at) + 1 or len(body)
        rest = body[at + len(mark) : end].strip() if begins_a_line else None
        if rest in {b"", b"--"}:
            if start is not None:
                yield body[start:at]
            if rest:
                return
            start = end
        at = body.find(mark, at + len(mark))
    if start is not None:
        yield body[start:]


def _unwrapped(body: bytes, section: Fields) -> bytes:
    """``body`` without its transfer encoding."""
    encoding = "".join(section.get("content-transfer-encoding", [""])[:1]).lower()
    if "base64" in encoding:
        return unbase64(body)
    return binascii.a2b_qp(body) if "quoted" in encoding else body
