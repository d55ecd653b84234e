"""Outlook files made to break the reader: an answer or a clear refusal, and soon."""

from __future__ import annotations

import struct
import time
from contextlib import suppress
from functools import reduce

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.stand_in.compound import Folder, compound
from tests.stand_in.outlook import BODY, RTF, SUBJECT, attached, attachment, message, outlook, packed
from vault.errors import SourceNotReadable
from vault.mail.outlook import as_mail

PATIENCE = 20.0
"""Seconds, on a busy machine, within which every answer is here."""
SOUND = outlook(
    {SUBJECT: "x", BODY: "y" * 5_000, RTF: packed(rb"{\rtf1 z}")}, attachments=[attachment("a", b"b" * 9_000)]
)


def nested(depth: int) -> bytes:
    """A message in a message in a message."""
    inner = reduce(
        lambda one, _: message({SUBJECT: "x"}, attachments=[attached("a", one)], head=24), range(depth), _LAST
    )
    return outlook({SUBJECT: "x"}, attachments=[attached("a", inner)])


_LAST: Folder = message({SUBJECT: "x", BODY: "last"}, head=24)


def sharing(source: bytes, copies: int, size: int) -> bytes:
    """``source`` whose attachments all say that they are the same ``size`` bytes."""
    changed = bytearray(source)
    name = "__substg1.0_37010102".encode("utf-16-le")
    places = [at for at in range(len(source)) if source.startswith(name, at)] if copies else []
    for at in places:
        changed[at + 116 : at + 128] = struct.pack("<IQ", 0, size)
    return bytes(changed)


def looping() -> bytes:
    """A file in which every sector of the table is followed by the one before it."""
    changed = bytearray(SOUND)
    (table,) = struct.unpack_from("<I", SOUND, 76)
    for number in range(128):
        struct.pack_into("<I", changed, (table + 1) * 512 + number * 4, max(0, number - 1))
    return bytes(changed)


def bomb() -> bytes:
    """RTF that is packed as tightly as can be: every reference stands for 17 bytes."""
    places = [(207 + 17 * n - 100) % 4096 for n in range(2_000_000)]
    words = struct.pack(">2000000H", *(place << 4 | 15 for place in places))
    rows = b"".join(b"\xff" + words[at : at + 16] for at in range(0, len(words), 16))
    return struct.pack("<2I4sI", len(rows) + 12, 1 << 30, b"LZFu", 0) + rows


REFUSED = {
    "nothing behind the mark": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "no directory": SOUND[:512],
    "no root": compound({})[:512] + bytes(2_048),
    "levels without end": nested(25),
    "attachments that share their bytes": sharing(
        outlook({}, attachments=[attachment("a", b"x" * 5_000)] * 300 + [attachment("b", b"x" * (1 << 20))]),
        300,
        1 << 20,
    ),
    "a thousand and one attachments": outlook({}, attachments=[attachment("a", b"")] * 1_001),
    "a million braces": outlook({RTF: packed(b"{}" * 500_001)}),
    "groups in groups": outlook({RTF: packed(b"{" * 1_001)}),
    "text that unpacks to more than a mail": outlook({RTF: bomb()}),
}


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_soon(source: bytes) -> None:
    """The refusal is ours, and comes before memory or patience are gone."""
    begin = time.perf_counter()
    with pytest.raises(SourceNotReadable):
        as_mail(source)
    assert time.perf_counter() - begin < PATIENCE


def test_chains_in_a_circle_end() -> None:
    """What can be read is read; nothing is read for ever."""
    with suppress(SourceNotReadable):
        as_mail(looping())


def test_the_deepest_mail_that_is_read() -> None:
    """Twenty levels are more than anybody forwards."""
    made = as_mail(nested(19))
    assert made is not None
    assert made.count(b"message/rfc822") == 20


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_damage_anywhere_is_read_or_refused(data: st.DataObject) -> None:
    """Bytes changed in the header, the table, the directory or a stream, and a cut: never another error."""
    changed = bytearray(SOUND[: data.draw(st.integers(9, len(SOUND)) | st.just(len(SOUND)))])
    for at, octet in data.draw(st.lists(st.tuples(st.integers(8, len(changed) - 1), st.integers(0, 255)), max_size=30)):
        changed[at] = octet
    with suppress(SourceNotReadable):
        as_mail(bytes(changed))


@given(st.binary(max_size=600))
def test_noise_behind_the_mark(noise: bytes) -> None:
    """A file that only begins like one."""
    with pytest.raises(SourceNotReadable):
        as_mail(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise)
