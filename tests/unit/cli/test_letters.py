"""Drafts as mail programs read them, with whatever stands in the register."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli import texts
from cli.render import letters
from vault.model.holder import Holder
from vault.model.link import Link, State
from vault.model.pair import Pair
from vault.operations.request import Wish

AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
FRAME = letters.Frame("zertifikate@agentur.example", AT, ZoneInfo("Europe/Berlin"))
CONTACT = "webservice-zertifikat@arag.de"
MUELLER = Holder("H1", "Müller GmbH", numbers=("4711", "4712"), responsible="Frau Sommer")
PAIR = Pair(
    "P41R000000000000",
    "arag",
    "H1",
    "L",
    "",
    "CN=Müller GmbH,O=Makler",
    "CN=CA",
    "0a1b",
    "00",
    AT - timedelta(days=300),
    AT + timedelta(days=9),
    "current",
    "file",
    AT,
)
DID = "f83f71f08bdf3c90"
LINK = Link(
    "L1NK000000000000",
    "link",
    "arag",
    "H1",
    f"https://www.arag.de/TokenService/download?did={DID}",
    DID,
    AT - timedelta(days=4),
    AT + timedelta(days=17),
    subject=f"ARAG Webservice: did={DID}",
    sender="a@b.de",
)
HOSTILE = (
    "Müller\r\nBcc: alle@example.de",
    "a\nSubject: x\n\nhttps://evil.example",
    "\u202eoxo\u2066",
    "\x1b[2J\x00",
    "=?utf-8?q?=0D=0ABcc:_x@y.de?=",
    "x" * 10_000,
    "\ud800",
    "<script>",
    "../../etc/passwd",
    "",
)
HEADERS = {"X-Unsent", "Date", "From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"}


@pytest.fixture
def german() -> Iterator[None]:
    """Speak German for one test."""
    with texts.spoken("de"):
        yield


def read(letter: letters.Letter) -> EmailMessage:
    """The draft as Python's own parser reads it, which knows of nothing wrong with it."""
    message = message_from_bytes(letter.data, policy=default)
    assert isinstance(message, EmailMessage)
    assert message.defects == []
    assert all(not value.defects for value in message.values())
    return message


def text_of(message: EmailMessage) -> str:
    """What people read."""
    content: str = message.get_content()
    return content.replace("\r\n", "\n")


def to_provider(*wishes: Wish) -> letters.Letter:
    """A draft to ARAG."""
    return letters.to_provider(wishes, "arag", CONTACT, FRAME)


@pytest.mark.usefixtures("german")
def test_a_certificate_that_runs_out() -> None:
    """The whole mail, as the insurer gets it."""
    letter = to_provider(Wish(PAIR, MUELLER, "runs-out", AT - timedelta(days=20)))
    message = read(letter)
    assert letter.name == "Anfrage Müller GmbH arag 2026-11-23 P41R00.eml"
    assert set(message.keys()) == HEADERS
    assert (message["X-Unsent"], message["From"], message["To"]) == ("1", FRAME.sender, CONTACT)
    assert message["Date"] == "Mon, 23 Nov 2026 00:30:00 +0100"
    assert message["Subject"] == "BiPRO-Zertifikat: Anfrage für Müller GmbH"
    assert message.get_content().splitlines() == [
        "Sehr geehrte Damen und Herren,",
        "",
        "wir bitten Sie um ein neues BiPRO-Zertifikat:",
        "",
        "Zertifikatsinhaber: Müller GmbH",
        "Agenturnummer: 4711, 4712",
        "Bisheriges Zertifikat: CN=Müller GmbH,O=Makler",
        "Seriennummer: 0a1b",
        "Gültig bis: 02.12.2026",
        "Das bisherige Zertifikat läuft am 02.12.2026 ab. Bitte stellen Sie ein neues aus.",
        "Wir hatten bereits am 03.11.2026 darum gebeten.",
        "",
        "Bitte senden Sie Zertifikat und PIN wie gewohnt auf getrennten Wegen.",
        "",
        "Mit freundlichen Grüßen",
    ]


@pytest.mark.usefixtures("german")
def test_several_are_a_list() -> None:
    """One mail, each with a number; of a link only the day of its mail is told."""
    message = read(
        to_provider(
            Wish(PAIR, MUELLER, "ran-out"),
            Wish(LINK, MUELLER, "pin-lost"),
            Wish(LINK._replace(holder=None), None, "file-deleted"),
            Wish(LINK._replace(kind="pin", url=None), MUELLER, "link-missing"),
        )
    )
    assert message["Subject"] == "BiPRO-Zertifikate: Anfrage für 4 Zertifikate"
    content = text_of(message)
    assert "wir bitten Sie um Ihre Hilfe bei 4 BiPRO-Zertifikaten:" in content
    assert "3. Zertifikatsinhaber: uns nicht bekannt\n   Die Datei hinter dem Download-Link aus Ihrer E-Mail" in content
    assert "Die PIN zu dem Zertifikat aus Ihrer E-Mail vom 19.11.2026 liegt nicht mehr vor." in content
    assert "2. Zertifikatsinhaber: Müller GmbH\n   Agenturnummer: 4711, 4712\n" in content


