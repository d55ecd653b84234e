"""What ``scripts/fuzz`` feeds with hostile bytes: every reader of something that comes from outside.

A target is a function of bytes that may raise nothing; an error of certvault's own tree is an answer, and so it is
caught in one place. To add one, write the function under :func:`target` and name its seeds: ``scripts/fuzz``, and the
tests of this folder, find it by its name.
"""

from __future__ import annotations

import hashlib
import imaplib
import io
import socket
import struct
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple
from unittest import mock

import httpx

from cli.render import workbook as written
from tests.fuzz import asn1
from tests.stand_in.outlook import (
    BODY,
    HTML,
    KIND,
    NAME,
    ROLE,
    RTF,
    SENDER_SMTP,
    SENT,
    SMTP,
    SUBJECT,
    Properties,
    attached,
    attachment,
    message,
    outlook,
    packed,
)
from tests.vectors.pkcs12 import build
from vault import packing, tables, workbook
from vault.errors import CertvaultError
from vault.imap.mailbox import Wish, opened
from vault.keys.slots import KeySlots
from vault.mail import found_in
from vault.mail.mailbox import mails
from vault.mail.outlook.bounds import Bounds
from vault.mail.outlook.compressed import unpacked
from vault.mail.outlook.richtext import html_in
from vault.model import times
from vault.model.account import Account
from vault.model.canonical import canonical
from vault.model.reading_target import verdicts
from vault.operations import inspect
from vault.pkcs12 import ber, facts, inside, library, limits, looking, recognise, structure, x509
from vault.pkcs12.protection import open_certificates
from vault.pkcs12.protection import protection as protected
from vault.portal import answers
from vault.portal.forms import pin_form
from vault.portal.onward import onward
from vault.portal.pages import page, text
from vault.profiles import load_all
from vault.profiles.reading import profile
from vault.secret import MailPassword, Pin
from vault.targets.reading import target_profile

VECTORS = Path(__file__).parents[1] / "vectors"
FOUND = VECTORS / "found"
"""What the fuzzer found once, a folder a target: named after what was wrong, and tried by every test run."""
AT = datetime(2026, 11, 22, tzinfo=UTC)
PIN = Pin("Test-1234")
STEPS = 20_000
"""Steps of key derivation for one input: what a file may ask for in earnest takes seconds."""
_URL = httpx.URL("https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90")
_PROFILES = load_all()
_TYPES = ("text/html", "text/html; charset=iso-8859-1", "text/html; charset=utf-16", "text/plain", "")


class Target(NamedTuple):
    """``run`` may raise nothing; ``longest`` is in bytes; ``change``, where there is one, knows their structure."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterable[bytes]]
    longest: int
    change: Callable[[bytes, Random, asn1.Mutate], bytes] | None


TARGETS: dict[str, Target] = {}


def target(
    seeds: Callable[[], Iterable[bytes]],
    longest: int = 16_384,
    change: Callable[[bytes, Random, asn1.Mutate], bytes] | None = None,
) -> Callable[[Callable[[bytes], object]], Callable[[bytes], object]]:
    """Make a target of a function, by its name."""

    def registered(function: Callable[[bytes], object]) -> Callable[[bytes], object]:
        def run(data: bytes) -> None:
            try:
                function(data)
            except CertvaultError:
                pass

        TARGETS[function.__name__.replace("_", "-")] = Target(run, seeds, longest, change)
        return function

    return registered


def files(*patterns: str) -> Callable[[], Iterable[bytes]]:
    """The vectors that fit one of ``patterns``."""
    return lambda: (path.read_bytes() for pattern in patterns for path in sorted(VECTORS.glob(pattern)))


@target(files("mail/*"))
def mail(data: bytes) -> None:
    """A mail, a mailbox, a saved page, a pasted text."""
    for each in mails(io.BytesIO(data)):
        if each.data is not None:
            found_in(each.data, _PROFILES, UTC, AT)


def _outlook_files() -> Iterable[bytes]:
    link = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
    says: Properties = {SUBJECT: "Link zu Ihrem Sicherheitszertifikat", SENDER_SMTP: "a@example.de", SENT: AT}
    person: Properties = {NAME: "Makler", KIND: "SMTP", SMTP: "b@example.de", ROLE: 1}
    yield outlook({**says, BODY: link}, recipients=[person], attachments=[attachment("a.eml", b"Subject: x\n\n")])
    yield outlook({**says, RTF: packed(b"{\\rtf1 " + link.encode() + b"}")}, narrow="cp1252")
    inner = message({**says, HTML: f"<a href='{link}'>x</a>".encode()}, head=24)
    yield outlook(says, attachments=[attached("x", inner)])


@target(_outlook_files)
def msg(data: bytes) -> None:
    """A mail as Outlook saves it."""
    found_in(data, _PROFILES, UTC, AT)


def _rich_texts() -> Iterable[bytes]:
    yield rb"{\rtf1\ansi\ansicpg1252\fromhtml1{\*\htmltag64 <p>}\htmlrtf x\htmlrtf0 \'fc\u8222?{\*\mhtmltag84 y}}"
    yield rb'{\rtf1{\field{\*\fldinst{HYPERLINK "https://a.example/"}}{\fldrslt hier}}\par\tab\bin3 abc}'


@target(_rich_texts)
def rtf(data: bytes) -> None:
    """The text of such a mail, and its packed form."""
    html_in(data, Bounds())
    unpacked(data, Bounds())


def _pages() -> Iterable[bytes]:
    yield from (b"\0" + path.read_bytes() for path in sorted(VECTORS.glob("mail/*.htm")))
    for field in ('<input name="pin" type="password" maxlength=8>', "<input name=f1><label for=f1>PIN</label>"):
        form = f'<form method="post" action="/x"><input type="hidden" name="t" value="1">{field}<input type="submit">'
        yield b"\0<html><body><p>Bitte PIN eingeben</p>" + form.encode() + b"</form></body></html>"
    yield b"\0<meta http-equiv=refresh content='0; url=/weiter'><iframe src=/innen></iframe>"
    yield b"\1<base href=//x><form id=a></form><input form=a name=pin><button formaction=/y>Zertifikatsdownload"
    yield b"\0<p>Die PIN ist falsch.<p>Die Datei wurde gel\xc3\xb6scht.<select name=s><option selected>1</select>"
    yield b"\2\xff\xfe<\0f\0o\0r\0m\0>\0"


@target(_pages)
def form(data: bytes) -> None:
    """The page of a portal and what it says; the first byte chooses what its header claims."""
    found = page(_URL, _TYPES[data[0] % len(_TYPES)] if data else "", data[1:])
    answers.file(data[1:])
    answers.other_file(data[1:])
    if found is None:
        return
    known = _PROFILES["arag"]
    text(found, PIN)
    answers.verdict(found, known)
    onward(found, known)
    pin_form(found, known)


def _profiles(kind: str = "profiles") -> Iterable[bytes]:
    folder = Path(__file__).parents[2] / "vault" / kind / "data"
    return (path.read_bytes() for path in sorted(folder.glob("*.toml")))


@target(_profiles)
def toml(data: bytes) -> None:
    """A provider's profile."""
    profile("arag", data.decode("utf-8", "replace"), "arag.toml")


