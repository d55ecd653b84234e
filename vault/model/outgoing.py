"""Where messages go out, as the user's own configuration says it: a mail server, a webhook."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from vault.errors import N_

PORTS = {"tls": 465, "starttls": 587}
"""``tls`` speaks TLS from the first byte (RFC 8314), ``starttls`` after STARTTLS, before which nothing is told."""
LONGEST_URL = 2048
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}", re.ASCII)
_ADDRESS = re.compile(r"(?P<local>[\w.!#$%&'*+/=?^`{|}~-]{1,64})@(?P<domain>(?:[\w-]{1,63}\.){0,8}[\w-]{1,63})")


class Address(NamedTuple):
    """A mail address in its two parts, as it was written."""

    local: str
    domain: str


class MailServer(NamedTuple):
    """The server that takes our mails, and as whom they are sent. ``user`` is empty where it wants no log-in."""

    host: str
    port: int
    security: str
    sender: Address
    sender_name: str = ""
    user: str = ""


def address(text: str) -> Address | None:
    """The one mail address that ``text`` is; None where it is none. Nothing in it can end a line or begin another."""
    found = _ADDRESS.fullmatch(text)
    return Address(found["local"], found["domain"]) if found and text.isprintable() else None


def is_host(text: str) -> bool:
    """Whether ``text`` is the name or number of a host, in small letters."""
    return text.isascii() and _HOST.fullmatch(text) is not None


def webhook_fault(url: str) -> str:
    """Why ``url`` cannot be that of a webhook; empty where it can. What it says never repeats the URL."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return N_("host or port cannot be read")
    if parts.scheme.lower() != "https":
        return N_("it does not begin with https://")
    if len(url) > LONGEST_URL:
        return N_("it is too long")
    if parts.username is not None or parts.password is not None:
        return N_("it has a user name in front of the host")
    if not is_host(host) or port == 0 or parts.fragment or not re.fullmatch(r"[!-~]+", url) or "\\" in url:
        return N_("it has characters that do not belong there")
    return ""