@pytest.mark.usefixtures("german")
def test_the_broker_is_asked_to_call() -> None:
    """How the PIN came to him, that he calls and does not mail it, and whom to ask for."""
    letter = letters.to_holder([letters.Missing(LINK, "ARAG / Interlloyd", "sms")], MUELLER, "m@makler.example", FRAME)
    message = read(letter)
    assert letter.name == "PIN Müller GmbH 2026-11-23 L1NK00.eml"
    assert (message["To"], message["Subject"]) == (
        "m@makler.example",
        "Ihre PIN zum BiPRO-Zertifikat: Bitte rufen Sie uns an",
    )
    content = text_of(message)
    for told in (
        "ARAG / Interlloyd hat am 19.11.2026 ein neues BiPRO-Zertifikat bereitgestellt.",
        "per SMS auf Ihr Mobiltelefon",
        "Beim Aussteller wird das Zertifikat am 10.12.2026 gelöscht.",
        "Bitte schicken Sie uns die PIN nicht per E-Mail",
        "Ihre Ansprechperson bei uns: Frau Sommer",
    ):
        assert told in content


def test_in_english_where_that_is_said() -> None:
    """The same in the other language."""
    message = read(to_provider(Wish(PAIR, MUELLER, "runs-out")))
    assert message["Subject"] == "Certificate for BiPRO services: request for Müller GmbH"
    assert "The present certificate runs out on 2026-12-02. Please issue a new one." in text_of(message)


def test_who_is_not_known_is_left_out() -> None:
    """No empty To or From: the mail program asks for the one and fills in the other."""
    frame = FRAME._replace(sender="")
    message = read(letters.to_provider([Wish(PAIR, MUELLER, "runs-out")], "arag", "", frame))
    assert set(message.keys()) == HEADERS - {"From", "To"}


@pytest.mark.parametrize("deadline", [None, AT + timedelta(days=3)])
@pytest.mark.parametrize("state", ["open", "gone"])
def test_no_link_no_reference_and_no_subject_of_a_mail(state: State, deadline: datetime | None) -> None:
    """Whatever is asked for, what opens a certificate does not leave the house."""
    link = LINK._replace(state=state, deadline=deadline)
    for letter in (
        to_provider(Wish(link, MUELLER, "pin-lost"), Wish(link, None, "file-deleted")),
        letters.to_holder([letters.Missing(link, "ARAG", "other")], MUELLER, "", FRAME),
    ):
        whole = letter.name + str(read(letter)) + text_of(read(letter))
        assert DID not in whole
        assert "http" not in whole
        assert "did=" not in whole


names = st.one_of(st.sampled_from(HOSTILE), st.text())


@settings(deadline=None)  # the library's parser takes its time
@given(name=names, number=names, subject=names, responsible=names)
def test_no_name_gets_into_the_head_or_out_of_its_line(name: str, number: str, subject: str, responsible: str) -> None:
    """The same headers, the same lines, nothing that a screen would obey, a file name without folders."""
    holder = Holder("H", name, numbers=(number,), responsible=responsible)
    plain = Holder("H", "N", numbers=("1",), responsible="R")
    wishes = [Wish(PAIR._replace(subject=subject, serial=number), holder, "runs-out"), Wish(LINK, holder, "pin-lost")]
    usual = [Wish(PAIR, plain, "runs-out"), Wish(LINK, plain, "pin-lost")]
    missing = [letters.Missing(LINK, name, "sms")]
    for hostile, known in (
        (to_provider(wishes[0]), to_provider(usual[0])),
        (to_provider(*wishes), to_provider(*usual)),
        (
            letters.to_holder(missing, holder, "m@x.example", FRAME),
            letters.to_holder(missing, plain, "m@x.example", FRAME),
        ),
    ):
        check(hostile, known, ignore="Whom to ask for" if not responsible else "")


def check(hostile: letters.Letter, known: letters.Letter, ignore: str) -> None:
    """``hostile`` has the form of ``known``."""
    message, usual = read(hostile), read(known)
    assert message.keys() == usual.keys()
    assert (message["To"], message["From"]) == (usual["To"], usual["From"])
    assert len(str(message["Subject"])) < 400
    lines, shape = (forms(text_of(one), ignore) for one in (message, usual))
    assert lines == shape
    text = text_of(message) + str(message["Subject"])
    assert not any(unicodedata.category(char) in {"Cc", "Cf", "Cs"} for char in text if char != "\n")
    assert max(map(len, hostile.data.split(b"\r\n"))) <= 998
    assert b"\n" not in hostile.data.replace(b"\r\n", b"")
    assert not set(hostile.name) & set('/\\:*?"<>|\r\n\0')


def forms(content: str, ignore: str) -> Sequence[str]:
    """Each line up to its colon: what is foreign stands behind one."""
    lines = [re.split(r"[:.] ?", line)[0] for line in content.split("\n")]
    return [line for line in lines if line and line != (ignore or None) and not line.startswith(("N sent", "The PIN"))]
