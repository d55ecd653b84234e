"""Telling by mail: one mail for one person, in text and HTML, handed to the agency's own mail server."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from email import headerregistry, policy
from email.message import EmailMessage

import idna

from vault.channels.refusals import Refusal, told
from vault.channels.smtp import Connection, Limits
from vault.crypto.hashing import sha256
from vault.errors import N_, CertvaultError, NotSent, Phrase
from vault.model.outgoing import Address, MailServer, address
from vault.model.shown import shown
from vault.ports.channel import Message
from vault.secret import MailPassword, MailToken

LogIn = Callable[[], MailPassword | MailToken | None]
"""What lets us in, fetched when it is needed; None where there is nothing. It raises errors of the tree."""

_POLICY = policy.SMTP.clone(cte_type="7bit")  # a body that every server takes, with no line longer than it may be


class Mail:
    """Implements :class:`vault.ports.channel.Channel` by the mail server of the user's configuration.

    ``at`` is the date of the mails. A server that cannot be reached, or that does not let us in, is not asked again for
    the next mail: it would take as long once more, and count one more wrong password.
    """

    name = "mail"

    def __init__(
        self,
        server: MailServer,
        log_in: LogIn,
        context: ssl.SSLContext,
        *,
        names: bool = True,
        at: datetime,
        limits: Limits | None = None,
    ) -> None:
        self.names = names
        self._server = server
        self._log_in = log_in
        self._context = context
        self._at = at
        self._limits = limits or Limits()
        self._refusal: Refusal | None = None

    def send(self, message: Message) -> None:
        """Hand over one mail for ``message.to``."""
        try:
            if self._refusal is not None:
                raise self._refusal
            self._deliver(message)
        except Refusal as refusal:
            if refusal.whole:
                self._refusal = refusal
            raise NotSent(
                channel=self.name, to=shown(message.to), why=refusal.why, again=refusal.again, hint=refusal.hint or None
            ) from None

    def _deliver(self, message: Message) -> None:
        to = written(message.to)
        if to is None:
            raise Refusal(N_("that is no mail address"), again=False, whole=False)
        with told(self._server, whole=True):
            connection = Connection(self._server, self._context, self._limits)
        try:
            self._let_in(connection)
            with told(self._server, whole=False):
                _hand_over(connection, mail(message, to, self._server, at=self._at), to, self._server)
        finally:
            with suppress(OSError):
                connection.putcmd("QUIT")
            connection.close()

    def _let_in(self, connection: Connection) -> None:
        user = self._server.user
        if not user:
            return
        try:
            secret = self._log_in()
        except CertvaultError as error:
            why = Phrase(N_("the password of {user} is not to be had: {why}"), user=user, why=_why(error))
            raise Refusal(why, again=False, whole=True, hint=Phrase(error.hint, **error.fields)) from None
        if secret is None:
            why = Phrase(N_("no password of {user} is kept in the keyring of this machine"), user=user)
            raise Refusal(why, again=False, whole=True, hint=N_("Keep it there: certvault config mail-password"))
        with told(self._server, whole=True):
            connection.log_in(user, secret)


def _why(error: CertvaultError) -> object:
    """Why a password is not to be had, with the file where it is one."""
    why, path = error.fields.get("why"), error.fields.get("path")
    return why if path is None else Phrase(N_("{path}: {why}"), path=path, why=why)


def mail(message: Message, to: Address, server: MailServer, *, at: datetime) -> EmailMessage:
    """``message`` as a mail, whose headers are all ours: nothing in it can end one and begin another.

    Its Message-ID hangs on ``message.id`` and the recipient alone.
    """
    made = EmailMessage(policy=_POLICY)
    made["From"] = headerregistry.Address(_words(server.sender_name), server.sender.local, server.sender.domain)
    made["To"] = headerregistry.Address("", to.local, to.domain)
    made["Subject"] = _words(message.subject)
    made["Date"] = at
    made["Message-ID"] = f"<{sha256(repr((message.id, *to)).encode()).hex()[:40]}@{server.sender.domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody answers it by a machine
    made["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
    made.set_content(message.text)
    made.add_alternative(message.html, subtype="html")
    return made


def _words(text: str) -> str:
    """``text`` as words of a header. What looks like an encoded word (RFC 2047) would be taken for one, also with a
    line end in it, when it is written."""
    return shown(text).replace("=?", "= ?")


def written(text: str) -> Address | None:
    """The one mail address that ``text`` is, its domain as the name server knows it (IDNA 2008); None where it is none.

    Only so do servers take a domain with umlauts that know nothing of them.
    """
    found = address(text)
    try:
        return found and found._replace(domain=idna.encode(found.domain, uts46=True).decode("ascii"))
    except UnicodeError:
        return None


def _hand_over(connection: Connection, made: EmailMessage, to: Address, server: MailServer) -> None:
    international = not (to.local + server.sender.local).isascii()
    if international and not connection.has_extn("smtputf8"):
        raise Refusal(N_("the mail server takes no addresses with such letters (SMTPUTF8)"), again=False, whole=False)
    data = made.as_bytes(policy=_POLICY.clone(utf8=international))
    options = ["SMTPUTF8"] if international else []
    connection.sendmail("@".join(server.sender), ["@".join(to)], data, options)
