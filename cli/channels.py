"""The ways by which people are told something, as the user's own configuration names them.

``[mail]``, ``[webhook.NAME]`` and ``[note]`` of ``config.toml``. Nothing in the register says where anything is
sent to, or as whom: whoever has the key of the register cannot make this program talk to another server.
"""

from __future__ import annotations

import os
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from cli import commanded, configuration
from cli.section import Section
from cli.session import Session
from vault.errors import N_, ConfigurationUnusable, KeyFileUnusable, KeyringUnusable, NotSent, Phrase, Usage
from vault.model import outgoing
from vault.model.shown import shown
from vault.secret import MailPassword, MailToken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from vault.channels.webhook import Render
    from vault.ports.channel import Channel, Message

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
LONGEST_PASSWORD = 4096


class Mailing(NamedTuple):
    """``[mail]``: the server, whether names may leave by it, and the one way by which its password is had: a file, a
    command that prints it or one that prints a token. Where there is none of the three it is the keyring."""

    server: outgoing.MailServer
    names: bool
    file: Path | None
    password: list[str]
    token: list[str]

    @property
    def account(self) -> str:
        """What a password in the keyring is for."""
        return f"smtp://{self.server.user}@{self.server.host}"


class Unusable:
    """A channel whose table has a mistake. It implements :class:`vault.ports.channel.Channel`, and says so each time:
    the others go on."""

    names = False

    def __init__(self, name: str, mistake: Usage) -> None:
        self.name = name
        self._mistake = mistake

    def send(self, message: Message) -> None:
        """Raise NotSent with the mistake."""
        fields = self._mistake.fields
        why = Phrase(N_("{path}: {why}"), **fields) if "why" in fields else str(fields.get("what"))
        raise NotSent(channel=self.name, to=shown(message.to), why=why, again=False)


def configured(session: Session) -> tuple[Channel, ...]:
    """All channels of the configuration; what is wrong with one is told when something shall go out by it.

    Raises ConfigurationUnusable where the file as a whole cannot be read.
    """
    return tuple(_each(session, configuration.tables(session.folder)))


def mailing(session: Session) -> Mailing:
    """How mails go out. Raises ConfigurationUnusable, also where the configuration does not say it."""
    return _mailing(configuration.tables(session.folder).get("mail", {}))


def _each(session: Session, tables: dict[str, Any]) -> Iterator[Channel]:
    if "mail" in tables:
        yield _unless_wrong("mail", lambda: _mail(session, _mailing(tables["mail"])))
    webhooks = tables.get("webhook", {})
    if not isinstance(webhooks, dict):
        raise configuration.unusable(Phrase(N_("{key} must be a table"), key="webhook"))
    for name, table in webhooks.items():
        yield _unless_wrong(shown(name), partial(_webhook, name, table))
    if "note" in tables:
        yield _unless_wrong("note", lambda: _note(Section("note", tables["note"])))


def _unless_wrong(name: str, make: Callable[[], Channel]) -> Channel:
    try:
        return make()
    except Usage as mistake:
        return Unusable(name, mistake)


def _mail(session: Session, found: Mailing) -> Channel:
    from vault import trust
    from vault.channels.mail import Mail

    def log_in() -> MailPassword | MailToken | None:
        return _secret(session, found)

    return Mail(found.server, log_in, trust.context(_ca_file()), names=found.names, at=session.now())


def _mailing(table: object) -> Mailing:
    from vault.channels.mail import written

    section = Section("mail", table)
    host = section.text("server", needed=True).lower()
    if not outgoing.is_host(host):
        section.wrong("server", N_("must be the name of a mail server, and nothing else"))
    security = section.one_of("security", *outgoing.PORTS)
    port = section.number("port", outgoing.PORTS[security], 1, 65535)
    sender = written(section.text("from", needed=True))
    if sender is None:
        section.wrong("from", N_("must be a mail address, and nothing else"))
    server = outgoing.MailServer(host, port, security, sender, section.text("from-name"), section.text("user"))
    file = section.text("password-file")
    found = Mailing(
        server,
        section.flag("names", default=True),
        _beside(file) if file else None,
        section.command("password-command"),
        section.command("token-command"),
    )
    _only_one_way(section, found)
    section.end()
    return found


