"""The password by which mails go out, kept in the keyring of this machine."""

from __future__ import annotations

from cli import channels, configuration, prompt
from cli.session import Session
from cli.texts import _
from vault.errors import N_, KeyringUnusable, Phrase, Usage
from vault.secret import MailPassword


def kept(session: Session) -> channels.Mailing:
    """Ask for the password of the configured user, and keep it.

    Raises Usage, ConfigurationUnusable, KeyringUnusable.
    """
    found = _asked_there(session)
    if not prompt.possible():
        raise Usage(what=N_("a password is typed on a terminal, and there is none"))
    question = _("Password of {user} at {host}: ").format(user=found.server.user, host=found.server.host)
    typed = prompt.hidden(question)
    if not typed or any(c in typed for c in "\0\r\n"):
        raise Usage(what=N_("That cannot be a password."))
    try:
        session.keyring.keep(found.account, MailPassword(typed))
    except KeyringUnusable as error:
        raise channels.unattended(error) from None
    return found


def forgotten(session: Session) -> channels.Mailing:
    """Forget it. Raises as :func:`kept` does."""
    found = channels.mailing(session)
    session.keyring.forget(found.account)
    return found


def _asked_there(session: Session) -> channels.Mailing:
    """``[mail]``, where the keyring is what is asked for its password."""
    found = channels.mailing(session)
    why = ""
    if not found.server.user:
        why = Phrase(N_("{key} {why}"), key="mail.user", why=N_("is missing"))
    elif found.file or found.password or found.token:
        why = N_("it says already from where the password comes")
    if why:
        raise configuration.unusable(why)
    return found
