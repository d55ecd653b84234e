"""From a message in an Outlook file to a mail as it is sent (RFC 5322), with all that was attached.

The header lines that the mail arrived with stay as they are, in their order; what they do not say is taken from the
properties (MS-OXOMSG, MS-OXCMSG). All its texts are kept: in some mails a link's target stands in the RTF alone.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from email.utils import format_datetime
from itertools import count
from typing import NamedTuple
from urllib.parse import quote

from vault.mail.outlook.bounds import DEEPEST, Bounds, too_deep
from vault.mail.outlook.compound import Compound, Storage
from vault.mail.outlook.compressed import unpacked
from vault.mail.outlook.properties import Properties, has_properties
from vault.mail.outlook.richtext import html_in

_MESSAGE_HEAD, _ATTACHED_HEAD, _PART_HEAD = 32, 24, 8
_BY_VALUE, _MESSAGE = 1, 5
_FIELD = re.compile(r"(?m)^([!-9;-~]{1,76})[ \t]*:.*(?:\n[ \t]+\S.*)*")
_KIND = re.compile(r"[a-z0-9][\w.+-]{0,60}/[\w.+-]{1,60}", re.ASCII)
_OURS = {"mime-version", "content-type", "content-transfer-encoding", "content-disposition"}
_RECIPIENTS = {1: "To", 2: "Cc"}
_SHOWN = {"To": 0x0E04, "Cc": 0x0E03}


class Part(NamedTuple):
    """A part of a mail: its header lines and its body, which stand for themselves."""

    head: str
    body: bytes


def as_mail(source: bytes) -> bytes | None:
    """The mail in an Outlook file; None where it holds something else, such as a text document.

    Raises SourceNotReadable for a damaged file, and for one with more parts or levels than a mail has.
    """
    file = Compound(source, Bounds())
    if not has_properties(file.root):
        return None
    return _Message(file, file.root, _MESSAGE_HEAD, count(), 0).mail()


class _Message:
    """One message. ``numbers`` counts the parts of all of them, which makes their boundaries differ."""

    def __init__(self, file: Compound, storage: Storage, head: int, numbers: Iterator[int], depth: int) -> None:
        if depth > DEEPEST:
            raise too_deep()
        self._file = file
        self._storage = storage
        self._says = Properties(file, storage, head)
        self._numbers = numbers
        self._depth = depth

    def mail(self) -> bytes:
        fields = dict(self._transport_fields())
        arrived = "".join(fields.values())
        names = {name.lower() for name, _ in fields}
        rest = "".join(
            f"{name}: {value}\n" for name, value in self._own_fields() if value and name.lower() not in names
        )
        whole = _joined("mixed", list(self._parts()), self._boundary())
        return f"{arrived}{rest}MIME-Version: 1.0\n{whole.head}\n".encode(errors="replace") + whole.body

    def _transport_fields(self) -> Iterator[tuple[tuple[str, int], str]]:
        """The header lines that the mail arrived with, up to the first blank line, without those about its body."""
        lines = self._says.text(0x007D).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        section = lines.lstrip("\n").partition("\n\n")[0]
        for number, found in enumerate(_FIELD.finditer(section)):
            if found[1].lower() not in _OURS:
                yield (found[1], number), found[0] + "\n"

    def _own_fields(self) -> Iterator[tuple[str, str]]:
        """What the properties say."""
        says = self._says
        sent = says.moment(0x0039) or says.moment(0x0E06)
        yield "From", self._sender()
        yield from self._recipients()
        yield "Subject", _clean(says.text(0x0037))
        yield "Date", format_datetime(sent) if sent else ""
        yield "Message-ID", _clean(says.text(0x1035))

    def _sender(self) -> str:
        """Who wrote it, which may be another than the one who sent it."""
        says = self._says
        for name, kind, address, smtp in (
            (0x0042, 0x0064, 0x0065, 0x5D02),
            (0x0C1A, 0x0C1E, 0x0C1F, 0x5D01),
        ):
            found = _person(says.text(name), says.text(smtp), says.text(address) if says.text(kind) != "EX" else "")
            if found:
                return found
        return ""

    def _recipients(self) -> Iterator[tuple[str, str]]:
        people: dict[str, list[str]] = {"To": [], "Cc": []}
        for storage in _numbered(self._storage, "__recip_version1.0_"):
            says = Properties(self._file, storage, _PART_HEAD, self._says)
            field = _RECIPIENTS.get(says.number(0x0C15) or 1)
            given = says.text(0x3003) if says.text(0x3002) != "EX" else ""
            person = _person(says.text(0x3001, 0x5FF6), says.text(0x39FE), given)
            if field and person:
                people[field].append(person)
        for field, found in people.items():
            yield field, _listed(found) or _clean(self._says.text(_SHOWN[field]))

    def _parts(self) -> Iterator[Part]:
        yield _joined("alternative", [_text(kind, text) for kind, text in self._texts() if text], self._boundary())
        for storage in _numbered(self._storage, "__attach_version1.0_"):
            part = self._attachment(storage)
            if part is not None:
                yield part

    def _texts(self) -> Iterator[tuple[str, str]]:
        """The text, the HTML, and the RTF made HTML, whichever there are."""
        says = self._says
        html, bounds = says.data(0x1013), self._file.bounds
        yield "plain", says.text(0x1000)
        yield "html", says.text(0x1013) if html is None else says.decoded(html)
        yield "html", html_in(unpacked(says.data(0x1009) or b"", bounds), bounds)

    def _attachment(self, storage: Storage) -> Part | None:
        says = Properties(self._file, storage, _PART_HEAD, self._says)
        self._file.bounds.spend("parts", 1)
        method = says.number(0x3705)
        name = _clean(says.text(0x3707, 0x3704, 0x3001))
        inside = storage.storages.get("__substg1.0_3701000d")
        if method == _MESSAGE and inside is not None and has_properties(inside):
            mail = _Message(self._file, inside, _ATTACHED_HEAD, self._numbers, self._depth + 1).mail()
            return Part(f"Content-Type: message/rfc822\n{_attached(name)}", mail)
        data = says.data(0x3701) if method in {None, _BY_VALUE} else None
        if data is None:
            return None
        kind = says.text(0x370E).lower()
        if kind.startswith("multipart/") and self._says.text(0x001A).lower().startswith("ipm.note.smime"):
            head, _, body = data.replace(b"\r\n", b"\n").partition(b"\n\n")  # a signed mail: all of it stands in there
            return Part(head.decode("ascii", "replace") + "\n", body)
        return _encoded(_kind(kind), data, _attached(name))

    def _boundary(self) -> str:
        return f"=_outlook_{next(self._numbers)}"


def _numbered(storage: Storage, prefix: str) -> Iterator[Storage]:
    """The recipients or attachments of a message, in their order."""
    names = sorted(name for name in storage.storages if name.startswith(prefix))
    return (storage.storages[name] for name in names)


def _joined(kind: str, parts: list[Part], boundary: str) -> Part:
    """Several parts as one."""
    pieces = [f"--{boundary}\n{part.head}\n".encode() + part.body + b"\n" for part in parts]
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n'
    return Part(head, b"".join(pieces) + f"--{boundary}--\n".encode())


def _text(kind: str, text: str) -> Part:
    return _encoded(f"text/{kind}; charset=utf-8", text.encode(errors="replace"), "")


def _encoded(kind: str, data: bytes, more: str) -> Part:
    return Part(f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n{more}", base64.encodebytes(data))


def _kind(text: str) -> str:
    """The type of an attachment. One of several parts, or a mail, would be read as what it is not."""
    is_one = _KIND.fullmatch(text) and not text.startswith(("multipart/", "message/"))
    return text if is_one else "application/octet-stream"


def _attached(name: str) -> str:
    """The line that names an attachment; of a long name the end, which says what it is."""
    named = f"; filename*=UTF-8''{quote(name[-150:], safe='')}" if name else ""
    return f"Content-Disposition: attachment{named}\n"


def _person(name: str, *addresses: str) -> str:
    """One of a From or To line, with the first of ``addresses`` that is one; empty where nothing is told."""
    address = next((a for a in map(_clean, addresses) if re.fullmatch(r"[^@\s<>\",;]+@[^@\s<>\",;]+", a)), "")
    named = _clean(name).replace("\\", "").replace('"', "'").strip("' ")
    shown = f'"{named}"' if named and named.lower() != address.lower() else ""
    return f"{shown} <{address}>".strip() if address else shown


def _listed(people: list[str]) -> str:
    """The people of a line. Between bare names a comma would be taken as a part of one."""
    return (", " if all(person.endswith(">") for person in people) else "; ").join(people)


def _clean(text: str) -> str:
    """``text`` as it may stand in a header line: no control character can begin another."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