def _only_one_way(section: Section, found: Mailing) -> None:
    ways = {"password-file": found.file, "password-command": found.password, "token-command": found.token}
    given = [key for key, value in ways.items() if value]
    if given and not found.server.user:
        section.wrong(given[0], N_("is of no use without user"))
    if len(given) > 1:
        section.wrong(given[1], Phrase(N_("cannot stand beside {key}"), key=given[0]))


def _secret(session: Session, found: Mailing) -> MailPassword | MailToken | None:
    """What lets us in. Raises KeyFileUnusable, TokenCommandFailed, KeyringUnusable."""
    if found.file is not None:
        return _in_file(found.file)
    if found.password:
        return commanded.password(found.password, found.server.user)
    if found.token:
        return commanded.token(found.token, found.server.user)
    try:
        return session.keyring.password(found.account)
    except KeyringUnusable as error:
        raise unattended(error) from None


def unattended(error: KeyringUnusable) -> KeyringUnusable:
    """The error with what helps where it is the password of a mail server that is wanted."""
    hint = N_("Write the password to a file of mode 0600, and its path to password-file below [mail] of {path}")
    return KeyringUnusable(hint=Phrase(hint, path=configuration.path()), why=error.fields["why"])


def _in_file(path: Path) -> MailPassword:
    """The password in the one line of a file. Raises KeyFileUnusable."""
    from vault.files.reading import read_private

    data = read_private(path, LONGEST_PASSWORD).removesuffix(b"\n").removesuffix(b"\r")
    try:
        line = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise KeyFileUnusable(path=str(path), why=N_("it is not UTF-8 text")) from None
    if not line or any(c in line for c in "\0\r\n"):
        raise KeyFileUnusable(path=str(path), why=N_("it must hold the password in one line and nothing else"))
    return MailPassword(line)


def _webhook(name: str, table: object) -> Channel:
    from vault.channels.webhook import Webhook, plain

    _private()
    section = Section(f"webhook.{name}", table)
    if not _NAME.fullmatch(name) or name in {"mail", "note"}:
        raise configuration.unusable(Phrase(N_("{key} has a name that it cannot have"), key=section.name))
    url, file = section.text("url", needed=True), section.text("template")
    if why := outgoing.webhook_fault(url):
        section.wrong("url", Phrase(N_("cannot be used: {why}"), why=why))
    render = _rendering(section, file) if file else plain
    names = section.flag("names", default=True)
    section.end()
    return Webhook(name, url, render, names=names, ca_file=_ca_file())


def _rendering(section: Section, file: str) -> Render:
    """What fills the user's own template. Raises ConfigurationUnusable."""
    from vault.channels.template import LONGEST_TEMPLATE, rendering
    from vault.files.reading import read_own

    path = _beside(file)
    data = read_own(path, LONGEST_TEMPLATE)
    if data is None:
        section.wrong("template", N_("names a file that is not there"))
    try:
        return rendering(data.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError:
        raise ConfigurationUnusable(path=str(path), why=N_("it is not UTF-8 text")) from None


def _note(section: Section) -> Channel:
    from vault.channels.note import Note

    names = section.flag("names", default=True)
    section.end()
    return Note(names=names)


def _private() -> None:
    """Refuse a configuration that others may read where it holds the address of a webhook: who knows it may use it."""
    from vault import rights

    if found := rights.exposed(configuration.path(), shared=False):
        why = N_("others may read it, and with it the address of a webhook; close it: {command}")
        raise configuration.unusable(Phrase(why, command=found.command))


def _beside(file: str) -> Path:
    """A file that the configuration names: in its own folder unless it says where."""
    return configuration.folder() / Path(file).expanduser()


def _ca_file() -> Path | None:
    named = os.environ.get("SSL_CERT_FILE")
    return Path(named) if named else None
