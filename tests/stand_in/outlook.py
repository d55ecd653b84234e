"""Mails as Outlook saves them (``.msg``): written from the texts of MS-OXMSG and MS-OXRTFCP, for tests alone."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tests.stand_in.compound import Folder, compound

LONG, TIME, TEXT8, TEXT, BYTES = 0x0003, 0x0040, 0x001E, 0x001F, 0x0102
CLASS, SUBJECT, HEADERS, BODY, HTML, RTF = 0x001A, 0x0037, 0x007D, 0x1000, 0x1013, 0x1009
SENDER, SENDER_KIND, SENDER_ADDRESS, SENDER_SMTP = 0x0042, 0x0064, 0x0065, 0x5D02
SENT, SHOWN_TO, CODE_PAGE, INTERNET_CODE_PAGE = 0x0039, 0x0E04, 0x3FFD, 0x3FDE
NAME, KIND, ADDRESS, SMTP, ROLE = 0x3001, 0x3002, 0x3003, 0x39FE, 0x0C15
DATA, METHOD, FILE_NAME, TYPE = 0x3701, 0x3705, 0x3707, 0x370E

Value = str | bytes | int | datetime
Properties = Mapping[int, Value]


def outlook(
    says: Properties,
    *,
    recipients: Sequence[Properties] = (),
    attachments: Sequence[Folder] = (),
    narrow: str = "",
    sector: int = 512,
) -> bytes:
    """A message file. ``narrow`` is the code page of its texts where they are not Unicode."""
    return compound(
        {**message(says, recipients=recipients, attachments=attachments, narrow=narrow), "__nameid_version1.0": {}},
        sector=sector,
    )


def message(
    says: Properties,
    *,
    recipients: Sequence[Properties] = (),
    attachments: Sequence[Folder] = (),
    narrow: str = "",
    head: int = 32,
) -> Folder:
    """The storage of a message; ``head`` is 24 bytes for one inside another."""
    return {
        **_storage(says, head, narrow),
        **{f"__recip_version1.0_#{n:08X}": _storage(one, 8, narrow) for n, one in enumerate(recipients)},
        **{f"__attach_version1.0_#{n:08X}": one for n, one in enumerate(attachments)},
    }


def attachment(name: str, data: bytes, kind: str = "", *, narrow: str = "") -> Folder:
    """A file that is attached."""
    return _storage({FILE_NAME: name, METHOD: 1, DATA: data, **({TYPE: kind} if kind else {})}, 8, narrow)


def attached(name: str, inside: Folder) -> Folder:
    """A message, made by :func:`message` with a head of 24 bytes, that is attached."""
    return {**_storage({FILE_NAME: name, METHOD: 5}, 8, ""), "__substg1.0_3701000D": inside}


def packed(rtf: bytes) -> bytes:
    """``rtf`` as Outlook keeps it, with nothing but letters that stand for themselves."""
    rows = b"".join(b"\0" + rtf[at : at + 8] for at in range(0, len(rtf), 8))
    body = rows if len(rtf) % 8 else rows + b"\0"
    return struct.pack("<2I4sI", len(body) + 12, len(rtf), b"LZFu", 0) + body


def _storage(says: Properties, head: int, narrow: str) -> dict[str, bytes | Folder]:
    streams: dict[str, bytes | Folder] = {}
    table = bytes(head)
    for number, value in says.items():
        if isinstance(value, int):
            table += struct.pack("<2H3i", LONG, number, 6, value, 0)
            continue
        if isinstance(value, datetime):
            ticks = int((value - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
            table += struct.pack("<2HiQ", TIME, number, 6, ticks)
            continue
        kind, data = _bytes(value, narrow)
        streams[f"__substg1.0_{number:04X}{kind:04X}"] = data
        table += struct.pack("<2H3i", kind, number, 6, len(data) + (2 if kind == TEXT else 0), 0)
    return {"__properties_version1.0": table, **streams}


def _bytes(value: str | bytes, narrow: str) -> tuple[int, bytes]:
    if isinstance(value, bytes):
        return BYTES, value
    return (TEXT8, value.encode(narrow)) if narrow else (TEXT, value.encode("utf-16-le"))
