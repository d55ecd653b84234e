"""The certificate files that mails bring."""

from __future__ import annotations

import base64
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.stand_in.attachments import around, mail
from tests.stand_in.certificates import make_pair
from tests.stand_in.outlook import attached, attachment, message, outlook
from tests.support.vaults import NOW
from vault.errors import SourceNotReadable
from vault.mail import Found, FoundFile, found_in
from vault.mail.reading import MOST_FILES
from vault.model.profile import Profile
from vault.pkcs12.recognise import begins_pkcs12
from vault.profiles import load_all

P12 = make_pair("Deniz Kaya", "PIN-1")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PDF = b"%PDF-1.7\n" + bytes(400)
PROFILES = load_all()
BERLIN = ZoneInfo("Europe/Berlin")


def found(source: bytes, profiles: dict[str, Profile] = PROFILES) -> Found:
    """What is in ``source``."""
    return found_in(source, profiles, BERLIN, NOW, begins_pkcs12)


def file_in(source: bytes) -> FoundFile:
    """The one file in ``source``."""
    (one,) = found(source).files
    return one


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("kaya.p12", "application/x-pkcs12"),
        ("kaya.pfx", "application/octet-stream"),
        ("Zertifikat", "application/octet-stream"),
        ("kaya.p12", "image/png"),
        ("kaya.txt", "application/x-whatever"),
        ("Schäffer & Söhne.p12", "application/x-pkcs12"),
    ],
)
def test_a_file_is_known_by_what_it_is(name: str, kind: str) -> None:
    """Whatever its name and type: the very bytes, the name for people, who wrote it to whom and when."""
    one = file_in(mail((name, kind, P12), sent=NOW - timedelta(days=2)).as_bytes())
    assert (one.data, one.name, one.provider) == (P12, name, None)
    assert one.sender == "zertifikate@insurer.example"
    assert [person.name for person in one.people] == ["Kaya, Deniz"]
    assert one.received == NOW - timedelta(days=2)


def test_a_file_as_a_part_of_text() -> None:
    """A part that calls itself text and is not."""
    head = b"From: a@b.example\nTo: c@d.example\nDate: Sun, 22 Nov 2026 08:00:00 +0000\nMIME-Version: 1.0\n"
    part = b'Content-Type: text/plain; name="kaya"\nContent-Transfer-Encoding: base64\n\n' + base64.encodebytes(P12)
    assert file_in(head + part).data == P12


@pytest.mark.parametrize("line", [b"\n", b"\r\n", b""])
def test_base64_inside_base64_is_seen(line: bytes) -> None:
    """What a gateway encoded twice is kept as it came: who takes it in decodes it."""
    text = base64.b64encode(P12) if not line else base64.encodebytes(P12).replace(b"\n", line)
    assert file_in(mail(("kaya", "application/octet-stream", text), sent=NOW).as_bytes()).data == text


def test_other_attachments_are_none() -> None:
    """Pictures, documents, certificates without a key, signatures: no file, and nothing to complain of."""
    certificate = b"-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"
    signature = bytes.fromhex("308006092a864886f70d010702a0803080020101310f")
    others = [
        ("logo.png", "image/png", PNG),
        ("info.pdf", "application/pdf", PDF),
        ("ca.cer", "application/x-x509-ca-cert", certificate),
        ("smime.p7s", "application/pkcs7-signature", signature),
        ("root.crt", "application/octet-stream", bytes.fromhex("30820122a003020102")),
        ("empty", "application/octet-stream", b""),
    ]
    seen = found(mail(*others, sent=NOW).as_bytes())
    assert (seen.files, seen.problems, seen.links) == ((), (), ())


def test_what_is_called_so_is_given_to_be_judged() -> None:
    """A damaged file with the right name is not passed over in silence."""
    assert file_in(mail(("kaya.p12", "application/octet-stream", P12[20:]), sent=NOW).as_bytes()).data == P12[20:]


def test_several_files_and_nested_mails() -> None:
    """A mail inside a mail inside a mail: each file with the head of the mail that brought it."""
    second = make_pair("Anna Schmidt", "PIN-2")
    inner = mail(
        ("a.p12", "application/x-pkcs12", P12), ("b.p12", "application/x-pkcs12", second), sent=NOW - timedelta(days=9)
    )
    middle = around(inner, sender="Deniz <deniz@kaya.example>", to="post@pool.example", sent=NOW - timedelta(days=1))
    files = found(around(middle, sender="post@pool.example", to="z@agentur.example", sent=NOW).as_bytes()).files
    assert [(one.name, one.data) for one in files] == [("a.p12", P12), ("b.p12", second)]
    assert {one.sender for one in files} == {"zertifikate@insurer.example"}
    assert {one.received for one in files} == {NOW - timedelta(days=9)}
    assert all("z@agentur.example" in one.envelope for one in files)


def test_a_forward_keeps_the_file_and_tells_the_first_mail_in_its_text() -> None:
    """As Outlook does it: the file hangs on the outer mail, whom it was for stands in the text."""
    text = (
        "Bitte einspielen.\n\nVon: zertifikate@insurer.example\nGesendet: Freitag, 20. November 2026 09:15\n"
        "An: Anna Schmidt <anna@schmidt.example>\nBetreff: Ihr Zertifikat\n\nanbei\n\n"
        "Von: anna@schmidt.example\nGesendet: Mittwoch, 18. November 2026 08:00\nAn: zertifikate@insurer.example\n"
        "Betreff: Neues Zertifikat\n\nbitte\n"
    )
    one = file_in(
        mail(
            ("schmidt.p12", "application/x-pkcs12", P12),
            sender="Büro <buero@schmidt.example>",
            to="z@agentur.example",
            sent=NOW,
            text=text,
        ).as_bytes()
    )
    assert one.sender == "zertifikate@insurer.example"
    assert [person.address for person in one.people] == ["anna@schmidt.example"]
    assert f"{one.received:%d.%m. %H:%M}" == "20.11. 08:15"


def test_a_file_of_outlook_with_an_attachment() -> None:
    """A .msg brings its attachment, and one inside a mail that is attached to it."""
    outer = outlook({}, attachments=[attachment("kaya.p12", P12)])
    assert file_in(outer).data == P12
    inside = outlook(
        {}, attachments=[attached("WG: Zertifikat", message({}, attachments=[attachment("kaya.p12", P12)], head=24))]
    )
    assert file_in(inside).data == P12


def test_a_bare_file_is_one() -> None:
    """No mail around it: it tells nothing of itself."""
    one = file_in(P12)
    assert (one.data, one.name, one.people, one.sender) == (P12, "", (), "")


def test_the_sender_says_the_provider() -> None:
    """A file from an address of a profile is that provider's."""
    sent = mail(("kaya.p12", "application/x-pkcs12", P12), sender="Webservice-Zertifikat@arag.de", sent=NOW)
    assert file_in(sent.as_bytes()).provider == "arag"


def test_a_name_cannot_lead_anywhere() -> None:
    """Folders in a name are left out, whatever they are divided by."""
    for name in ("../../etc/kaya.p12", "C:\\Temp\\kaya.p12"):
        assert file_in(mail((name, "application/octet-stream", P12), sent=NOW).as_bytes()).name == "kaya.p12"


def test_too_many_files_are_no_mail() -> None:
    """What no mail brings is refused before it takes room."""
    many = [("a.p12", "application/x-pkcs12", b"x")] * (MOST_FILES + 1)
    with pytest.raises(SourceNotReadable):
        found(mail(*many, sent=NOW).as_bytes())
