"""Outlook's own files (``.msg``): what stands in them reaches the reader of mails whole."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pytest

from tests.stand_in.compound import Folder, compound
from tests.stand_in.outlook import (
    ADDRESS,
    BODY,
    CLASS,
    CODE_PAGE,
    HEADERS,
    HTML,
    INTERNET_CODE_PAGE,
    KIND,
    NAME,
    ROLE,
    RTF,
    SENDER,
    SENDER_ADDRESS,
    SENDER_KIND,
    SENDER_SMTP,
    SENT,
    SHOWN_TO,
    SMTP,
    SUBJECT,
    Value,
    attached,
    attachment,
    message,
    outlook,
    packed,
)
from vault.mail import Person, found_in
from vault.mail.outlook import as_mail
from vault.profiles import load_all

PROFILES = load_all()
AT = datetime(2019, 10, 2, 8, 0, tzinfo=UTC)
MAILED = datetime(2019, 9, 30, 5, 31, 7, tzinfo=UTC)
URL = "https://www.arag.de/TokenService/download?did=f83f71f08bdf3c90"
TITLE = "ARAG Webservice: Link zu Ihrem Sicherheitszertifikat"
INSURER = "Webservice-Zertifikat@arag.de"
RENE: dict[int, Value] = {NAME: "Schäffer, René", KIND: "SMTP", ADDRESS: "rene.schaeffer@example.de", ROLE: 1}
ARRIVED = f"""\
Microsoft Mail Internet Headers Version 2.0\r
Authentication-Results: mx.agentur.example;\r
 dkim=pass header.d=arag.de\r
