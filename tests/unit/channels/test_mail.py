"""Mails: what stands in them, who gets them, and what becomes of them where the server does not do as it should."""

from __future__ import annotations

import socket
import time
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stand_in.posting import PASSWORD, USER, dripping, endless, octets, post_office, saying, talker, tls_context
from vault import trust
from vault.channels.mail import Mail, mail, written
from vault.channels.smtp import Limits
from vault.errors import KeyFileUnusable, NotSent
from vault.model.outgoing import Address, MailServer
from vault.ports.channel import Message
from vault.secret import MailPassword, MailToken

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
SENDER = Address("zertifikate", "agentur.example")
MESSAGE = Message(
    "petra@agentur.example", "Läuft ab: Müller", "Grüße\n.\n..x\n", "<p>Grüße &amp; mehr</p>", {"n": 1}, "a1"
)
LIMITS = Limits(connect=3, silence=2, mail=2.5, answers=20_000)
SECRET = MailPassword(PASSWORD)


def way(
    port: int,
    folder: Path,
    *,
    security: str = "starttls",
    secret: MailPassword | MailToken | None = SECRET,
    user: str = USER,
    host: str = "localhost",
) -> Mail:
    """The channel to a server on loopback."""
    server = MailServer(host, port, security, SENDER, "Zertifikate, Büro", user)
    return Mail(server, lambda: secret, trust.context(folder / "ca.pem"), at=AT, limits=LIMITS)


def refused(channel: Mail, to: str = MESSAGE.to) -> NotSent:
    """Why a message was not sent."""
    with pytest.raises(NotSent) as caught:
        channel.send(MESSAGE._replace(to=to))
    assert caught.value.fields["channel"] == "mail"
    return caught.value


@pytest.mark.parametrize("tls", [True, False], ids=["TLS", "STARTTLS"])
def test_a_mail_arrives_as_text_and_as_html(tls: bool, tmp_path: Path) -> None:
    """With the words as they were, from and to whom, dated, and marked as a machine's."""
    with post_office(tmp_path, tls=tls) as post:
        way(post.port, tmp_path, security="tls" if tls else "starttls").send(MESSAGE)
    (found,) = post.mails
    assert post.taken[0].mail_from == str(found["From"].addresses[0].addr_spec) == "zertifikate@agentur.example"
    assert (found["From"].addresses[0].display_name, found["To"]) == ("Zertifikate, Büro", MESSAGE.to)
    assert (found["Subject"], found["Date"].datetime) == (MESSAGE.subject, AT)
    assert found["Auto-Submitted"] == "auto-generated"
    text, html = found.get_body(("plain",)), found.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().replace("\r\n", "\n") == MESSAGE.text
    assert html.get_content().strip() == MESSAGE.html


def test_the_same_told_again_has_the_same_message_id(tmp_path: Path) -> None:
    """So that a mail program knows a repetition; another recipient and another message have others."""
    with post_office(tmp_path) as post:
        channel = way(post.port, tmp_path)
        for message in (MESSAGE, MESSAGE, MESSAGE._replace(to="o@b.example"), MESSAGE._replace(id="a2")):
            channel.send(message)
    ids = [str(found["Message-ID"]) for found in post.mails]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 3
    assert all(one.endswith("@agentur.example>") for one in ids)


