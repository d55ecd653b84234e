"""Servers that break the rules, and people on the way: nothing is told to them, and nothing they send is too much."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.stand_in.mailserver import ABLE, Answer, mail_server, says
from vault import trust
from vault.errors import MailLogInRefused, MailServerNotReachable, MailServerUnencrypted, NoSuchMailFolder
from vault.imap import mailbox
from vault.imap.connection import Limits
from vault.model.account import account
from vault.secret import MailPassword, MailToken

PASSWORD = MailPassword("MARKED-password")
LIMITS = Limits(connect=5, silence=2, command=3, answer=200_000)


def read(port: int, folder: Path, *, scheme: str = "imaps", secret: MailPassword | MailToken = PASSWORD) -> list[bytes]:
    """All mails of the inbox."""
    named = account(f"{scheme}://petra@localhost:{port}")
    context = trust.context(folder / "ca.pem")
    with mailbox.opened(named, secret, context, limits=LIMITS) as box:
        return [data for _, data in box.mails(box.after(0)) if data is not None]


@pytest.mark.parametrize(
    ("greeting", "able"),
    [
        (b"* OK hello\r\n", ABLE),
        (b"* PREAUTH hello\r\n", b"* CAPABILITY IMAP4rev1 STARTTLS\r\n%s OK x\r\n"),
    ],
    ids=["not offered", "logged in already"],
)
def test_without_starttls_nothing_is_told(greeting: bytes, able: bytes, tmp_path: Path) -> None:
    """Somebody on the way took the offer out of the answer: the log-in is never begun."""
    answers = {b"CAPABILITY": says(able)}
    with (
        mail_server(answers, tmp_path, tls=False, greeting=greeting) as server,
        pytest.raises(MailServerUnencrypted),
    ):
        read(server.port, tmp_path, scheme="imap")
    assert not [line for line in server.heard if b"CAPABILITY" not in line]


STARTTLS = {b"CAPABILITY": says(b"* CAPABILITY IMAP4rev1 STARTTLS AUTH=PLAIN\r\n%s OK x\r\n")}


def test_starttls_as_it_should_be(tmp_path: Path) -> None:
    """The log-in goes over the line once it is encrypted; so the tests beside this one could fail."""
    answers = {
        **STARTTLS,
        b"STARTTLS": says(b"%s OK x\r\n"),
        **fetched(b"* 1 FETCH (UID 1 BODY[] {1}\r\na)\r\n%s OK x\r\n"),
    }
    with mail_server(answers, tmp_path, tls=False) as server:
        assert read(server.port, tmp_path, scheme="imap") == [b"a"]


@pytest.mark.parametrize(
    "answer", [b"%s NO x\r\n", b"%s OK x\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN X-INJECTED\r\n"], ids=["no", "and more"]
)
def test_starttls_refused_or_with_words_behind_it(answer: bytes, tmp_path: Path) -> None:
    """What follows in clear would be taken for something said in secret: it is refused."""
    with (
        mail_server({**STARTTLS, b"STARTTLS": says(answer)}, tmp_path, tls=False) as server,
        pytest.raises(MailServerUnencrypted),
    ):
        read(server.port, tmp_path, scheme="imap")
    assert b"AUTHENTICATE" not in b"".join(server.heard)


def test_a_server_without_tls_where_it_should_be(tmp_path: Path) -> None:
    """imaps:// to a port that speaks in clear."""
    with mail_server({}, tmp_path, tls=False) as server, pytest.raises(MailServerNotReachable):
        read(server.port, tmp_path)
    assert b"AUTH" not in b"".join(server.heard)


def fetched(body: bytes) -> dict[bytes, Answer]:
    """A server with three mails of a hundred bytes, which sends ``body`` for any of them."""
    sizes = b"".join(b"* %d FETCH (UID %d RFC822.SIZE 100)\r\n" % (n, n) for n in (1, 2, 3))

    def fetch(tag: bytes, line: bytes) -> bytes | None:
        return sizes + tag + b" OK x\r\n" if b"SIZE" in line else body.replace(b"%s", tag) or None

    return {b"UID FETCH": fetch}


