"""Logging in, over an encrypted line: with a password, or with a token for a bearer (XOAUTH2)."""

from __future__ import annotations

import imaplib

from vault.errors import N_, MailLogInRefused
from vault.imap.connection import Connection
from vault.model.account import Account
from vault.model.shown import shown
from vault.secret import MailPassword, MailToken


def log_in(connection: Connection, account: Account, secret: MailPassword | MailToken) -> None:
    """Log in as the user of ``account``. Raises MailLogInRefused."""
    connection.allow(0)
    try:
        if isinstance(secret, MailToken):
            _with_token(connection, account, secret)
        else:
            _with_password(connection, account, secret)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise refused(account, shown(str(error), 200).rstrip(".")) from None


def refused(account: Account, why: str) -> MailLogInRefused:
    """The error for a log-in that the server does not take."""
    return MailLogInRefused(host=account.host, user=account.user, why=why)


def _with_password(connection: Connection, account: Account, password: MailPassword) -> None:
    user, clear = account.user.encode(), password.reveal().encode()
    if "AUTH=PLAIN" in connection.abilities:
        connection.authenticate("PLAIN", lambda _challenge: b"\0".join((b"", user, clear)))
    elif "LOGINDISABLED" in connection.abilities:
        raise refused(account, N_("it takes no password"))
    else:
        answer, said = connection.xatom("LOGIN", _quoted(user), _quoted(clear))  # type: ignore[arg-type] # text is ASCII
        if answer != "OK":
            raise connection.error(said[-1].decode("utf-8", "replace"))
        connection.state = "AUTH"


def _with_token(connection: Connection, account: Account, token: MailToken) -> None:
    if "AUTH=XOAUTH2" not in connection.abilities:
        raise refused(account, N_("it takes no token (XOAUTH2)"))
    answers = iter([f"user={account.user}\x01auth=Bearer {token.reveal()}\x01\x01".encode()])
    # a second challenge says why the token was refused, and wants an empty answer
    connection.authenticate("XOAUTH2", lambda _challenge: next(answers, b""))


def _quoted(text: bytes) -> bytes:
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
