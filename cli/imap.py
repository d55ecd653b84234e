"""Opening a mailbox on a server: whose it is, and what lets us in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from cli import configuration, prompt
from cli.session import Session
from cli.taking import Way
from cli.texts import _
from vault.errors import N_, MailPasswordMissing, Phrase, TokenCommandFailed, Usage
from vault.operations.mailbox import keep_password, kept_password
from vault.secret import MailPassword, MailToken

if TYPE_CHECKING:
    from vault.custody import Watch
    from vault.imap.mailbox import ImapMailbox
    from vault.model.account import Account

PATIENCE = 30.0
"""Seconds that the command for a token may take."""
LONGEST_TOKEN = 16 * 1024


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
        return _token(command, account)
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


def _token(command: list[str], account: Account) -> MailToken:
    """The one line that ``command`` prints. No shell reads it, and nothing of ours is in its arguments."""
    failed = TokenCommandFailed(owner=account.owner, path=str(configuration.path()), why="")
    try:
        done = subprocess.run(  # noqa: S603 - the user's own configuration names it
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        failed.fields["why"] = N_("it took too long")
        raise failed from None
    except OSError as error:
        failed.fields["why"] = Phrase(N_("the system says: {text}"), text=error.strerror)
        raise failed from None
    if done.returncode:
        failed.fields["why"] = Phrase(N_("it ended with {code}"), code=done.returncode)
        raise failed
    token = done.stdout.strip()
    if not token or len(token) > LONGEST_TOKEN or not all(33 <= octet < 127 for octet in token):
        failed.fields["why"] = N_("what it printed is no token")
        raise failed
    return MailToken(token.decode("ascii"))
