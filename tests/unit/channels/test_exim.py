"""Mails through a real mail server, Debian's exim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.stand_in.exim import LATER, NOBODY, PASSWORD, USER, Exim, exim
from vault import trust
from vault.channels.mail import Mail
from vault.errors import NotSent
from vault.model.outgoing import Address, MailServer
from vault.ports.channel import Message
from vault.secret import MailPassword

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
MESSAGE = Message("petra@agentur.example", "Läuft ab: Müller", "Grüße\n.\n..x\n", "<p>Grüße</p>", {}, "a1")


@pytest.fixture(scope="module")
def server() -> Iterator[Exim]:
    """A server with one user."""
    with exim() as running:
        yield running


def way(server: Exim, security: str = "starttls", password: str = PASSWORD, host: str = "localhost") -> Mail:
    """The channel to it."""
    port = server.tls if security == "tls" else server.starttls
    to = MailServer(host, port, security, Address("zertifikate", "agentur.example"), "Büro", USER)
    return Mail(to, lambda: MailPassword(password), trust.context(server.ca_file), at=AT)


def test_mails_go_through(server: Exim) -> None:
    """By TLS and STARTTLS, with a password with umlaut, quote and backslash; refused ones stop nobody."""
    sent = ["one@agentur.example", "two@agentur.example", "drei@büro.example", "müller@büro.example"]
    for security in ("tls", "starttls"):
        channel = way(server, security)
        outcomes = []
        for to in (sent[0], NOBODY, sent[1], LATER, *sent[2:]):
            try:
                channel.send(MESSAGE._replace(to=to))
            except NotSent as error:
                outcomes.append((to, error.again))
        assert outcomes == [(NOBODY, False), (LATER, True)]
    found = server.mails(8)
    assert sorted(str(mail["Envelope-to"] or mail["To"]) for mail in found).count(sent[0]) == 2
    for mail in found:
        body = mail.get_body(("plain",))
        assert body is not None
        assert body.get_content() == MESSAGE.text
        assert mail["Message-ID"]
    ids = [str(mail["Message-ID"]) for mail in found]
    assert len(set(ids)) == 4, "each twice, by two ways"


def test_a_wrong_password(server: Exim) -> None:
    """In the server's own words."""
    with pytest.raises(NotSent, match="535") as caught:
        way(server, password="wrong").send(MESSAGE)
    assert not caught.value.again


def test_stripped_starttls_and_missing_smtputf8() -> None:
    """A server that offers neither: nothing is told to it in clear; over TLS it takes what is ASCII."""
    with exim(starttls=False, smtputf8=False) as server, pytest.raises(NotSent, match="no encryption"):
        way(server).send(MESSAGE)
    with exim(smtputf8=False) as server:
        channel = way(server, "tls")
        with pytest.raises(NotSent, match="SMTPUTF8"):
            channel.send(MESSAGE._replace(to="müller@agentur.example"))
        channel.send(MESSAGE)
        assert len(server.mails(1)) == 1


def test_a_certificate_for_another_host() -> None:
    """Nothing is told to it."""
    with exim(host="mail.elsewhere.example") as server, pytest.raises(NotSent, match="does not prove"):
        way(server, "tls").send(MESSAGE)