@pytest.mark.parametrize(
    ("body", "mails"),
    [
        (b"* 1 FETCH (UID 1 BODY[] {4}\r\nabcd)\r\n%s OK x\r\n", [b"abcd"]),
        (b"* 2 FETCH (BODY[] {4}\r\nabcd UID 2)\r\n%s OK x\r\n", [b"abcd"]),
        (b'* 3 FETCH (UID 3 BODY[] "")\r\n%s OK x\r\n', [b""]),
        (b"* 3 FETCH (UID 3 BODY[] NIL)\r\n* 9 FETCH (FLAGS (\\Seen))\r\n%s OK x\r\n", [b""]),
        (b"* 7 FETCH (UID 77 BODY[] {4}\r\nabcd)\r\n%s OK x\r\n", []),
        (b"%s OK x\r\n", []),
    ],
)
def test_answers_in_other_words(body: bytes, mails: list[bytes], tmp_path: Path) -> None:
    """Servers differ in order and spelling; what was not asked for is not taken, what is gone is not missed."""
    with mail_server(fetched(body), tmp_path) as server:
        assert read(server.port, tmp_path) == mails


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"* 1 FETCH (UID 1 BODY[] {400}\r\nabcd",
        b"* 1 FETCH (UID 1 BODY[] {99999999999}\r\nabcd",
        b"* 1 FETCH (UID 1 BODY[] {900000}\r\n" + b"x" * 900_000,
        b"* 1 FETCH " + b"x" * 900_000,
        b"* 1 FETCH (UID 1)\r\n" * 50_000,
        b"nonsense\r\n",
        b"%s NO not now\r\n",
        b"* BYE x\r\n",
    ],
    ids=[
        "hangs up",
        "stops",
        "announces too much",
        "sends too much",
        "long line",
        "many lines",
        "nonsense",
        "no",
        "bye",
    ],
)
def test_a_line_that_breaks_or_floods(body: bytes, tmp_path: Path) -> None:
    """It ends soon, with an error that names the server."""
    begin = time.monotonic()
    with mail_server(fetched(body), tmp_path) as server, pytest.raises(MailServerNotReachable) as error:
        read(server.port, tmp_path)
    assert error.value.fields["host"] == "localhost"
    assert time.monotonic() - begin < 15


def test_a_mail_longer_than_a_mail_can_be_is_not_fetched(tmp_path: Path) -> None:
    """Its size is asked first; the others come."""
    sizes = b"* 1 FETCH (UID 1 RFC822.SIZE 99999999)\r\n* 2 FETCH (UID 2 RFC822.SIZE 4)\r\n"

    def fetch(tag: bytes, line: bytes) -> bytes:
        return (sizes if b"SIZE" in line else b"* 2 FETCH (UID 2 BODY[] {4}\r\nabcd)\r\n") + tag + b" OK x\r\n"

    named = "imaps://petra@localhost"
    with mail_server({b"UID FETCH": fetch}, tmp_path) as server:
        context = trust.context(tmp_path / "ca.pem")
        with mailbox.opened(account(f"{named}:{server.port}"), PASSWORD, context, limits=LIMITS) as box:
            assert list(box.mails([1, 2, 3])) == [(1, None), (2, b"abcd")]
    assert not [line for line in server.heard if b"BODY" in line and b" 1" in line.partition(b"FETCH")[2][:4]]


def test_nothing_but_looking(tmp_path: Path) -> None:
    """EXAMINE and PEEK, and no command that changes anything."""
    with mail_server(fetched(b"%s OK x\r\n"), tmp_path) as server:
        read(server.port, tmp_path)
    commands = b"".join(server.heard)
    assert b"EXAMINE" in commands
    assert b"BODY.PEEK[]" in commands
    assert not [word for word in (b"SELECT", b"STORE", b"EXPUNGE", b"MOVE", b"BODY[") if word in commands]


@pytest.mark.parametrize(
    ("able", "secret"),
    [
        (b"* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n%s OK x\r\n", PASSWORD),
        (b"* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n%s OK x\r\n", MailToken("MARKED-token")),
    ],
)
def test_a_server_that_takes_no_such_log_in(able: bytes, secret: MailPassword | MailToken, tmp_path: Path) -> None:
    """The secret is not sent in the hope that it will do."""
    with mail_server({b"CAPABILITY": says(able)}, tmp_path) as server, pytest.raises(MailLogInRefused):
        read(server.port, tmp_path, secret=secret)
    assert b"MARKED" not in b"".join(server.heard)


def test_an_old_server_is_told_the_password_in_quotes(tmp_path: Path) -> None:
    """LOGIN, with what is special in quotes written so that it stays one word."""
    answers = {b"CAPABILITY": says(b"* CAPABILITY IMAP4rev1\r\n%s OK x\r\n"), b"LOGIN": says(b"%s OK x\r\n")}
    with mail_server({**answers, **fetched(b"%s OK x\r\n")}, tmp_path) as server:
        read(server.port, tmp_path, secret=MailPassword('a"b\\ ä'))
    (line,) = [line for line in server.heard if b"LOGIN" in line]
    assert line.partition(b"LOGIN ")[2] == b'"petra" "a\\"b\\\\ \xc3\xa4"\r\n'


def test_the_folders_that_are_there(tmp_path: Path) -> None:
    """A folder that is not there is told with the names of others, whatever a server writes them in."""
    listed = (
        b'* LIST (\\Marked) "." INBOX\r\n* LIST () "." "Vertr&AOQ-ge.2026"\r\n* LIST () "." {3}\r\na"b\r\n%s OK x\r\n'
    )
    answers = {b"LIST": says(listed), b"EXAMINE": says(b"%s NO x\r\n")}
    with mail_server(answers, tmp_path) as server, pytest.raises(NoSuchMailFolder) as error:
        read(server.port, tmp_path)
    assert error.value.fields["folders"] == 'INBOX, Verträge/2026, a"b'
