"""A password or token that a command of the user's own configuration prints."""

from __future__ import annotations

import subprocess

from cli import configuration
from vault.errors import N_, Phrase, TokenCommandFailed
from vault.secret import MailPassword, MailToken

PATIENCE = 30.0
"""Seconds that the command may take."""
LONGEST = 16 * 1024


def token(command: list[str], owner: str) -> MailToken:
    """The token that ``command`` prints for the mailbox or sender ``owner``. Raises TokenCommandFailed."""
    printed = _printed(command, owner).strip()
    if not printed or not all(33 <= octet < 127 for octet in printed):
        raise _failed(owner, N_("what it printed is no token"))
    return MailToken(printed.decode("ascii"))


def password(command: list[str], owner: str) -> MailPassword:
    """The same for a password, the one line that it prints. Raises TokenCommandFailed."""
    line = _printed(command, owner).removesuffix(b"\n").removesuffix(b"\r")
    try:
        found = line.decode()
    except UnicodeDecodeError:
        found = ""
    if not found or any(c in found for c in "\0\r\n"):
        raise _failed(owner, N_("what it printed is no password in one line"))
    return MailPassword(found)


def _printed(command: list[str], owner: str) -> bytes:
    """What ``command`` prints. No shell reads it, and nothing of ours is in its arguments."""
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
        raise _failed(owner, N_("it took too long")) from None
    except OSError as error:
        raise _failed(owner, Phrase(N_("the system says: {text}"), text=error.strerror)) from None
    if done.returncode:
        raise _failed(owner, Phrase(N_("it ended with {code}"), code=done.returncode))
    if len(done.stdout) > LONGEST:
        raise _failed(owner, Phrase(N_("it printed more than {limit} bytes"), limit=LONGEST))
    return done.stdout


def _failed(owner: str, why: str) -> TokenCommandFailed:
    return TokenCommandFailed(owner=owner, path=str(configuration.path()), why=why)