@target(lambda: _profiles("targets"))
def target_toml(data: bytes) -> None:
    """A target profile."""
    target_profile("keasy", data.decode("utf-8", "replace"), "keasy.toml")


class _Line:
    """A mail server that says what it is given, whatever it is asked, and then hangs up. TLS is left out."""

    def __init__(self, said: bytes) -> None:
        self._said = io.BytesIO(said)

    def wrap_socket(self, _line: object, **_more: object) -> _Line:
        """The line as it is."""
        return self

    def settimeout(self, seconds: float) -> None:
        """It never lets anybody wait."""

    def sendall(self, data: bytes) -> None:
        """It listens to nobody."""

    def recv(self, size: int) -> bytes:
        """The next bytes."""
        return self._said.read(size)

    def close(self) -> None:
        """Nobody is there any more."""


def _session(*answers: bytes) -> bytes:
    """A whole session: greeting, and an answer to each command, which are numbered; ``%s`` is the number's place."""
    able = b"* CAPABILITY IMAP4rev1 AUTH=PLAIN MOVE UIDPLUS\r\n%s OK x\r\n"
    said = (able, able, b"+ \r\n%s OK x\r\n", able, *answers)
    return b"* OK hello\r\n" + b"".join(one.replace(b"%s", b"T%d" % n) for n, one in enumerate(said))


def _sessions() -> Iterable[bytes]:
    mail = b"Subject: x\r\n\r\nhttps://www.arag.de/TokenService/download?did=f83f71f08bdf3c90\r\n"
    size = b"%d" % len(mail)
    level = b'* LIST (\\Noselect) "/" ""\r\n%s OK x\r\n'
    there = b"* STATUS Done (UIDNEXT 9)\r\n%s OK x\r\n"
    open_ = b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* FLAGS (\\Seen)\r\n%s OK [READ-WRITE] x\r\n"
    sizes = b"* 1 FETCH (UID 3 RFC822.SIZE " + size + b")\r\n* 2 FETCH (RFC822.SIZE 99999999999 UID 4)\r\n%s OK x\r\n"
    bodies = b"* 1 FETCH (UID 3 BODY[] {" + size + b"}\r\n" + mail + b")\r\n%s OK x\r\n"
    after = (b"* SEARCH 3 4\r\n%s OK x\r\n", sizes, bodies, b"%s OK x\r\n", b"%s OK x\r\n", b"* BYE\r\n%s OK x\r\n")
    yield _session(level, there, open_, *after)
    folders = b'* LIST () "/" "Gesch&AOQ-ft"\r\n* LIST () "." {3}\r\na"b\r\n* LIST () NIL INBOX\r\n%s OK x\r\n'
    yield _session(level, there, b"%s NO x\r\n", folders)


