"""Opening a mailbox on a server: whose it is, and what lets us in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cli import commanded, configuration, prompt
from cli.session import Session
from cli.taking import Way
from cli.texts import _
from vault.errors import N_, MailPasswordMissing, Usage
from vault.operations.mailbox import keep_password, kept_password
from vault.secret import MailPassword, MailToken

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.imap.mailbox import ImapMailbox
    from vault.model.account import Account


@contextmanager
def opened(session: Session, watch: Watch, account: Account, way: Way) -> Iterator[ImapMailbox]:
    """The folder of ``account`` while the block runs. Asks for what lets us in before the network is touched.

    A password is kept only after the server has taken it. Raises as :func:`vault.imap.mailbox.opened` does,
    MailPasswordMissing, ConfigurationUnusable, TokenCommandFailed.
    """
    if way.forget_password:
        keep_password(watch, account, None, at=session.now())
    secret = _secret(session, watch, account, way)
    from vault import trust
    from vault.imap import mailbox

    wish = mailbox.Wish(way.move_to, way.flag)
    named = os.environ.get("SSL_CERT_FILE")
    context = trust.context(Path(named) if named else None)
    with mailbox.opened(account, secret, context, wish) as found:
        if way.remember_password and isinstance(secret, MailPassword):
            keep_password(watch, account, secret, at=session.now())
        yield found


def _secret(session: Session, watch: Watch, account: Account, way: Way) -> MailPassword | MailToken:
    """A token by the configured command, else the kept password, else what a person types."""
    command = configuration.token_command(account.owner, session.folder)
    if command and way.remember_password:
        raise Usage(what=N_("This mailbox is opened by a token, so there is no password to keep."))
    if command:
        return commanded.token(command, account.owner)
    kept = None if way.remember_password else kept_password(watch, account)
    if kept is not None:
        return kept
    if not prompt.possible():
        raise MailPasswordMissing(account=str(account))
    question = _("Password of {user} at {host}: ").format(user=account.user, host=account.host)
    typed = prompt.hidden(question)
    if not typed or any(c in typed for c in "\0\r\n"):
        raise Usage(what=N_("That cannot be a password."))
    return MailPassword(typed)
