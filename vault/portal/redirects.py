"""Where a portal may lead: only over https and only to the hosts of its profile."""

from __future__ import annotations

import re
from typing import NamedTuple

import httpx

from vault.errors import N_, RedirectNotAllowed
from vault.model.shown import shown

MOST = 5
"""Steps from the first page to the last."""

_MOVED = {301, 302, 303}
_REPEAT = {307, 308}


class Allowed(NamedTuple):
    """The hosts, with port, that one fetch may speak to."""

    hosts: frozenset[tuple[str, int]]

    def step(self, base: httpx.URL, target: str) -> httpx.URL:
        """``target`` as seen from ``base``, without its fragment.

        Raises RedirectNotAllowed, which names the origin of the target and never its path: that could hold a secret.
        """
        url = joined(base, target)
        if url is None:
            raise refused(base, "?", N_("the address cannot be read"))
        if why := self._broken(url):
            raise refused(base, named(url), why)
        return url

    def holds(self, url: httpx.URL) -> bool:
        """Whether ``url`` may be opened."""
        return not self._broken(url)

    def _broken(self, url: httpx.URL) -> str:
        scheme, host, port = origin(url)
        if scheme != "https":
            return N_("it is not https")
        if url.userinfo:
            return N_("it has a user name in front of the host")
        return "" if (host, port) in self.hosts else N_("it is another host")


def redirect(status: int, location: str | None, url: httpx.URL, *, pin_sent: bool) -> str | None:
    """Where the answer of ``url`` redirects to, or None where it is no redirect.

    301, 302 and 303 become GET without a body (RFC 9110, 15.4). 307 and 308 ask to repeat the request as it was: before
    the PIN that is a GET too, after it the PIN would be sent once more, which raises RedirectNotAllowed.
    """
    if location is None or status not in _MOVED | _REPEAT:
        return None
    if pin_sent and status in _REPEAT:
        target = joined(url, location)
        raise refused(url, named(target) if target else "?", N_("it asks to send the PIN once more"))
    return location


def refused(base: httpx.URL, target: str, why: str) -> RedirectNotAllowed:
    """The error for a step that is not taken."""
    return RedirectNotAllowed(host=shown(base.host), target=target, why=why)


def joined(base: httpx.URL, target: str) -> httpx.URL | None:
    """``target`` as seen from ``base`` (RFC 3986, 5.2), without its fragment; None where it is no address.

    None too where a backslash stands before the query: browsers take it for a slash (WHATWG URL, 4.4), others not.
    """
    if "\\" in re.split("[?#]", target, maxsplit=1)[0]:
        return None
    try:
        return base.join(target.strip()).copy_with(fragment=None)
    except (httpx.InvalidURL, ValueError):
        return None


def named(url: httpx.URL) -> str:
    """The origin of ``url`` for people, without user name, path and query: those could hold a secret."""
    return shown(f"{url.scheme}://{url.netloc.decode('ascii', 'replace').rpartition('@')[2]}")


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Scheme, host and port (RFC 6454)."""
    default = {"https": 443, "http": 80}.get(url.scheme, 0)
    return url.scheme, url.raw_host.decode("ascii", "replace"), url.port or default
