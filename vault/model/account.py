"""A mailbox on a server, as a person names it: ``imaps://user@host[:port]/Folder``."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote, urlsplit

from vault.errors import N_, Phrase, Usage

PORTS = {"imaps": 993, "imap": 143}
"""``imaps`` speaks TLS from the first byte, ``imap`` after STARTTLS, before which nothing is told."""
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}", re.ASCII)


class Account(NamedTuple):
    """Who reads where. ``folder`` has ``/`` between its levels, whatever the server writes there."""

    scheme: str
    user: str
    host: str
    port: int
    folder: str

    @property
    def login(self) -> str:
        """All that a log-in hangs on, written one way: a kept password is for exactly this."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{quote(self.user, safe='@')}@{host}:{self.port}"

    @property
    def owner(self) -> str:
        """User and host, as the configuration names them."""
        return f"{self.user}@{self.host}"

    def __str__(self) -> str:
        return f"{self.login}/{self.folder}"


def is_account(text: str) -> bool:
    """Whether ``text`` names a mailbox on a server."""
    return text.partition("://")[0].lower() in PORTS


def account(text: str) -> Account:
    """The account that ``text`` names; its folder is the inbox where none is named. Raises Usage."""
    try:
        parts = urlsplit(text)
        host, port, password = (parts.hostname or "").lower(), parts.port, parts.password
    except ValueError:
        raise _wrong(N_("host or port cannot be read")) from None
    if password is not None:
        raise _wrong(N_("a password does not belong there, where others of this machine can read it"))
    user, folder = unquote(parts.username or ""), unquote(parts.path).strip("/")
    if not user:
        raise _wrong(N_("the user is missing"))
    if not host.isascii() or not _HOST.fullmatch(host):
        raise _wrong(N_("the host is missing or has letters that no host has"))
    if parts.query or parts.fragment or not all(c.isprintable() for c in user + folder):
        raise _wrong(N_("it has characters that do not belong there"))
    scheme = parts.scheme.lower()
    return Account(scheme, user, host, port or PORTS[scheme], folder or "INBOX")


def _wrong(why: str) -> Usage:
    what = Phrase(N_("This names no mailbox: {why}."), why=why)
    return Usage(what=what, hint=N_("Write it so: imaps://user@host/Folder"))
