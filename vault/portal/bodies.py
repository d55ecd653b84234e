"""The body that carries the PIN, in the form's own encoding."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus

import httpx

from vault.portal.forms import PinForm
from vault.secret import Pin


def can_carry(form: PinForm, pin: Pin) -> bool:
    """Whether the form's character set has room for every character of ``pin``: nothing may stand in for one."""
    try:
        pin.reveal().encode(form.charset)
    except UnicodeEncodeError:
        return False
    return True


def posting(form: PinForm, pin: Pin, page: httpx.URL) -> Callable[[httpx.Client, Mapping[str, Any]], httpx.Request]:
    """What builds the one request with ``pin``. The PIN is revealed in there, and nowhere else in the portal's way."""
    scheme, host = page.scheme, page.netloc.decode("ascii")
    headers = {"Origin": f"{scheme}://{host}", "Referer": str(page.copy_with(fragment=None))}

    def prepare(client: httpx.Client, extensions: Mapping[str, Any]) -> httpx.Request:
        pairs = [
            (
                _bytes(name, form.charset),
                (pin.reveal().encode(form.charset) if value is None else _bytes(value, form.charset)),
            )
            for name, value in form.entries
        ]
        if form.multipart:
            files = [(name.decode("utf-8", "replace"), (None, value)) for name, value in pairs]
            return client.build_request("POST", form.action, headers=headers, files=files, extensions={**extensions})
        content = "&".join(
            f"{quote_plus(name, safe='*')}={quote_plus(value, safe='*')}" for name, value in pairs
        ).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return client.build_request("POST", form.action, headers=headers, content=content, extensions={**extensions})

    return prepare


def _bytes(text: str, charset: str) -> bytes:
    """``text`` as a browser sends it: line ends CR LF, what the character set lacks as a numeric reference."""
    lined = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    return lined.encode(charset, "xmlcharrefreplace")
