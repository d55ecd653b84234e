"""The one factory that builds HTTP clients: what every connection of certvault has in common."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import httpx

from vault import trust
from vault.errors import N_, Usage

_HEADERS = {
    "Accept-Encoding": "identity",  # raw bytes are counted and kept, so nothing may unpack itself
    "User-Agent": "certvault",
}


def new_client(headers: Mapping[str, str], ca_file: Path | None = None) -> httpx.Client:
    """A client for one fetch or message, which says ``headers`` too: HTTP/1.1 over TLS 1.2 or later, no redirects of
    its own, cookies that die with it.

    ``ca_file`` (what ``SSL_CERT_FILE`` names) is trusted alone, on every platform; without it the system's trust
    store decides. Proxies are httpx's own reading of ``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY`` and of the system's
    settings. No connection is used twice: one that the portal closed meanwhile could swallow a PIN.

    Raises Usage where ``ca_file`` or the proxy setting cannot be used.
    """
    context = trust.context(ca_file)
    try:
        return httpx.Client(
            verify=context,
            headers={**_HEADERS, **headers},
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
            trust_env=True,
        )
    except (ImportError, ValueError, httpx.InvalidURL):
        pass  # the message may quote the proxy's password
    raise Usage(
        what=N_("The proxy setting of this machine is of a kind that certvault does not know."),
        hint=N_("Set HTTPS_PROXY to an address like http://proxy.example:3128."),
    )
