"""``[mail]``, ``[webhook.NAME]`` and ``[note]`` of the configuration: what they make, and each mistake by its key."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from cli import channels, configuration
from cli.session import Session
from tests.stand_in.keyring import MemoryKeyring
from vault.errors import ConfigurationUnusable, KeyFileUnusable, NotSent, TokenCommandFailed
from vault.model.outgoing import Address, MailServer
from vault.ports.channel import Message
from vault.secret import MailPassword, MailToken

MAIL = 'server = "smtp.example"\nfrom = "zertifikate@büro.example"\n'
HOOK = 'url = "https://chat.example/hook?sig=MARKED"\n'
MESSAGE = Message("petra@agentur.example", "s", "t", "h", {}, "1")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The configuration folder."""
    monkeypatch.setenv("CERTVAULT_CONFIG_DIR", str(tmp_path / "config"))
    monkeypatch.setenv("CERTVAULT_DIR", str(tmp_path / "vault"))
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    (tmp_path / "config").mkdir()
    return tmp_path / "config"


def write(folder: Path, text: str, name: str = configuration.FILE_NAME) -> Path:
    """A file of the configuration, for nobody else."""
    path = folder / name
    path.touch(0o600)
    path.write_text(text, encoding="utf-8")
    return path


def names(folder: Path, text: str) -> list[tuple[str, bool]]:
    """The channels that the configuration ``text`` makes, and whether names may leave by them."""
    write(folder, text)
    return [(one.name, one.names) for one in channels.configured(Session())]


def test_nothing_is_configured_by_default(folder: Path) -> None:
    """No file, an empty one, one with other things in it."""
    assert channels.configured(Session()) == ()
    assert names(folder, "") == []
    assert names(folder, '[imap."a@b"]\ntoken-command = ["x"]\n') == []


def test_each_table_makes_a_channel(folder: Path) -> None:
    """The mail first; names stay out where that is said."""
    text = f"[note]\n[webhook.teams]\n{HOOK}names = false\n[webhook.x1]\n{HOOK}[mail]\n{MAIL}"
    assert names(folder, text) == [("mail", True), ("teams", False), ("x1", True), ("note", True)]


def test_the_mail_server_as_it_is_told(folder: Path) -> None:
    """TLS on its port unless something else is said; a domain as the name server knows it."""
    write(folder, "[mail]\n" + MAIL)
    sender = Address("zertifikate", "xn--bro-hoa.example")
    assert channels.mailing(Session()).server == MailServer("smtp.example", 465, "tls", sender)
    more = 'security = "tls"\nuser = "petra"\nfrom-name = "Büro"\nport = 4650\n'
    write(folder, "[mail]\n" + MAIL + more)
    assert channels.mailing(Session()).server == MailServer("smtp.example", 4650, "tls", sender, "Büro", "petra")
    write(folder, "[mail]\n" + MAIL + 'security = "starttls"')
    assert channels.mailing(Session()).server.port == 587


def mistake(folder: Path, text: str) -> str:
    """What is told of the one mistake in the configuration ``text``."""
    write(folder, text)
    try:
        found = channels.configured(Session())
    except ConfigurationUnusable as error:
        return str(error)
    with pytest.raises(NotSent) as caught:
        found[0].send(MESSAGE)
    assert isinstance(found[0], channels.Unusable)
    assert not caught.value.again
    return str(caught.value)


MISTAKES = [
    ("mail = 1", "mail must be a table"),
    ("[mial]", "unknown entry mial"),
    ("[mail]\n" + MAIL + 'password = "x"', "unknown entry mail.password"),
    ("[mail]\n" + 'from = "a@b.example"', "mail.server is missing"),
    ("[mail]\n" + 'server = "a b"', "mail.server must be"),
    ("[mail]\n" + "server = 5", "mail.server must be a text"),
    ("[mail]\n" + 'server = "x.example"', "mail.from is missing"),
    ("[mail]\n" + 'server = "x.example"\nfrom = "Büro <a@b.example>"', "mail.from must be"),
    ("[mail]\n" + MAIL + 'from-name = "a\\nBcc: x"', "mail.from-name must be"),
    ("[mail]\n" + MAIL + "port = 0", "mail.port must be a whole number from 1 to 65535"),
    ("[mail]\n" + MAIL + "port = true", "mail.port"),
    ("[mail]\n" + MAIL + 'security = "none"', "mail.security must be one of: tls, starttls"),
    ("[mail]\n" + MAIL + 'names = "no"', "mail.names must be true or false"),
    ("[mail]\n" + MAIL + 'password-file = "x"', "mail.password-file is of no use without user"),
    ("[mail]\n" + MAIL + 'user = "x"\npassword-file = "x"\ntoken-command = ["x"]', "mail.token-command cannot stand"),
    ("[mail]\n" + MAIL + 'user = "x"\npassword-command = "pass show"', "mail.password-command must be a list"),
    ("webhook = 1", "webhook must be a table"),
    ("[webhook]\nx = 1", "webhook.x must be a table"),
    ("[webhook.mail]\n" + HOOK, "webhook.mail has a name"),
    ('[webhook."A B"]\n' + HOOK, "has a name"),
    ("[webhook.x]\n", "webhook.x.url is missing"),
    ('[webhook.x]\nurl = "http://a.example/MARKED"', "webhook.x.url cannot be used: it does not begin with https://"),
    ("[webhook.x]\n" + HOOK + 'template = "none.json"', "webhook.x.template names a file that is not there"),
    ("[webhook.x]\n" + HOOK + 'secret = "MARKED"', "unknown entry webhook.x.secret"),
    ("[note]\nx = 1", "unknown entry note.x"),
]