HOSTILE = st.text(st.characters(codec="utf-8"), max_size=300) | st.sampled_from(
    [
        "a\r\nBcc: x@evil.example",
        "a\nX: y",
        "a\x0b\x0cb",
        "\u2028Bcc: x@e",
        "\x1b[2J",
        "=?utf-8?q?=0D=0ABcc:_x?=",
        "x" * 9000,
    ]
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_nothing_in_a_message_becomes_a_header(subject: str, name: str, id_: str) -> None:
    """Whatever stands in subject, sender's name and id: the headers are the ones that we write, and no others."""
    server = MailServer("h", 1, "tls", SENDER, name)
    message = MESSAGE._replace(subject=subject, id=id_, text=subject, html=name)
    made = message_from_bytes(mail(message, Address("a", "b.example"), server, at=AT).as_bytes(), policy=policy.default)
    assert sorted(made.keys()) == sorted(
        [
            *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-Auto-Response-Suppress"),
            *("MIME-Version", "Content-Type"),
        ]
    )
    assert [one.addr_spec for one in made["To"].addresses] == ["a@b.example"]
    assert [one.addr_spec for one in made["From"].addresses] == ["zertifikate@agentur.example"]


@pytest.mark.parametrize(
    "to",
    [
        "",
        "petra",
        "a@b\r\nRCPT TO:<c@d>",
        "a@b c@d",
        "<a@b>",
        "a@b, c@d",
        "a@b\u202e.de",
        "a@b..de",
        "a@-b.de",
        "a@b@c",
    ],
)
def test_what_is_no_address_is_never_tried(to: str, tmp_path: Path) -> None:
    """It is told, and the next one gets her mail."""
    with post_office(tmp_path) as post:
        channel = way(post.port, tmp_path)
        assert not refused(channel, to).again
        channel.send(MESSAGE)
    assert [one.rcpt_tos for one in post.taken] == [[MESSAGE.to]]


def test_one_refused_recipient_stops_nobody(tmp_path: Path) -> None:
    """One who is not there, one for now; and those before and after get their mails."""
    with post_office(tmp_path) as post:
        channel = way(post.port, tmp_path)
        for_good, for_now = (refused(channel, to) for to in post.refused)
        channel.send(MESSAGE)
    assert (for_good.again, for_now.again) == (False, True)
    assert "no such user" in str(for_good)
    assert str(for_good).startswith("Not sent to niemand@agentur.example by mail: ")
    assert len(post.taken) == 1


def test_a_wrong_password_is_tried_once_a_run(tmp_path: Path) -> None:
    """Every further recipient would count as one more wrong try, until the server locks the account."""
    with post_office(tmp_path) as post:
        channel = way(post.port, tmp_path, secret=MailPassword("MARKED-wrong"))
        errors = [refused(channel), refused(channel, "other@agentur.example")]
        assert len(post.logins) == 1
        assert not any("MARKED" in str(error) + repr(error.fields) or error.again for error in errors)
        assert errors[1].fields["to"] == "other@agentur.example"


def test_a_password_that_is_not_there(tmp_path: Path) -> None:
    """Nothing in the keyring; a file that cannot be read: told with what helps, and nobody is asked."""

    def unreadable() -> None:
        raise KeyFileUnusable(path="/x", why="it is empty")

    with post_office(tmp_path) as post:
        assert "keyring" in str(refused(way(post.port, tmp_path, secret=None)))
        server = MailServer("localhost", post.port, "starttls", SENDER, "", USER)
        found = refused(Mail(server, unreadable, trust.context(tmp_path / "ca.pem"), at=AT))
    assert "it is empty" in str(found)
    assert not post.logins


def test_letters_that_not_every_server_takes(tmp_path: Path) -> None:
    """A domain with umlauts goes to any server; a name before the @ only where the server can (SMTPUTF8)."""
    with post_office(tmp_path, smtputf8=False) as post:
        channel = way(post.port, tmp_path)
        channel.send(MESSAGE._replace(to="petra@büro.example"))
        found = refused(channel, "müller@büro.example")
        assert ("SMTPUTF8" in str(found), found.again) == (True, False)
    assert post.taken[0].rcpt_tos == ["petra@xn--bro-hoa.example"]
    with post_office(tmp_path) as post:
        way(post.port, tmp_path).send(MESSAGE._replace(to="müller@büro.example"))
    assert post.taken[0].rcpt_tos == ["müller@xn--bro-hoa.example"]
    assert "To: müller@xn--bro-hoa.example\r\n".encode() in octets(post.taken[0])


def test_ss_is_not_sharp_s() -> None:
    """Two domains of two firms (IDNA 2008, where IDNA 2003 took one for the other)."""
    assert written("a@straße.example") == Address("a", "xn--strae-oqa.example")


def test_without_starttls_nothing_is_told(tmp_path: Path) -> None:
    """Somebody on the way took the offer out of the answer: neither log-in nor address is told."""
    heard: list[bytes] = []
    answers = (b"220 hello\r\n", b"250-hello\r\n250 AUTH PLAIN\r\n", b"250 ok\r\n")
    with talker(saying(*answers, heard=heard)) as port:
        tls_context(tmp_path)
        found = refused(way(port, tmp_path))
    assert "no encryption" in str(found)
    assert not found.again
    assert all(line.startswith((b"ehlo", b"QUIT")) or not line for line in heard)


@pytest.mark.parametrize(
    "answer", [b"454 not now\r\n", b"220 go\r\n250 x\r\n"], ids=["refused", "with words behind it"]
)
def test_starttls_refused_or_with_words_behind_it(answer: bytes, tmp_path: Path) -> None:
    """What follows in clear would be taken for something said in secret."""
    tls_context(tmp_path)
    heard: list[bytes] = []
    with talker(saying(b"220 hello\r\n", b"250-hello\r\n250 STARTTLS\r\n", answer, heard=heard)) as port:
        assert "no encryption" in str(refused(way(port, tmp_path)))
    assert b"AUTH" not in b"".join(heard)


def test_a_certificate_for_another_host_or_of_nobody(tmp_path: Path) -> None:
    """Nothing is told to a server that does not prove that it is the one."""
    with post_office(tmp_path) as post:
        assert "does not prove" in str(refused(way(post.port, tmp_path, host="127.0.0.1")))
        other = tmp_path / "other"
        other.mkdir()
        tls_context(other)
        found = refused(way(post.port, other))
    assert "does not prove" in str(found)
    assert not found.again
    assert not post.logins


def test_a_server_that_is_down_or_speaks_something_else(tmp_path: Path) -> None:
    """Told at once, and later may help."""
    tls_context(tmp_path)
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        assert refused(way(bound.getsockname()[1], tmp_path)).again
    with talker(saying(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        assert refused(way(port, tmp_path)).again
    with talker(saying(b"220 in clear\r\n")) as port:
        assert refused(way(port, tmp_path, security="tls")).again
    assert refused(way(1, tmp_path, host="no-such-host.invalid")).again


@pytest.mark.parametrize("talk", [dripping, endless, lambda connection: time.sleep(2.5)])
def test_a_slow_or_talkative_server_is_left_alone(talk: object, tmp_path: Path) -> None:
    """Each mail has its time and its bytes; the next recipient is not made to wait for the same server once more."""
    tls_context(tmp_path)
    assert callable(talk)
    with talker(talk) as port:
        channel = way(port, tmp_path)
        begin = time.monotonic()
        assert refused(channel).again
        assert time.monotonic() - begin < LIMITS.mail + 1
        begin = time.monotonic()
        assert refused(channel, "other@agentur.example").again
        assert time.monotonic() - begin < 0.2


def over_tls(tmp_path: Path, *answers: bytes, secret: MailPassword | MailToken = SECRET) -> tuple[NotSent, bytes]:
    """What becomes of a mail to a server that says ``answers``, and what it heard."""
    context, heard = tls_context(tmp_path), list[bytes]()
    with talker(saying(*answers, heard=heard, context=context)) as port:
        error = refused(way(port, tmp_path, security="tls", secret=secret))
    return error, b"".join(heard)


def test_a_token_is_told_and_why_it_was_refused(tmp_path: Path) -> None:
    """XOAUTH2, as Microsoft 365 wants it: its challenge gets an empty answer, after which it says what is wrong."""
    hello = b"250-hello\r\n250 AUTH LOGIN XOAUTH2\r\n"
    refusal = b"535 5.7.139 Authentication unsuccessful\r\n"
    error, heard = over_tls(tmp_path, b"220 hello\r\n", hello, b"334 e30=\r\n", refusal, secret=MailToken("tok"))
    assert "5.7.139" in str(error)
    assert not error.again
    assert b"AUTH XOAUTH2 dXNlcj16ZXJ0aWZpa2F0ZUBhZ2VudHVyLmV4YW1wbGUBYXV0aD1CZWFyZXIgdG9rAQE=" in heard


def test_a_server_that_knows_no_way_or_repeats_what_it_heard(tmp_path: Path) -> None:
    """The ways that it knows are told; a line that quotes the password is not."""
    error, heard = over_tls(tmp_path, b"220 hello\r\n", b"250-hello\r\n250 AUTH GSSAPI\r\n")
    assert "GSSAPI" in str(error)
    assert b"AUTH" not in heard
    quoting = b"500 unknown: AUTH PLAIN MARKED\r\n"
    error, _ = over_tls(tmp_path, b"220 hello\r\n", b"250-hello\r\n250 AUTH PLAIN\r\n", quoting)
    assert "MARKED" not in str(error)


def test_a_connection_that_is_lost_after_the_mail(tmp_path: Path) -> None:
    """Nobody knows whether it was taken: it is not sent, and repeated at worst."""
    answers = (b"250-hello\r\n250 AUTH PLAIN\r\n", b"235 ok\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")
    error, heard = over_tls(tmp_path, b"220 hello\r\n", *answers)
    assert error.again
    assert heard.endswith(b"\r\n.\r\n")
    assert b"\r\n..\r\n...x\r\n" in heard, "a line of one dot would end the mail"