Received: from mail.arag.de by mx.agentur.example; Mon, 30 Sep 2019 07:31:09 +0200\r
From: <{INSURER}>\r
To: "Schäffer, René" <rene.schaeffer@example.de>\r
Subject: {TITLE}\r
Date: Mon, 30 Sep 2019 07:31:07 +0200\r
MIME-Version: 1.0\r
Content-Type: multipart/alternative; boundary="gone"\r
X-Last: yes\r
"""
SAID: dict[int, Value] = {
    CLASS: "IPM.Note",
    SUBJECT: TITLE,
    SENDER: "ARAG IT",
    SENDER_KIND: "SMTP",
    SENDER_ADDRESS: INSURER,
    SENT: MAILED,
}


def mail_of(source: bytes) -> EmailMessage:
    """The mail in ``source``, as the standard library reads it."""
    made = as_mail(source)
    assert made is not None
    return message_from_bytes(made, policy=policy.default)  # type: ignore[no-any-return,arg-type,unused-ignore]


def texts_of(source: bytes) -> dict[str, str]:
    """The texts of the mail in ``source``, the last of a kind."""
    walked = mail_of(source).walk()
    return {part.get_content_type(): part.get_content() for part in walked if part.get_content_maintype() == "text"}


@pytest.mark.parametrize("sector", [512, 4096])
@pytest.mark.parametrize("narrow", ["", "cp1252"])
def test_a_link_mail_is_read_like_one_that_was_sent(narrow: str, sector: int) -> None:
    """Link, sender, recipient and date come from the properties, in Unicode or not, with small sectors or large."""
    source = outlook(SAID | {BODY: f"Guten Tag,\r\n\r\n<{URL}>\r\n"}, recipients=[RENE], narrow=narrow, sector=sector)
    (link,) = found_in(source, PROFILES, ZoneInfo("Europe/Berlin"), AT).links
    assert (link.received, link.precise, link.subject) == (MAILED, True, TITLE)
    assert (link.sender, link.sender_fits) == (INSURER.lower(), True)
    assert link.people == (Person("Schäffer, René", "rene.schaeffer@example.de"),)


def test_the_lines_that_a_mail_arrived_with_stay_as_they_are() -> None:
    """On top, in their order, folded as they were; only what speaks of the old body goes, and nothing is said twice."""
    made = as_mail(outlook(SAID | {HEADERS: ARRIVED, SUBJECT: "another", BODY: "text"}, recipients=[RENE]))
    assert made is not None
    head = made.partition(b"\n\n")[0].decode()
    assert head.startswith("Authentication-Results: mx.agentur.example;\n dkim=pass header.d=arag.de\nReceived: ")
    names = [line.partition(":")[0] for line in head.split("\n") if not line.startswith(" ")]
    assert names[2:] == ["From", "To", "Subject", "Date", "X-Last", "MIME-Version", "Content-Type"]
    assert "gone" not in head


def test_what_the_lines_do_not_say_the_properties_do() -> None:
    """A mail that was sent from here has no lines of a transport, or few of them."""
    mail = mail_of(outlook(SAID | {HEADERS: "X-Only: this\r\n", BODY: "text"}, recipients=[RENE]))
    assert mail["X-Only"] == "this"
    assert mail["Subject"] == TITLE
    assert mail["Date"].datetime == MAILED
    assert mail["To"].addresses[0].addr_spec == "rene.schaeffer@example.de"


def test_no_property_begins_a_header_line_of_its_own() -> None:
    """A subject or name with line breaks cannot put in a result of an authentication that never was."""
    forged = "x\x1b[2J\r\nAuthentication-Results: mx.agentur.example; dkim=pass\r\n\r\nbody"
    says = SAID | {SUBJECT: forged, SENDER: forged, BODY: "text", HEADERS: f"X-A: 1\r\n\r\n{forged}"}
    mail = mail_of(outlook(says, recipients=[RENE | {NAME: forged}], attachments=[attachment(forged, b"1")]))
    assert "Authentication-Results" not in mail
    assert "\x1b" not in f"{mail['Subject']}{mail['From']}{mail['To']}"
    assert mail.get_content_type() == "multipart/mixed"


def test_names_without_an_address() -> None:
    """Who is known to Exchange alone has a name; that of several is not taken as one."""
    inside: dict[int, Value] = {KIND: "EX", ADDRESS: "/O=FIRM/CN=RENE"}
    people = [RENE | inside, RENE | inside | {NAME: 'Kaya "K", Ayşe'}, RENE | inside | {SMTP: "c@d.example", NAME: "C"}]
    says = SAID | {SENDER_KIND: "EX", SENDER_ADDRESS: "/O=FIRM/CN=X", BODY: URL}
    (link,) = found_in(outlook(says, recipients=people), PROFILES, ZoneInfo("Europe/Berlin"), AT).links
    assert [(p.name, p.address) for p in link.people] == [
        ("Schäffer, René", ""),
        ("Kaya 'K', Ayşe", ""),
        ("C", "c@d.example"),
    ]
    assert link.sender == "ARAG IT"
    known = outlook(says | {SENDER_SMTP: INSURER}, recipients=people)
    assert found_in(known, PROFILES, ZoneInfo("Europe/Berlin"), AT).links[0].sender == INSURER.lower()


def test_recipients_that_are_only_shown() -> None:
    """Without rows of recipients, the line that Outlook shows stands for them."""
    assert mail_of(outlook(SAID | {SHOWN_TO: "Müller GmbH; Kaya", BODY: "text"}))["To"] is not None
    (link,) = found_in(outlook(SAID | {SHOWN_TO: "Müller GmbH", BODY: URL}), PROFILES, ZoneInfo("UTC"), AT).links
    assert link.people == (Person("Müller GmbH", ""),)


def test_every_body_is_kept() -> None:
    """A link whose target stands in one of three bodies is found, whichever that is."""
    bodies: list[dict[int, Value]] = [
        {BODY: f"see {URL}", HTML: b"<p>no link", RTF: packed(rb"{\rtf1 no link}")},
        {BODY: "no link", HTML: f"<a href='{URL}'>here</a>".encode(), RTF: packed(rb"{\rtf1 no link}")},
        {BODY: "no link", RTF: packed(rb'{\rtf1{\field{\*\fldinst HYPERLINK "%s"}{\fldrslt here}}}' % URL.encode())},
        {RTF: packed(rb"{\rtf1\fromhtml1{\*\htmltag64 <a href='%s'>}here{\*\htmltag72 </a>}}" % URL.encode())},
    ]
    for says in bodies:
        assert len(found_in(outlook(SAID | says), PROFILES, ZoneInfo("UTC"), AT).links) == 1, says


def test_code_pages_that_lie() -> None:
    """Texts are read as UTF-8, as the message says, as its internet code page says, or as Windows-1252: what fits."""
    for said, written in (
        ({CODE_PAGE: 1252}, "utf-8"),
        ({CODE_PAGE: 1250}, "cp1250"),
        ({CODE_PAGE: 932, INTERNET_CODE_PAGE: 28592}, "iso8859-2"),
        ({CODE_PAGE: 99999}, "cp1252"),
    ):
        source = outlook(SAID | said | {BODY: "Grüße an Zoë" if "125" in written else "Grüße"}, narrow=written)
        assert "Grüße" in texts_of(source)["text/plain"], written
    html = outlook(SAID | {INTERNET_CODE_PAGE: 1252, HTML: "<p>Grüße".encode()})
    assert texts_of(html)["text/html"] == "<p>Grüße"


def test_attachments_come_along_as_they_are() -> None:
    """By value, whole, with name and type; a type that says more than one file is not believed."""
    data = os.urandom(5_000)
    files = [
        attachment("Zertifikat René.p12", data, "application/x-pkcs12"),
        attachment("empty.txt", b"", "text/plain"),
        attachment("b.bin", data, "multipart/mixed"),
    ]
    found = list(mail_of(outlook(SAID | {BODY: "text"}, attachments=files)).iter_attachments())
    assert [part.get_filename() for part in found] == ["Zertifikat René.p12", "empty.txt", "b.bin"]
    kinds = ["application/x-pkcs12", "text/plain", "application/octet-stream"]
    assert [part.get_content_type() for part in found] == kinds
    assert found[0].get_content() == found[2].get_content() == data


def test_a_mail_attached_inside_is_a_mail() -> None:
    """The insurer's mail, attached to the broker's: its own head counts, at any depth."""
    inner = message(SAID | {BODY: URL}, recipients=[RENE], head=24)
    middle = message({SUBJECT: "WG", BODY: "siehe Anhang"}, attachments=[attached("Link.msg", inner)], head=24)
    outer = outlook({SUBJECT: "Fwd", SENT: AT, BODY: "anbei", SENDER: "Büro"}, attachments=[attached("WG.msg", middle)])
    (link,) = found_in(outer, PROFILES, ZoneInfo("Europe/Berlin"), AT).links
    assert (link.received, link.sender_fits, link.people[0].name) == (MAILED, True, "Schäffer, René")


def test_an_outlook_file_attached_to_any_mail() -> None:
    """By another program, or by value inside an Outlook file; a damaged one costs no more than itself."""
    inner = outlook(SAID | {BODY: URL}, recipients=[RENE])
    carrier = (
        b"From: a@b.example\nDate: Tue, 1 Oct 2019 08:00:00 +0000\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nsee <%s>\n--b\n'
        b'Content-Type: application/octet-stream; name="WG.msg"\nContent-Transfer-Encoding: base64\n\n%s--b--\n'
    )
    other = URL.replace("90", "91").encode()
    sound = carrier % (other, base64.encodebytes(inner))
    damaged = carrier % (other, base64.encodebytes(inner[:600]))
    assert len(found_in(sound, PROFILES, ZoneInfo("UTC"), AT).links) == 2
    assert len(found_in(damaged, PROFILES, ZoneInfo("UTC"), AT).links) == 1
    around = outlook({SUBJECT: "x", BODY: "y"}, attachments=[attachment("WG.msg", inner, "application/vnd.ms-outlook")])
    assert len(found_in(around, PROFILES, ZoneInfo("UTC"), AT).links) == 1


def test_a_signed_mail_stands_in_its_attachment() -> None:
    """Outlook keeps a signed mail as one attachment that holds all its parts."""
    signed = (
        'Content-Type: multipart/signed; boundary="s"; protocol="application/pkcs7-signature"\r\n\r\n'
        f"--s\r\nContent-Type: text/plain\r\n\r\n{URL}\r\n--s\r\nContent-Type: application/pkcs7-signature\r\n\r\nx\r\n"
        "--s--"
    )
    part: Folder = attachment("smime.p7m", signed.encode(), "multipart/signed")
    source = outlook(SAID | {CLASS: "IPM.Note.SMIME.MultipartSigned"}, recipients=[RENE], attachments=[part])
    (link,) = found_in(source, PROFILES, ZoneInfo("UTC"), AT).links
    assert (link.sender_fits, link.people[0].name) == (True, "Schäffer, René")


def test_another_compound_file_is_no_mail() -> None:
    """A text document of Word has the same beginning: it holds no mail, and that is no damage."""
    document = compound({"WordDocument": b"text" * 2_000, "1Table": b"x"})
    assert as_mail(document) is None
    assert not found_in(document, PROFILES, ZoneInfo("UTC"), AT).is_mail


def test_a_long_directory_and_a_long_file() -> None:
    """Thousands of recipients, and more sectors than the list in the header has room for."""
    data = os.urandom(8 << 20)
    people = [RENE | {ADDRESS: f"r{n}@example.de"} for n in range(2_000)]
    made = as_mail(outlook(SAID | {BODY: "text"}, recipients=people, attachments=[attachment("a.bin", data)]))
    assert made is not None
    assert base64.encodebytes(data) in made
    assert b"r1999@example.de" in made