@pytest.mark.parametrize(("text", "why"), MISTAKES)
def test_a_mistake_is_told_by_its_key(folder: Path, text: str, why: str) -> None:
    """And what stands in an address that is a secret is not repeated."""
    told = mistake(folder, text)
    assert why in told
    assert "MARKED" not in told


def test_one_with_a_mistake_stops_no_other(folder: Path) -> None:
    """A webhook whose template is gone must not keep mails from warning."""
    text = f'[webhook.x]\n{HOOK}template = "gone"\n[webhook.y]\n{HOOK}[mail]\n{MAIL}'
    write(folder, text)
    found = {one.name: isinstance(one, channels.Unusable) for one in channels.configured(Session())}
    assert found == {"mail": False, "x": True, "y": False}


def test_the_address_of_a_webhook_is_nobodys_business(folder: Path) -> None:
    """Whoever knows it may use it: a file that others may read is refused, with the command that closes it."""
    write(folder, "").chmod(0o640)
    assert "chmod 600" in mistake(folder, "[webhook.x]\n" + HOOK)
    (folder / configuration.FILE_NAME).chmod(0o600)
    assert names(folder, "[webhook.x]\n" + HOOK) == [("x", True)]


def test_a_template_is_the_users_own(folder: Path) -> None:
    """It lies beside the configuration; one that others may write, and one that is none, are refused."""
    text = "[webhook.x]\n" + HOOK + 'template = "teams.json"'
    template = write(folder, '{"text": "{{ subject }}"}', "teams.json")
    assert names(folder, text) == [("x", True)]
    template.chmod(template.stat().st_mode | stat.S_IWOTH)
    assert "teams.json: others may write it" in mistake(folder, text)
    template.chmod(0o600)
    template.write_text("{{ subject")
    assert "teams.json: line 1" in mistake(folder, text)


class AtHome(Session):
    """A session with a keyring in memory."""

    keyring = MemoryKeyring()


def secret(folder: Path, way: str) -> Any:
    """What lets us in by this way."""
    write(folder, "[mail]\n" + MAIL + 'user = "petra"\n' + way)
    session = AtHome()
    return channels._secret(session, channels.mailing(session))


def test_the_password_by_each_way(folder: Path) -> None:
    """A file, a command, a command for a token, the keyring."""
    write(folder, "Geheim ä1\n", "password")
    assert secret(folder, 'password-file = "password"') == MailPassword("Geheim ä1")
    assert secret(folder, 'password-command = ["printf", "%s", "Geheim ä1"]') == MailPassword("Geheim ä1")
    assert secret(folder, 'token-command = ["echo", "tok"]') == MailToken("tok")
    assert secret(folder, "") is None
    AtHome.keyring.keep("smtp://petra@smtp.example", MailPassword("x"))
    assert secret(folder, "") == MailPassword("x")


def test_a_password_that_is_not_to_be_had(folder: Path) -> None:
    """A file that others may read, one of two lines, a command that fails: it is told when a mail shall go."""
    path = write(folder, "MARKED\n", "password")
    path.chmod(0o644)
    with pytest.raises(KeyFileUnusable, match="0600"):
        secret(folder, 'password-file = "password"')
    path.chmod(0o600)
    path.write_text("MARKED\ntwo\n")
    with pytest.raises(KeyFileUnusable) as caught:
        secret(folder, 'password-file = "password"')
    assert "MARKED" not in str(caught.value)
    for command in ('"false"', '"/no/such/program"', '"true"', '"printf", "a\\nb"'):
        with pytest.raises(TokenCommandFailed):
            secret(folder, f"password-command = [{command}]")


def test_a_mistake_with_one_channel_is_its_own(folder: Path) -> None:
    """A password that is not there keeps no webhook from being made; the mail says it when it is sent."""
    write(folder, f'[webhook.x]\n{HOOK}[mail]\n{MAIL}user = "petra"\npassword-file = "none"\n')
    mail, _ = channels.configured(Session())
    with pytest.raises(NotSent):
        mail.send(MESSAGE)