@target(_sessions)
def imap(data: bytes) -> None:
    """All that a mail server says, from its greeting to its end: a folder is opened, read, and its mails are moved."""
    account, line = Account("imaps", "x", "mail.example", 993, "INBOX"), _Line(data)
    with (
        mock.patch.object(socket, "create_connection", return_value=line),
        mock.patch.object(imaplib, "Int2AP", return_value=b"T"),  # what begins the numbers of the commands
        opened(account, MailPassword("x"), line, Wish("Done", "seen")) as box,  # type: ignore[arg-type] # no TLS
    ):
        box.settle([uid for uid, _mail in box.mails(box.after(0))])


def _opened(data: bytes) -> None:
    recognise.check(data)
    looking.look(data, PIN, (Pin("a"),))
    inside.prove(data, PIN, (Pin("a"),))


def _tables() -> Iterable[bytes]:
    yield b'sep=;\r\nName;PIN\r\n"M\xfcller; GmbH";="0042"\r\nx;1,2E+04\r\n'
    yield '\ufeffName,Agenturnummer,PIN\nMüller,\'-1,03. Apr\n"a\nb""",#NV,#REF!\n'.encode()
    yield "Name\tPIN\nMaier\tAb3x\n".encode("utf-16")


@target(_tables)
def csv(data: bytes) -> None:
    """A table, as a spreadsheet writes it."""
    read = tables.rows(data)
    for row in read:
        for said in row.texts(range(len(row.cells))):
            tables.damage(said)
            tables.harm(said)
    if read:
        tables.columns(read[0], {"pin": ("PIN",), "name": ("Name", "Makler")})


def _workbooks() -> Iterable[bytes]:
    yield written.workbook(("Name", "PIN"), [("Müller GmbH", "0042"), ("=1+1", "")])
    yield written.workbook(("PIN",), [])


@target(_workbooks)
def excel(data: bytes) -> None:
    """A table in a file of Excel's own."""
    workbook.rows(data)


@contextmanager
def _bounded() -> Iterator[None]:
    """Limits of thousands of steps instead of millions: they hold in the same places.

    The library is left out: it derives whatever it is told to, and only the opener's child process can be stopped.
    """
    derive = limits.Budget.__init__
    with (
        mock.patch.object(limits, "DECLARED", STEPS),
        mock.patch.object(derive, "__defaults__", (3 * STEPS,)),
        mock.patch.object(library, "opened", side_effect=library.Refused),
    ):
        yield


@target(files("pkcs12/*.p12"), change=asn1.changed)
def pkcs12(data: bytes) -> None:
    """A whole file, as it arrives."""
    with _bounded():
        _opened(data)


def _insides() -> Iterable[bytes]:
    for data in files("pkcs12/*.p12")():
        try:
            yield structure.read(data).authenticated
        except ber.BerError:
            continue


@target(_insides, change=asn1.changed)
def pkcs12_inside(data: bytes) -> None:
    """What the MAC covers, by somebody who knows the PIN: the MAC always fits."""
    content = build.sequence(build.oid(build.DATA), build.der(0xA0, build.octets(data)))
    with _bounded():
        _opened(build.sequence(build.integer(3), content, build.classic_mac(data, build.wide(PIN.reveal()))))


@target(files("pkcs12/*.p12"), change=asn1.changed)
def protection(data: bytes) -> None:
    """What any file is, how it is protected, said without its PIN, and who reads it."""
    looked = inspect.look(data)
    verdicts(looked.protection or protected(data))


def _certificates() -> Iterable[bytes]:
    for data in files("pkcs12/*.p12")():
        yield from open_certificates(data)


@target(_certificates, change=asn1.changed)
def certificate(data: bytes) -> None:
    """A certificate, and what is said of it."""
    try:
        read = x509.read(data)
    except ber.BerError:
        return
    facts.facts(read, read.valid or (AT, AT))
    read.is_authority()


def _heads() -> Iterable[bytes]:
    head = packing.Head("4H2GA4T4EM6HMR8W", 3, AT, 7, 12, "ab" * 32)
    yield canonical({**head._asdict(), "at": times.text(head.at)})


@target(_heads, longest=4096)
def backup(data: bytes) -> None:
    """The beginning of a backup: as it is, and with lengths and checksums that fit."""
    end = hashlib.sha256
    frame = struct.pack(">16sIIIQ", packing.MAGIC, packing.VERSION, len(data), 0, 0)
    sums = end(frame + data).digest() + end(b"").digest() * 2
    with tempfile.NamedTemporaryFile(suffix=".certvault") as file:
        for whole in (data, frame + data + sums + bytes(64)):
            file.seek(0)
            file.truncate()
            file.write(whole)
            file.flush()
            try:
                packing.read(Path(file.name))
            except CertvaultError:
                continue


@target(files("format/keyslots.json", "vaults/*/keyslots.json"))
def keyslots(data: bytes) -> None:
    """``keyslots.json``."""
    KeySlots.from_bytes(data, "keyslots.json")
